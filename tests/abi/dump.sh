#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# libkbsh's binary interface against the one that was recorded: functions and
# members may come, none may go or change. `make abi-record` records anew, which
# before 1.0 is the way to change it, and after it is none.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires abidiff
recorded=$top_srcdir/tests/abi/libkbsh.abi
library=$top_builddir/sdk/lib/.libs/libkbsh.so
case $(uname -m) in x86_64) ;; *) skip "recorded on another machine" ;; esac
# (not grep -q: it would end readelf by a signal, which counts as a failure)
readelf -S "$library" | grep '\.debug_info' >/dev/null \
  || skip "libkbsh has no debug information"
if nm -D "$library" | grep __asan_ >/dev/null; then
  skip "built with sanitizers, which add to the interface"
fi

status=0
report=$(abidiff --no-added-syms "$recorded" "$library" 2>&1) || status=$?
[ $((status & 3)) = 0 ] || fail "abidiff can't compare: $report"
[ $((status & 12)) = 0 ] || fail "the interface changed: $report"
