#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The template of the installed SDK, renamed, builds with one command and
# nothing but the SDK, loads, and is installed where kbsh looks.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires make pkg-config
unset MAKEFLAGS MFLAGS MAKELEVEL # those of the make that runs this test
stage=$KBSH_STAGE
export LD_LIBRARY_PATH=$stage$KBSH_LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

# What a DESTDIR hides from pkg-config, and nothing else of the tree.
mkdir "$tmp/pkgconfig"
sed "s|^prefix=.*|prefix=$stage$KBSH_PREFIX|" \
  "$stage$KBSH_LIBDIR/pkgconfig/kbsh.pc" >"$tmp/pkgconfig/kbsh.pc"
export PKG_CONFIG_PATH=$tmp/pkgconfig
same "$(pkg-config --variable=abi kbsh)" \
  "$(sed -n 's/^#define KBSH_ABI_MAJOR //p' \
    "$top_srcdir/sdk/include/kbsh/plugin.h").$(sed -n \
    's/^#define KBSH_ABI_MINOR //p' "$top_srcdir/sdk/include/kbsh/plugin.h")"

cp -r "$(pkg-config --variable=templatedir kbsh)" "$tmp/copy"
cd "$tmp/copy" || exit 1
"$PWD/rename" our-plugin
if "$PWD/rename" Not_A_Name 2>/dev/null; then fail "a bad name was taken"; fi
run () { make -s CC="${CC:-cc}" CFLAGS="-O2 -Wall -Wextra -Werror" "$@"; }
run || fail "the template does not build"
same "$("$top_builddir/tests/abi/open" ./our-plugin.so)" "OK our-plugin"
run install DESTDIR="$tmp/root" plugindir="$KBSH_LIBDIR/kbsh/plugins"
[ -x "$tmp/root$KBSH_LIBDIR/kbsh/plugins/our-plugin.so" ] \
  || fail "make install put it elsewhere"

# it runs, in a dry run and for good
export PATH=$stage$KBSH_BINDIR:$PATH
same "$(run check)" "OK our-plugin 1.0, ABI 1.0, 2 services"
try="kbsh try --workflow-dir . --plugin-dir . --path $tmp/note"
try="$try --overlay-dir none --state-dir $tmp/state"
kbsh workflow check ./try.yaml --plugin-dir . >/dev/null
has "$($try --dry-run 2>&1)" "+written by kbsh"
[ ! -e "$tmp/note" ] || fail "a dry run wrote a file"
has "$($try 2>&1)" "1 change"
same "$(cat "$tmp/note")" "written by kbsh"
has "$($try 2>&1)" "nothing changed"

# an author's mistake is found when it is linked, not when it is opened
sed 's/kbsh_passed (/kbsh_pased (/' our-plugin.c >wrong.c
if cc_says=$(run NAME=wrong CFLAGS=-w 2>&1); then
  fail "an undefined function was linked"
fi
has "$cc_says" kbsh_pased

# the macro for autoconf
if command -v autoconf >/dev/null && command -v aclocal >/dev/null; then
  mkdir "$tmp/auto" && cd "$tmp/auto"
  cat >configure.ac <<'END'
AC_INIT([thing], [1])
AC_PROG_CC
KBSH_PLUGIN([1.0])
AC_CONFIG_FILES([result])
AC_OUTPUT
END
  echo '@plugindir@ @KBSH_ABI@ @KBSH_LIBS@' >result.in
  macros="-I $stage$KBSH_PREFIX/share/aclocal"
  # shellcheck disable=SC2086 # it is a list
  { aclocal $macros && autoconf; } >auto.log 2>&1 || fail "$(cat auto.log)"
  ./configure >auto.log 2>&1 || fail "$(tail auto.log)"
  has "$(cat result)" "$stage$KBSH_LIBDIR/kbsh/plugins 1.0 "
  has "$(cat result)" "-lkbsh"
  sed -i 's/\[1.0\]/[1.99]/' configure.ac
  autoconf --force # the cache of an edit within one second is stale
  if ./configure >auto.log 2>&1; then fail "ABI 1.99 was found"; fi
  has "$(cat auto.log)" "with ABI 1.99 or newer, was not found"
else
  echo "no autoconf: kbsh.m4 was not tried"
fi
