#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Signals: the exit status is the signal's, what is under way may end, and a
# program that is not in a run, or does not notice the first one, ends at once.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires jq
build_module play
flow long <<END
workflow: kbsh/v1
name: long
steps:
  - {name: wait, run: play.meet, with: {mine: $tmp/begun, other: $tmp/never}, retry: 1}
  - {name: after, run: play.tell, needs: [wait]}
END
start () {
  rm -f "$tmp/begun"
  "$@" --plugin-dir="$modules" --workflow-dir="$flows" long >"$tmp/out" 2>"$tmp/err" &
  pid=$!
  cleanup "kill -9 $pid 2>/dev/null"
  wait_for 10 test -e "$tmp/begun"
}
has_ended () { ! kill -0 "$1" 2>/dev/null || grep -q "^State:.Z" "/proc/$1/status" 2>/dev/null; }
# ends STATUS: it does, soon.
ends () {
  local got=0
  wait_for 10 has_ended "$pid"
  wait "$pid" || got=$?
  [ "$got" = "$1" ] || { cat "$tmp/err" >&2; same "$got" "$1"; }
}

# (who starts this with nohup has SIGHUP ignored, here as well)
signals=(INT:130 TERM:143)
[ $((0x$(awk '/^SigIgn/ { print $2 }' /proc/$$/status) & 1)) != 0 ] || signals+=(HUP:129)
for signal in "${signals[@]}"; do
  start "$kbsh"
  kill -s "${signal%:*}" "$pid"
  ends "${signal#*:}"
  has "$(cat "$tmp/err")" interrupted
  hasnt "$(cat "$tmp/err")" "did not come"
done
# nothing is tried again, and the end is told
start "$kbsh" -o json
kill -INT "$pid"
ends 130
same "$(grep -c '"step-started"' "$tmp/out")" 1
same "$(jq -rs 'last|.event+" "+.status' "$tmp/out")" "run-finished interrupted"

# An effect under way may end, and nothing else begins; a second signal ends it.
flow effect <<END
workflow: kbsh/v1
name: effect
parameters:
  - {name: seconds, type: string}
steps:
  - {name: run, run: play.program, with: {seconds: "\${seconds}"}, on-failure: continue}
  - {name: next, run: play.write, with: {path: $tmp/next}}
END
journal=$KBSH_STATE/journal.jsonl
sleeps () {
  rm -rf "$KBSH_STATE"
  "$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" effect -o json --parallel 1 --seconds "$1" >"$tmp/out" 2>"$tmp/err" &
  pid=$!
  cleanup "kill -9 $pid 2>/dev/null"
  wait_for 10 grep -qs '"effect":"program"' "$journal"
  kill -INT "$pid"
}
sleeps 1
ends 130
grep -q '"kind":"done"' "$journal" || fail "the program was not let end: $(cat "$journal")"
same "$(grep -c '"step-started"' "$tmp/out")" 1
sleeps 60
sleep 0.5
kill -0 "$pid" || fail "the program was not let end"
kill -INT "$pid"
ends 130
grep -q '"kind":"failed"' "$journal" || fail "the program was not ended"

# One that does not want to is gone as well when kbsh is, which does not wait for
# what holds its output open.
cat >"$tmp/stubborn" <<END
trap '' TERM
setsid sleep 60 &
echo \$! >$tmp/holder.pid
echo \$\$ >$tmp/stubborn.pid
while :; do sleep 0.2; done
END
sed -i "s|\(run: play.program, with: {\)|\1program: sh, |" "$flows/effect.yaml"
sleeps "$tmp/stubborn"
wait_for 10 test -s "$tmp/stubborn.pid"
cleanup "kill -9 $(cat "$tmp/holder.pid")"
sleep 0.5 # the two would be one otherwise
kill -INT "$pid"
ends 130
! kill -9 "$(cat "$tmp/stubborn.pid")" 2>/dev/null || fail "the program outlived kbsh"

# What nohup set up stays.
start nohup "$kbsh"
kill -HUP "$pid"
sleep 0.3
kill -0 "$pid" || fail "nohup did not help"
kill -TERM "$pid"
ends 143

# A reader that takes nothing: there is no run to end.
mkfifo "$tmp/full"
exec 7<>"$tmp/full"
dd if=/dev/zero of="$tmp/full" bs=4096 count=16 oflag=nonblock status=none
"$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" workflow show long >&7 7>&- &
pid=$!
cleanup "kill -9 $pid 2>/dev/null"
sleep 0.5
kill -0 "$pid" || fail "the pipe was not full"
kill -TERM "$pid"
begun=$SECONDS
ends 143
[ $((SECONDS - begun)) -lt 3 ] || fail "it did not end at once"

# A run that such a reader keeps from noticing the first one: it began while
# there was room.
mkfifo "$tmp/nearly"
exec 8<>"$tmp/nearly"
dd if=/dev/zero of="$tmp/nearly" bs=4096 count=15 oflag=nonblock status=none
text=$(printf '%3000s' x)
flow loud <<END
workflow: kbsh/v1
name: loud
steps:
  - {name: one, run: play.tell, with: {text: "$text"}}
  - {name: two, run: play.tell, with: {text: "$text"}, needs: [one]}
END
rm -rf "$KBSH_STATE"
"$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" loud -o json >&8 7>&- 8>&- 2>/dev/null &
pid=$!
cleanup "kill -9 $pid 2>/dev/null"
wait_for 10 grep -qs '"step":"one"' "$journal"
sleep 1
kill -0 "$pid" || fail "the run did not wait"
kill -INT "$pid"
sleep 0.3
kill -0 "$pid" || fail "the first signal ended it"
kill -TERM "$pid"
ends 143
