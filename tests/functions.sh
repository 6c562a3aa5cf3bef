# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For shell tests, which begin with
#   . "${top_srcdir:-.}/tests/functions.sh" || exit 1
# A test has a folder of its own in $tmp, ends with 0, 1 (failed) or 77
# (skipped, with the reason), and what it registers with cleanup runs whatever
# happens. (Without the "|| exit 1", a test that does not find this file would
# go on with an empty $tmp, at the root of the machine.)
set -euo pipefail
export LC_ALL=C.UTF-8
: "${top_srcdir:=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}"
: "${top_builddir:=$PWD}"
test_name=$(basename "$0" .sh)
tmp=$(mktemp -d)
cleanups=("rm -rf '$tmp'")

run_cleanups () {
  local i
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do
    eval "${cleanups[i]}" || :
  done
}
trap run_cleanups EXIT
trap 'exit 1' INT TERM HUP

# Run this command when the test ends, the last one first.
cleanup () { cleanups+=("$*"); }
fail () { echo "$test_name: FAILED: $*" >&2; exit 1; }
skip () { echo "$test_name: skipped: $*" >&2; exit 77; }
# Skip unless these programs are here.
requires () {
  local program
  for program; do
    command -v "$program" >/dev/null || skip "there is no $program"
  done
}
requires_root () { [ "$(id -u)" = 0 ] || skip "it needs root"; }
# own_namespaces FLAGS...: what follows runs in namespaces of the test's own,
# such as --net --mount: the first call starts the test again, in them.
own_namespaces () {
  requires unshare
  requires_root
  if [ -n "${IN_OWN_NAMESPACES:-}" ]; then
    unset IN_OWN_NAMESPACES
    return
  fi
  unshare "$@" true 2>/dev/null || skip "no namespaces can be made"
  run_cleanups
  trap - EXIT
  IN_OWN_NAMESPACES=1 exec unshare "$@" bash "$0"
}
# In a mount namespace of the test's own: the machine's cluster, if it has one,
# is not seen.
hide_cluster () {
  local folder
  for folder in /etc/kubernetes /var/lib/kubelet; do
    [ ! -d $folder ] || mount -t tmpfs none $folder
  done
}
# has TEXT WORDS: WORDS stand in TEXT.
has () { case $1 in *"$2"*) ;; *) fail "'$2' is not in: $1" ;; esac; }
hasnt () { case $1 in *"$2"*) fail "'$2' is in: $1" ;; esac; }
same () { [ "$1" = "$2" ] || fail "expected '$2', got '$1'"; }
# wait_for SECONDS CMD...: until it succeeds, tried every $WAIT_PAUSE seconds
wait_for () {
  local end=$((SECONDS + $1)); shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || fail "waited in vain for: $*"
    sleep "${WAIT_PAUSE:-0.05}"
  done
}

# -- for tests of the program
kbsh=$top_srcdir/tests/kbsh
export KBSH_STATE=$tmp/state
# flow NAME: a workflow of the test's own, from standard input
flows=$tmp/flows modules=$tmp/modules
mkdir -m 755 "$flows" "$modules"
flow () { cat >"$flows/$1.yaml"; }
# k ARGUMENTS...: the program with these workflows and modules
k () { "$kbsh" --plugin-dir="$modules" --workflow-dir="$flows" "$@"; }
# status N COMMAND...: it ends with N; $out and $err have what it said.
status () {
  local want=$1 got=0; shift
  "$@" >"$tmp/out" 2>"$tmp/err" || got=$?
  out=$(cat "$tmp/out") err=$(cat "$tmp/err")
  [ "$got" = "$want" ] \
    || fail "status $got instead of $want: $*"$'\n'"$out"$'\n'"$err"
}
# build_module NAME [FLAGS...]: tests/modules/NAME.c to $modules/NAME.so
build_module () {
  local name=$1; shift
  # shellcheck disable=SC2086 # $CC may have flags
  ${CC:-cc} -shared -fPIC -I"$top_srcdir/sdk/include" -DNAME="\"$name\"" \
    -fvisibility=hidden -O1 -o "$modules/$name.so" \
    "$top_srcdir/tests/modules/$name.c" "$@" \
    || fail "modules/$name.c can't be built"
}
