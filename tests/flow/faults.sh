#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What surrounds the program is in disorder: standard descriptors that are
# closed or full, words and files with what a terminal would act on, limits
# that leave no room for a worker. One clear error, and nothing else is hurt.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
build_module play
flow try <<END
workflow: kbsh/v1
name: try
steps:
  - {name: write, run: play.write, with: {path: $tmp/made}}
END

# -- closed: what is said never ends up in the files that are opened
closed () { k "$@" <&- >&- 2>&-; }
status 0 closed try
[ -s "$tmp/made" ] || fail "the step did not run"
grep -Eqx '[0-9]+' "$KBSH_STATE/lock" || fail "the lock has: $(cat "$KBSH_STATE/lock")"
[ "$(wc -l <"$KBSH_STATE/lock")" = 1 ] || fail "more than a number in the lock"
jq -e . "$KBSH_STATE/journal.jsonl" >/dev/null || fail "the journal is not JSON"
rm "$tmp/made"
status 0 closed try --dry-run
no_output () { k "$@" >&-; }
status 1 no_output version
has "$err" "standard output can't be written"

# -- full: an answer that is lost is an error, of plugins' commands, too
full () { k "$@" >/dev/full; }
status 0 k play hello you
[ -n "$out" ] || fail "play hello says nothing"
for flags in "" "-v 1"; do
  # shellcheck disable=SC2086
  status 1 full play hello you $flags
  has "$err" "standard output can't be written"
done

# ... of a workflow, a warning: what was done is done
rm "$tmp/made" 2>/dev/null || :
status 0 full try --dry-run
has "$err" "warning: standard output can't be written"

# -- what a terminal would act on is not passed on to it
status 2 k $'no\e[2Jthing'
hasnt "$err" $'\e'
has "$err" 'no?[2Jthing'
status 2 k try phase $'x\x9b\u009b2J'
hasnt "$err" $'\u009b'
printf 'workflow: kbsh/v1\nname: "b\\e[31mad"\nsteps: 7\n' >"$flows/bad.yaml"
status 1 k workflow check bad
hasnt "$err" $'\e'

# -- folders where files belong: nothing is begun
mkdir "$tmp/folder"
status 1 k try --trace "$tmp/folder"
has "$err" "can't be written to '$tmp/folder': it is no regular file"
[ ! -e "$tmp/made" ] || fail "the step was run"

# -- a limit of address space below the workers' own is kept
little () { (ulimit -v 400000 && k "$@"); }
grep -q __asan_init "$KBSH_STAGE$KBSH_BINDIR/kbsh" || status 0 little try
# -- a limit of the size of files is an error, and no end without a word
rm -rf "$KBSH_STATE" "$tmp/made"
got=$(ulimit -f 0
  k try 2>&1 || echo "status $?")
has "$got" "ulimit -f"
has "$got" "status 1"
rm -rf "$KBSH_STATE"
# -- no worker can be made ready: that is no fault of its plugin
few () { (ulimit -n "$1" && shift && k "$@"); }
for ((limit = 6; limit < 24; limit++)); do
  got=0
  few "$limit" try 2>"$tmp/err" || got=$?
  [ "$got" -lt 2 ] || fail "status $got with $limit files: $(cat "$tmp/err")"
  hasnt "$(cat "$tmp/err")" "fault of the plugin"
  hasnt "$(cat "$tmp/err")" "out of memory"
done
status 0 k try
