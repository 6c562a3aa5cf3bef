#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every installed header compiles alone; plugin.h needs nothing but itself, and
# is C90 and C++ as far as declarations go.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
cc=${CC:-cc}
include=$KBSH_STAGE$KBSH_PREFIX/include
json=$(pkg-config --cflags json-c)
count=0

for header in "$include"/kbsh/*.h; do
  name=$(basename "$header")
  printf '#include <kbsh/%s>\n#include <kbsh/%s>\nint it;\n' "$name" "$name" \
    >"$tmp/alone.c"
  # shellcheck disable=SC2086 # they are lists of flags
  $cc -std=gnu11 -Wall -Wextra -Werror -I"$include" $json -fsyntax-only \
    "$tmp/alone.c" || fail "$name does not compile alone"
  grep -q "kbsh/$name" "$top_srcdir/sdk/local.mk" || fail "$name is a stranger"
  count=$((count + 1))
done
[ "$count" -ge 10 ] || fail "only $count headers are installed"

mkdir -p "$tmp/alone/kbsh"
cp "$include/kbsh/plugin.h" "$tmp/alone/kbsh"
cat >"$tmp/plugin.c" <<'END'
#include <kbsh/plugin.h>
int use (struct kbsh_ctx *ctx);
int use (struct kbsh_ctx *ctx) { return ctx->host->failed (ctx); }
END
# shellcheck disable=SC2086
$cc -std=c90 -Wall -Wextra -Werror -I"$tmp/alone" -fsyntax-only \
  "$tmp/plugin.c" || fail "plugin.h is not usable from C90"
# shellcheck disable=SC2086
$cc -std=c11 -pedantic -Wall -Wextra -Werror -I"$tmp/alone" -fsyntax-only \
  "$tmp/plugin.c" || fail "plugin.h is not strict C11"
if command -v c++ >/dev/null; then
  c++ -x c++ -Wall -Wextra -Werror -I"$tmp/alone" -fsyntax-only \
    "$tmp/plugin.c" || fail "plugin.h is not usable from C++"
else
  echo "no C++ compiler: C++ was not tried"
fi
