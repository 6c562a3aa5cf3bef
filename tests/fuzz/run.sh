#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh SECONDS [TARGET...]: builds the fuzz targets with clang and runs each
# (or those named) for that long, as many side by side as there are processors.
# What makes one fail is left in the folder
# that is said at the end; once mended, it belongs in corpus/TARGET.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:?usage: run.sh SECONDS [TARGET...]}
shift
command -v clang >/dev/null || { echo "clang is missing" >&2; exit 77; }
build=${FUZZ_BUILD:-$(mktemp -d -t kbsh-fuzz.XXXXXX)}
mkdir -p "$build"
cd "$build"
if [ ! -f Makefile ]; then
  CC=clang "$here/../../configure" -q --enable-fuzzing --enable-sanitizers
fi
make -s -j"$(nproc)" fuzz
if [ $# -eq 0 ]; then
  for file in "$here"/fuzz-*.c; do
    name=${file##*/fuzz-}
    set -- "$@" "${name%.c}"
  done
fi
# fuzz TARGET: its result in one piece, as others run beside it
fuzz () {
  local status=0
  mkdir -p "found/$1" "bad/$1"
  tests/fuzz/fuzz-"$1" -max_total_time="$seconds" -max_len=4096 \
    -timeout=10 -print_final_stats=1 -artifact_prefix="bad/$1/" \
    "found/$1" "$here/corpus/$1" >"$1.log" 2>&1 || status=1
  echo "== $1
$(grep -E 'stat::number_of_executed_units|SUMMARY|^Done' "$1.log")"
  return $status
}
status=0 running=0
for name; do
  if [ $running -ge "$(nproc)" ]; then wait -n || status=1; else running=$((running + 1)); fi
  fuzz "$name" &
done
while [ $running -gt 0 ]; do wait -n || status=1; running=$((running - 1)); done
if [ $status -ne 0 ]; then
  echo "failures are in $build/bad, logs in $build" >&2
elif [ -z "${FUZZ_BUILD:-}" ]; then
  rm -rf "$build"
fi
exit $status
