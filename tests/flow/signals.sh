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
  - {name: wait, run: play.meet, with: {mine: $tmp/begun, other: $tmp/never}}
  - {name: after, run: play.tell, needs: [wait]}
END
start () {
  rm -f "$tmp/begun"
  "$@" --plugin-dir="$modules" --workflow-dir="$flows" long >"$tmp/out" 2>"$tmp/err" &
  pid=$!
  cleanup "kill -9 $pid 2>/dev/null"
  wait_for 10 test -e "$tmp/begun"
}
# ends STATUS: it does, soon.
ends () {
  local got=0
  wait "$pid" || got=$?
  same "$got" "$1"
}

for signal in INT:130 TERM:143 HUP:129; do
  start "$kbsh"
  kill -s "${signal%:*}" "$pid"
  ends "${signal#*:}"
  has "$(cat "$tmp/err")" interrupted
done

start "$kbsh" -o json
kill -INT "$pid"
ends 130
same "$(jq -rs 'last|.event+" "+.status' "$tmp/out")" "run-finished interrupted"

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

# A run that is kept from noticing the first one by the same reader.
rm -f "$tmp/begun"
"$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" long -o json >&7 7>&- 2>/dev/null &
pid=$!
cleanup "kill -9 $pid 2>/dev/null"
sleep 1
kill -0 "$pid" || fail "the run did not wait"
kill -INT "$pid"
sleep 0.3
kill -0 "$pid" 2>/dev/null && kill -TERM "$pid"
begun=$SECONDS
got=0; wait "$pid" || got=$?
case $got in 130 | 143) ;; *) fail "status $got" ;; esac
[ $((SECONDS - begun)) -lt 3 ] || fail "a second signal did not end it"
