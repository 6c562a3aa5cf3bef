#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Faults of the journal, as a user meets them: a second run at the same time, no
# room, a torn last line, a journal that is not ours. Each is one clear error
# before anything is changed, or is mended.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires_root
requires python3 jq

make_init () {
  "$kbsh" --state-dir "$1" init phase certs "${2:-sa}" --cert-dir "$tmp/pki" \
    --kubernetes-version v1.20.2 --apiserver-advertise-address 10.0.0.1
}
nothing_made () { [ ! -e "$tmp/pki" ] || fail "something was changed"; }

# a second run: who has the lock is said
mkdir -m 700 "$tmp/busy"
python3 - "$tmp/busy/lock" <<'PY' &
import fcntl, os, sys, time
with open(sys.argv[1], "w") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    file.write("%d\n" % os.getpid())
    file.flush()
    open(sys.argv[1] + ".held", "w").close()
    time.sleep(600)
PY
holder=$!
cleanup "kill $holder"
wait_for 10 test -e "$tmp/busy/lock.held"
rm "$tmp/busy/lock.held"
status 1 make_init "$tmp/busy"
has "$err" "another run is at work on this machine"
has "$err" "process $holder holds"
nothing_made

# no room
mkdir "$tmp/full"
mount -t tmpfs -o size=16k,mode=700 none "$tmp/full"
cleanup "umount '$tmp/full'"
dd if=/dev/zero of="$tmp/full/filler" bs=4k 2>/dev/null || :
status 1 make_init "$tmp/full"
has "$err" "No space left on device"
has "$err" "remedy: make room on its file system"
nothing_made

# others may write it
mkdir -m 700 "$tmp/open"
echo '{"n":1,"time":1,"kind":"run"}' >"$tmp/open/journal.jsonl"
chmod 666 "$tmp/open/journal.jsonl"
status 1 make_init "$tmp/open"
has "$err" "$tmp/open/journal.jsonl is not used"
has "$err" "others may write it"
nothing_made

# a link, and somebody else's
mkdir -m 700 "$tmp/link"
ln -s "$tmp/open/journal.jsonl" "$tmp/link/journal.jsonl"
status 1 make_init "$tmp/link"
has "$err" "it is a symbolic link"
nothing_made
chmod 600 "$tmp/open/journal.jsonl"
chown 1 "$tmp/open/journal.jsonl"
status 1 make_init "$tmp/open"
has "$err" "it belongs to somebody else"
nothing_made

# a torn last line is taken away, and the run goes on
mkdir -m 700 "$tmp/torn"
printf '{"n":1,"time":1,"kind":"run"}\n{"n":2,"ti' >"$tmp/torn/journal.jsonl"
status 0 make_init "$tmp/torn"
same "$(jq -s 'map(.n) == [range(1; length + 1)]' "$tmp/torn/journal.jsonl")" true
[ -s "$tmp/pki/sa.key" ] || fail "nothing was made"
