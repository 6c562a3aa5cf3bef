#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# init killed at its journal's records and run again: tests/killed/matrix.
# lab: seconds=130
. "$(dirname "$0")/functions.sh" || exit 1

"$top_srcdir/tests/killed/matrix" --ci "$KBSH_PREFIX" >"$tmp/table" || {
  grep '^BAD' "$tmp/table" >&2
  fail "an init that was killed does not go on well"
}
