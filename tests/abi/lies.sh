#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Modules that lie in exactly one way each are refused, each with its own true
# reason; the honest one is loaded.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
lies=$top_srcdir/tests/abi/lies
open=$top_builddir/tests/abi/open
cc=${CC:-cc}
reasons=$tmp/reasons
folder=$modules

# build NAME [FLAGS...]: the module that lies/NAME.c makes
build () {
  local name=$1; shift
  # shellcheck disable=SC2086 # $cc may have flags
  $cc -shared -fPIC -I"$top_srcdir/sdk/include" -DNAME="\"$name\"" \
    -fvisibility=hidden -o "$folder/$name.so" "$lies/$name.c" "$@" \
    || fail "lies/$name.c can't be built"
}

# refused FILE WORDS: FILE is refused with these words as the reason, and not
# with those of another lie.
refused () {
  local text status=0
  text=$("$open" "$1" 2>&1) || status=$?
  [ "$status" = 1 ] || fail "$1: status $status: $text"
  has "$text" "the module $1 was refused: "
  has "$text" "$2"
  text=${text#*was refused: }
  echo "${text%%$'\n'*}" >>"$reasons"
}
lie () { build "$1"; refused "$folder/$1.so" "$2"; }

build honest
same "$("$open" "$folder/honest.so")" "OK honest"
# by another path to the same folder, too
same "$(cd "$folder" && "$open" honest.so)" "OK honest"

# -- what a module says
lie small "says that it has 56 bytes, and ABI 1.0 has 64"
lie truncated "it has 16 bytes of data, and 64 of data are needed"
lie not-data "'kbsh_module' is no description"
lie other-major "made for ABI 2, and this program has ABI 1"
lie newer-minor "it needs ABI 1.1, and this program has the older 1.0"
lie null-name "the module's name is NULL"
lie other-name "it calls itself 'somebody-else', and its file is other-name.so"
lie bad-name "its name 'Not_A_Name' is not allowed"
lie empty-version "the module's version is empty"
lie null-services "its list of services is NULL"
lie no-service "it offers no service"
lie small-service "its service number 1 says that it has 48 bytes"
lie null-summary "the summary of its service null-summary.run is NULL"
lie foreign-service "its service 'other.run' is not named after the module"
lie duplicate-service "two services with the name 'duplicate-service.run'"
lie unknown-role "the role of its service unknown-role.run is not known: 'orac"
lie null-role "the role of its service null-role.run is NULL"
lie null-table "its service null-table.run has no table of functions"
lie small-table "the table of its service small-table.run says that it has 8"
lie missing-function "its service missing-function.run lacks the function 'run'"
lie null-words "the words of its command null-words.run are NULL"

# -- what a service declares
lie accepts-no-json "accepts of its service accepts-no-json.run: not JSON"
lie accepts-key "parameter 'a': the key 'defualt' is not known"
lie accepts-type "parameter 'a': its type 'number' is none of"
lie accepts-twins "parameter 'a': there are two of this name"
lie accepts-default "parameter 'a': its default is not of its type, int"
lie accepts-short "parameter 'a': 'short' is for role command only"
lie touches-key "touches of its service touches-key.run: the key 'files' is n"
lie touches-path "'paths': the path 'etc/x' is not absolute"

# -- what it needs
lie undefined-symbol "it uses the symbol 'elsewhere', which neither"
lie no-symbol "it exports no 'kbsh_module'"
echo 'int elsewhere (void); int elsewhere (void) { return 0; }' >"$tmp/gone.c"
$cc -shared -fPIC -Wl,-soname,libgone.so.7 -o "$folder/libgone.so" "$tmp/gone.c"
build missing-library "$folder/libgone.so"
refused "$folder/missing-library.so" \
  "it needs the library 'libgone.so.7', which is not here"
build honest -Wl,-soname,libhonest.so.1
cp "$folder/honest.so" "$tmp/libhonest.so.1"
$cc -shared -fPIC -Wl,-soname,libhonest.so.1 -I"$top_srcdir/sdk/include" \
  -DNAME='"honest"' -o "$tmp/libhonest.so.1" "$lies/honest.c" "$tmp/gone.c"
build borrowed "$tmp/libhonest.so.1" -Wl,-rpath,"$tmp"
refused "$folder/borrowed.so" "it does not export the symbol 'kbsh_module' its"

# -- its file
build honest
refused "$folder/none.so" "there is no such file"
refused "$tmp/nowhere/honest.so" "No such file or directory"
: >"$folder/empty.so"
refused "$folder/empty.so" "the file is empty"
echo "this is text, and far too little of it; and there is kbsh_module in it" \
  >"$folder/text.so"
refused "$folder/text.so" "it is not an ELF file"
cp "$folder/honest.so" "$folder/honest.dll"
refused "$folder/honest.dll" "does not end in .so"
# e_machine is at 18, the class at 4, e_type at 16
patched () {
  cp "$folder/honest.so" "$folder/$1.so"
  printf '%b' "$3" | dd of="$folder/$1.so" bs=1 seek="$2" conv=notrunc status=none
  refused "$folder/$1.so" "$4"
}
patched machine 18 '\x28\x01' "it is for another machine (ELF machine 296"
patched class 4 '\x03' "it is an ELF file of another class or byte order (3/"
patched type 16 '\x01' "it is an ELF file, but not a shared object"
# what a copy that did not end leaves is not touched by the dynamic linker
size=$(stat -c %s "$folder/honest.so")
for part in 8 4 2; do
  head -c $((size / part)) "$folder/honest.so" >"$folder/part.so"
  printf '\0kbsh_module' >>"$folder/part.so"
  refused "$folder/part.so" "it is cut off"
done
ln -s honest.so "$folder/link.so"
refused "$folder/link.so" "it is a symbolic link"
mkdir "$folder/folder.so"
refused "$folder/folder.so" "it is not a regular file"
chmod 757 "$folder/honest.so"
refused "$folder/honest.so" "everybody may write to the file (mode 0757)"
chmod 775 "$folder/honest.so"
refused "$folder/honest.so" "its group may write to the file (mode 0775)"
chmod 755 "$folder/honest.so"
chmod 1777 "$folder"
refused "$folder/honest.so" "everybody may write to the folder that it is in"
chmod 755 "$folder"
# who may write above it can put another folder in its place
mkdir -p -m 755 "$tmp/above/within"
cp "$folder/honest.so" "$tmp/above/within"
chmod 777 "$tmp/above"
refused "$tmp/above/within/honest.so" "everybody may write to '$tmp/above', a"
chmod 1777 "$tmp/above"
same "$("$open" "$tmp/above/within/honest.so")" "OK honest"
if [ "$(id -u)" = 0 ]; then
  chown 65534 "$folder/honest.so"
  refused "$folder/honest.so" "the file belongs to user 65534"
  chown 0 "$folder/honest.so"
  chown 65534 "$folder"
  refused "$folder/honest.so" "the folder that it is in belongs to user 65534"
  chown 0 "$folder"
else
  echo "not root: owners were not tried"
fi
same "$("$open" "$folder/honest.so")" "OK honest"

# -- every lie of the folder was tried, and no two reasons are equal
for file in "$lies"/*.c; do
  [ -e "$folder/$(basename "$file" .c).so" ] || fail "$file was not tried"
done
# with the names taken out, which alone would make them differ
twins=$(sed -E 's/[a-z-]+\.(so|run)/X/g' "$reasons" | sort | uniq -d)
[ -z "$twins" ] || fail "one reason for two lies: $twins"
[ "$(wc -l <"$reasons")" -ge 40 ] || fail "too few lies were tried"
