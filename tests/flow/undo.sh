#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A workflow that asks before it begins, and one that undoes what another did.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires jq
build_module play
# answer TEXT COMMAND...: with this on standard input
answer () { local text=$1; shift; printf '%b' "$text" | "$@"; }

flow make <<END
workflow: kbsh/v1
name: make
steps:
  - {name: one, run: play.write, with: {path: "$tmp/there", text: "ours"}}
  - {name: two, run: play.write, with: {path: "$tmp/new", text: "ours"}, needs: [one]}
END
flow take <<END
workflow: kbsh/v1
name: take
confirm: {question: "Take it all back?", unless: force, step: check}
parameters:
  - {name: force, type: bool, short: f}
  - {name: only, type: list}
steps:
  - {name: check, run: play.tell}
  - {name: undo, run: undo, with: {only: "\${only}", except: ["$tmp/x/"]}, needs: [check]}
END
echo theirs >"$tmp/there"

# -- the question
for text in '' '\n' 'n\n' 'no' 'yeah\n'; do
  status 1 answer "$text" k take
  has "$err" "Take it all back? [y/N]: "
  has "$err" "aborted: nothing was done"
  has "$err" "give --force"
  [ ! -e "$KBSH_STATE" ] || fail "something was done"
done
status 0 answer 'y\n' k take;       has "$err" "Take it"
status 0 answer 'YES' k take;       has "$err" "Take it"
status 0 answer '' k take -f;       hasnt "$err" "Take it"
status 0 answer '' k take --dry-run; hasnt "$err" "Take it"
status 1 answer '' k take --force=false
status 1 answer '' k take phase check
status 0 answer '' k take phase undo; hasnt "$err" "Take it"
status 0 answer '' k take --skip-phases check
# no more than one line is read
same "$(printf 'y\nrest\n' | { k take >/dev/null 2>&1; cat; })" rest
"$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" take 2>"$tmp/asked" < <(sleep 5) & pid=$!
wait_for 10 grep -q "y/N" "$tmp/asked"
kill -TERM $pid
got=0; wait $pid || got=$?
same "$got" 143

# -- the undo
rm -rf "$KBSH_STATE"
status 0 k make
same "$(cat "$tmp/there" "$tmp/new")" oursours
status 0 k take -f --dry-run
has "$out$err" "put back $tmp/there"
has "$out$err" "remove $tmp/new"
same "$(cat "$tmp/there" "$tmp/new")" oursours
status 0 k take -f --only "$tmp/new"
[ ! -e "$tmp/new" ] || fail "the file is still there"
same "$(cat "$tmp/there")" ours
[ -e "$KBSH_STATE/journal.jsonl" ] || fail "the journal is gone though something is left"
status 0 k take -f -o json
same "$(cat "$tmp/there")" theirs
same "$(jq -rs '.[]|select(.event=="step-finished" and .step=="undo")|"\(.status) \(.changes)"' "$tmp/out")" "ok 1"
[ ! -e "$KBSH_STATE/journal.jsonl" ] || fail "the journal was not set aside"
same "$(find "$KBSH_STATE" -name 'journal-*' -perm 600 | wc -l)" 1
# what is made afterwards has a journal of its own
status 0 k make
status 0 k take -f -o json
same "$(jq -rs '.[]|select(.event=="step-finished" and .step=="undo").changes' "$tmp/out")" 2
printf '{}\n{}\n' >"$KBSH_STATE/journal.jsonl"
chmod 600 "$KBSH_STATE/journal.jsonl"
status 1 k take -f
has "$err" "journal"

# -- what is wrong in the file
wrong () {
  sed "$1" "$flows/take.yaml" >"$tmp/wrong.yaml"
  status 1 k workflow check "$tmp/wrong.yaml"
  has "$err" "$2"
  has "$err" "wrong.yaml:"
}
wrong 's/unless: force/unless: only/' '"only" is no parameter of type bool'
wrong 's/step: check/step: chekc/' 'no step or group "chekc"'
wrong 's/question:/qestion:/' 'did you mean "question"?'
wrong 's/except:/exept:/' 'undo has no parameter "exept"'
wrong "s|\\[\"$tmp/x/\"\\]|7|" '"except" of undo has to be a list'
wrong 's/run: undo,/run: undo, op: all,/' "undo has no operations"
