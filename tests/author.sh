#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What doc/plugin-author.md shows compiles against the installed SDK; the plugin
# and the workflow that it shows whole are built, loaded and run.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires pkg-config
stage=$KBSH_STAGE
export LD_LIBRARY_PATH=$stage$KBSH_LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
kbsh=$stage$KBSH_BINDIR/kbsh
cc=${CC:-cc}
flags="-std=gnu11 -Wall -Wextra -Werror -fPIC -I$stage$KBSH_PREFIX/include"
flags="$flags $(pkg-config --cflags json-c)"
cd "$tmp" || exit 1

# block-1.c, block-2.c, ..., block-9.json, ...
awk '/^```[a-z]/ { name = "block-" ++n "." substr ($0, 4); next }
     /^```/ { name = ""; next }
     name { print >name }' "$top_srcdir/doc/plugin-author.md"
prelude="#include <kbsh/cleanup.h>
#include <kbsh/pki.h>
#include <kbsh/service.h>
"
count=0
for block in block-*.c; do
  grep -q KBSH_MODULE "$block" && continue
  { echo "$prelude"; echo "#line 1 \"$block\""; cat "$block"; } >"try-$block"
  # shellcheck disable=SC2086 # it is a list
  $cc $flags -Wno-unused-function -fsyntax-only "try-$block" \
    || fail "$block does not compile: $(cat "$block")"
  count=$((count + 1))
done
[ "$count" -ge 7 ] || fail "only $count blocks of C were found"

whole=$(grep -l KBSH_MODULE block-*.c)
cp "$whole" hello.c
# shellcheck disable=SC2086
$cc $flags -shared -Wl,-z,defs -o hello.so hello.c -L"$stage$KBSH_LIBDIR" \
  -lkbsh -ljson-c || fail "the whole plugin does not build"
cp block-*.yaml hello.yaml
same "$("$kbsh" plugins verify ./hello.so)" "OK hello 1.0, ABI 1.0, 1 service"
"$kbsh" workflow check ./hello.yaml --plugin-dir . >/dev/null
hello () {
  "$kbsh" hello --workflow-dir . --plugin-dir . --overlay-dir none \
    --state-dir "$tmp/state" "$@" 2>&1
}
has "$(hello --dry-run)" "hello, you"
has "$(hello)" "[greet] hello, you"

# what a service may touch, as shown
cat >touch.c <<END
#define NAME "touch"
#define TOUCHES "$(tr -d '\n' <"$(echo block-*.json)" | sed 's/"/\\"/g')"
#include "$top_srcdir/tests/abi/lies/honest.c"
END
# shellcheck disable=SC2086
$cc $flags -shared -o touch.so touch.c
has "$("$kbsh" plugins verify ./touch.so)" "OK touch"
