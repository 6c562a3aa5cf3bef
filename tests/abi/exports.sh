#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A plugin exports its description alone; libkbsh exports names of its own
# alone, and none that it had is gone; the program exports nothing. No plugin
# finds a function in the program that an installed one would not.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires nm
stage=$KBSH_STAGE
exports () { nm -D --defined-only "$1" | awk '{ print $3 }' | sed 's/@.*//'; }

count=0
for module in "$stage$KBSH_LIBDIR"/kbsh/plugins/*.so; do
  [ -e "$module" ] || continue
  same "$(exports "$module" | tr '\n' ' ')" "kbsh_module "
  count=$((count + 1))
done
echo "$count plugins"
if grep -q plugin_LTLIBRARIES "$top_srcdir"/plugins/*/local.mk; then
  [ "$count" -gt 0 ] || fail "no plugin is installed"
fi

exports "$stage$KBSH_LIBDIR/libkbsh.so" | sort >"$tmp/now"
strangers=$(grep -Ev '^(kbsh_|_init$|_fini$)' "$tmp/now" || :)
[ -z "$strangers" ] || fail "libkbsh exports: $strangers"
gone=$(comm -23 <(grep -v '^#' "$top_srcdir/tests/abi/symbols" | sort) \
  "$tmp/now")
[ -z "$gone" ] || fail "libkbsh lost: $gone"

program=$(exports "$stage$KBSH_BINDIR/kbsh" | grep '^kbsh_\|^loader_' || :)
[ -z "$program" ] || fail "the program exports: $program"
