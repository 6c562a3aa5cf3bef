#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What git has is what `make dist` packs.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires git make
[ -e "$top_srcdir/.git" ] || skip "the sources are no checkout"

# What only a checkout needs, and files that git has and this tree has not.
here () {
  cd "$top_srcdir" && git ls-files \
    | grep -vE '^(\.ci/|\.gitignore$|m4/\.keep$)' \
    | while read -r file; do [ ! -e "$file" ] || echo "$file"; done
}
# A make of its own: nothing of the one that runs the tests.
unset MAKEFLAGS MFLAGS MAKELEVEL
make -s -C "$top_builddir" distdir distdir="$tmp/dist" >"$tmp/log" 2>&1 \
  || fail "make distdir: $(cat "$tmp/log")"
here | sort >"$tmp/here"
[ -s "$tmp/here" ] || fail "git names no files"
(cd "$tmp/dist" && find . -type f -printf '%P\n' | sort) >"$tmp/packed"
missing=$(comm -23 "$tmp/here" "$tmp/packed")
[ -z "$missing" ] || fail "not packed (EXTRA_DIST, in a local.mk): $missing"
