#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh SECONDS [TARGET...]: builds the fuzz targets with clang and runs each
# (or those named) for that long. What makes one fail is left in the folder
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
status=0
for name; do
  mkdir -p "found/$name" "bad/$name"
  echo "== $name"
  tests/fuzz/fuzz-"$name" -max_total_time="$seconds" -max_len=4096 \
    -timeout=10 -print_final_stats=1 -artifact_prefix="bad/$name/" \
    "found/$name" "$here/corpus/$name" >"$name.log" 2>&1 || status=1
  grep -E 'stat::number_of_executed_units|SUMMARY|^Done' "$name.log" || :
done
if [ $status -ne 0 ]; then
  echo "failures are in $build/bad, logs in $build" >&2
elif [ -z "${FUZZ_BUILD:-}" ]; then
  rm -rf "$build"
fi
exit $status
