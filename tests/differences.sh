#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# doc/differences.md is made of the list that the comparison in the lab holds.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires python3
python3 -c 'import yaml' 2>/dev/null || skip "there is no python3-yaml"
export PYTHONDONTWRITEBYTECODE=1
python3 "$top_srcdir/tests/lab/equal/compare.py" --doc >"$tmp/said"
diff "$tmp/said" "$top_srcdir/doc/differences.md" >&2 ||
  fail "doc/differences.md is not what compare.py --doc says"
