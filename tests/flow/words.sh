#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The core knows plugins, workflows, effects and evidence, and no word of what
# they are used for; and it ends in main.c alone.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
core=$top_srcdir/core
[ -d "$core" ] || fail "there is no $core"
found=$(grep -rniE '\b(kube[a-z]*|etcd|clusters?)\b' "$core" \
  --include='*.[ch]' || :)
[ -z "$found" ] || fail "words of Kubernetes in core/:"$'\n'"$found"
found=$(grep -rnE '(^|[^_[:alnum:]])(exit|abort|_Exit|quick_exit) *\(' "$core" \
  --include='*.[ch]' | grep -vE "^$core/(main.c:|[a-z]*/test-)" || :)
[ -z "$found" ] || fail "the program ends outside main.c:"$'\n'"$found"
found=$(grep -rnE '(^|[^_[:alnum:]])(printf|puts|putchar) *\(' "$core" \
  --include='*.[ch]' | grep -vE "^$core/(main.c|cli/|[a-z]*/test-)" || :)
[ -z "$found" ] || fail "standard output is written outside core/cli:"$'\n'"$found"
