# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the tests of what a join is refused for, after functions.sh and join.sh:
# JOINING is the host that would join; SECRETS, what may not be told.
JOINING=w1
SECRETS=()

# cluster_objects: what a join makes in a cluster
cluster_objects () { at cp1 kubectl get csr,nodes -o name; }
# look_joining NAME: the host and the cluster. (That a run failed stands in the
# journal, and that it changed nothing.)
look_joining () {
  look_host "$JOINING" "$1"
  sed -i -E '\#/var/lib(/kbsh[^ ]*)? #d' "$tmp/$1.files"
  cluster_objects >"$tmp/$1.objects"
}
# all_as_before: since `look_joining before`
all_as_before () {
  look_joining after
  same_host before after
  diff "$tmp/before.objects" "$tmp/after.objects" >&2 || fail "the cluster changed"
}
# refused WORDS... -- OPTION...: the join fails, with status 1; the error has the
# words, a remedy and no secret; nothing has changed
refused () {
  local words=() word began=$SECONDS status=0
  while [ "$1" != -- ]; do words+=("$1"); shift; done
  shift
  try_join "$JOINING" "$@" || status=$?
  [ $status = 1 ] || { show; fail "this join ended with $status: $*"; }
  [ $((SECONDS - began)) -lt 30 ] || fail "it took $((SECONDS - began)) s: $*"
  for word in "${words[@]}"; do has "$(cat "$tmp/err")" "$word"; done
  grep -qE 'remedy: |needed: |why: /shared/join.yaml:[0-9]+' "$tmp/err" || { show; fail "it is not said what to do"; }
  for word in "${SECRETS[@]}"; do without "$word" "$tmp/out" "$tmp/err"; done
  ! at "$JOINING" in_host grep -s '"intent"' /var/lib/kbsh/journal.jsonl || fail "something was begun"
  all_as_before
  echo "$test_name: refused after $((SECONDS - began)) s: $(sed -n 's/.*\] failed after [^:]*: //p' "$tmp/err" | head -1)"
}
