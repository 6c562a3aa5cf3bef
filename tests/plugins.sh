#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `kbsh plugins`: what there is, and one that is broken in each way that a
# plugin can hurt the program that opens it.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
export LD_LIBRARY_PATH=$KBSH_STAGE$KBSH_LIBDIR${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
kbsh=$KBSH_STAGE$KBSH_BINDIR/kbsh
cc=${CC:-cc}
folder=$tmp/plugins
mkdir -m 755 "$folder"

# build NAME [LIE [CODE]]: a module, with code that runs when it is opened
build () {
  printf '#define NAME "%s"\n#include "%s"\n' "$1" \
    "$top_srcdir/tests/abi/lies/${2:-honest}.c" >"$tmp/code.c"
  printf '%s\n' '#include <stdlib.h>' '#include <unistd.h>' \
    "__attribute__ ((constructor)) static void begin (void) { ${3:-} }" \
    >>"$tmp/code.c"
  # shellcheck disable=SC2086 # $cc may have flags
  $cc -w -shared -fPIC -I"$top_srcdir/sdk/include" -o "$folder/$1.so" \
    "$tmp/code.c" || fail "$1 can't be built"
}
build good
build abroad other-major
build crash honest 'abort ();'
build leave honest '_exit (0x17);'
# kbsh STATUS ARGUMENTS...: its output is in $out
k () {
  local wanted=$1 status=0; shift
  out=$("$kbsh" "$@" --plugin-dir "$folder" 2>&1) || status=$?
  same "$status" "$wanted"
}

k 0 plugins list
same "$(head -1 <<<"$out" | tr -s ' ')" "NAME VERSION ABI ROLES STATE VENDOR PATH"
same "$(grep ^good <<<"$out" | tr -s ' ')" \
  "good 1.0 1.0 step loaded the tests $folder/good.so"
has "$(grep -A1 ^abroad <<<"$out")" "why: it was made for ABI 2"
has "$(grep -A1 ^crash <<<"$out")" "why: it crashed while it was opened (sig"
has "$(grep -A1 ^leave <<<"$out")" "why: it ended the program while it was"
same "$(grep -c refused <<<"$out")" 3
k 0 plugins list -o wide
has "$(grep ^good <<<"$out")" "Apache-2.0  good.run"
k 0 plugins list -o yaml
has "$out" "  - name: good.run"
k 0 plugins list -o json
has "$out" '"state": "refused"'
if command -v python3 >/dev/null; then
  same "$(python3 -c 'import json, sys
for m in json.load (sys.stdin): print (m["name"], m["state"])' <<<"$out" |
    tr '\n' ' ')" "abroad refused crash refused good loaded leave refused "
fi

# nor do they end what looks at all of them for another reason
k 0 --help
has "$out" "what plugins there are"
k 2 gooood
has "$out" 'unknown command "gooood"'
printf '%s\n' 'workflow: kbsh/v1' 'name: look' 'steps:' \
  '  - {name: all, run: checks}' >"$tmp/look.yaml"
k 0 workflow check "$tmp/look.yaml"

k 0 plugins info good
has "$out" "good.run (step)"
has "$out" "touches: nothing"
k 0 plugins info good -o json
has "$out" '"summary": "does nothing"'
k 1 plugins info goood
has "$out" "did you mean 'good'?"
k 1 plugins info abroad
has "$out" "made for ABI 2"
k 2 plugins info
k 2 plugins info good abroad
k 2 plugins list -o wiide
k 2 plugins lsit
has "$out" '"list"'

k 0 plugins verify "$folder/good.so"
same "$out" "OK good 1.0, ABI 1.0, 1 service"
k 1 plugins verify "$folder/crash.so"
has "$out" "crashed while it was opened"
k 1 plugins verify "$folder/none.so"
has "$out" "there is no such file"

# every plugin of ours is as good
out=$("$kbsh" plugins list --plugin-dir "$KBSH_STAGE$KBSH_LIBDIR/kbsh/plugins")
hasnt "$out" refused

# a folder that others may write to is no plugin folder
chmod 777 "$folder"
k 1 plugins list
has "$out" "everybody may write to the folder"
