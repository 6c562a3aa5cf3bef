#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# contrib/setup finds out what is missing, whatever dpkg-query says of it. (Its
# own part alone: not as root, nothing is installed.)
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
setup=$top_srcdir/contrib/setup
mkdir "$tmp/bin"
program () { { echo '#!/bin/bash'; cat; } >"$tmp/bin/$1"; chmod 755 "$tmp/bin/$1"; }
program id <<<'echo 1000'
program apt-get <<<'echo "apt-get was run" >&2; exit 1'
try () { PATH=$tmp/bin:$PATH "$setup" "$@"; }

# it knows not one of them
program dpkg-query <<<'echo "dpkg-query: no packages found matching gcc" >&2; exit 1'
status 1 try build
has "$err" "setup: missing: autoconf automake gcc"
hasnt "$out" "all is there"

# it knows some, one of them only by what is left of it
program dpkg-query <<'END'
for package in "${@:4}"; do
  case $package in
    gcc) echo "installed gcc" ;;
    make) echo "config-files make" ;;
    *) bad=1 ;;
  esac
done
exit ${bad:-0}
END
status 1 try build
has "$err" " make "
hasnt "$err" " gcc "
status 1 try test
has "$err" " make "

# it knows them all
program dpkg-query <<'END'
for package in "${@:4}"; do echo "installed $package"; done
END
status 0 try build test
has "$out" "all is there for: build test"
status 2 try everything
