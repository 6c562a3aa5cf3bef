#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A module built from the header of ABI 1.0 as it was loads, and that header
# describes the same layout as the real one.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
abi=$top_srcdir/tests/abi
cc=${CC:-cc}

mkdir -p "$tmp/include/kbsh"
cp "$abi/frozen-1.0/plugin.h" "$tmp/include/kbsh"
# shellcheck disable=SC2086 # $cc may have flags
$cc -Wall -Werror -I"$tmp/include" -fsyntax-only "$abi/layout.c" \
  || fail "the frozen header has another layout than tests/abi/layout.c says"
# shellcheck disable=SC2086
$cc -shared -fPIC -I"$tmp/include" -DNAME='"honest"' -o "$tmp/honest.so" \
  "$abi/lies/honest.c" || fail "no module can be built from it"
same "$("$top_builddir/tests/abi/open" "$tmp/honest.so")" "OK honest"

version () { sed -n 's/^#define KBSH_ABI_MINOR //p' "$1"; }
same "$(version "$abi/frozen-1.0/plugin.h")" 0
# Before the release of 1.0, the two are one, but for comments.
# shellcheck disable=SC2086
meaning () { $cc -E -P -dD "$1" | grep -v '^#define __FILE__'; }
case $(sed -n 's/^AC_INIT(\[kbsh\], \[\([0-9]*\).*/\1/p' \
  "$top_srcdir/configure.ac") in
0) meaning "$abi/frozen-1.0/plugin.h" >"$tmp/frozen"
   meaning "$top_srcdir/sdk/include/kbsh/plugin.h" >"$tmp/real"
   diff "$tmp/frozen" "$tmp/real" \
     || fail "plugin.h was changed without its copy (frozen-1.0/README.md)" ;;
esac
