#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Files that are far larger than any that is meant: read in a time that grows
# with them and no faster, or refused with what is allowed.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1

# steps COUNT FORMAT: a workflow; the format's %d are a step's number, the next
# one's, and its own again.
steps () {
  printf 'workflow: kbsh/v1\nname: large\nsteps:\n'
  awk -v n="$1" -v f="$2\n" \
    'BEGIN { for (i = 0; i < n; i++) printf f, i, (i + 1) % n, i }'
}
# What grows with the square of the steps takes longer.
check () { timeout -k 1 60 "$kbsh" workflow check "$tmp/large.yaml"; }

steps 9500 '  - {name: s%d, run: checks, needs: [s%d]}' >"$tmp/large.yaml"
status 1 "$kbsh" workflow graph "$tmp/large.yaml"
has "$err" "steps wait for one another in a circle"
status 1 check
has "$err" "large.yaml:4:36: steps wait for one another in a circle: s0 needs s1 needs"
has "$err" "9490 more"
has "$err" "needs s9499 needs s0"

# All need a group of as many; one of these needs one that is behind.
{ steps 6000 '  - {name: g/s%d, run: checks}'
  steps 6000 '  - {name: t%d, run: checks, needs: [g]}' | tail -n +4
} >"$tmp/large.yaml"
status 0 check
has "$out" "12000 steps"
sed -i 's,name: g/s5999,&\, needs: [t5],' "$tmp/large.yaml"
status 1 check
has "$err" "in a circle: g/s5999 needs t5 needs g/s5999"

# A step may need the group that it is in: that is all of the others.
cat >"$tmp/large.yaml" <<'END'
workflow: kbsh/v1
name: large
steps:
  - {name: g/a, run: checks, needs: [g]}
  - {name: g/b, run: checks}
  - {name: h, run: checks, needs: [g]}
END
status 0 check
sed -i 's/b, run: checks/&, needs: [g]/' "$tmp/large.yaml"
status 1 check
has "$err" "in a circle: g/a needs g/b needs g/a"

# References are needs, too.
steps 9500 '  - {name: s%d, run: checks, with: {only: "${s%d:/x}"}}' \
  >"$tmp/large.yaml"
status 1 check
has "$err" "needs s9499 needs s0"

# As many errors: the first ones.
steps 9500 '  - {name: s%d, run: checks, needs: [t%d]}' >"$tmp/large.yaml"
status 1 check
has "$err" 'no step or group "t1"'
has "$err" "there are more than these 100"
same "$(grep -c '^error' <<<"$err")" 100
steps 9500 '  - {name: same, run: checks}' >"$tmp/large.yaml"
status 1 check
has "$err" "large.yaml:5:12: the step \"same\" is there twice"
has "$err" "large.yaml:4:5"

# Drawn, helped with, planned and run in as little time: in seconds of the
# processor, so that a busy machine does not matter.
build_module play
quick () { (ulimit -t 5 && "$kbsh" --plugin-dir="$modules" \
  --workflow-dir="$tmp" "$@" >"$tmp/quick.out" 2>"$tmp/quick.err"); }
steps 9500 '  - {name: s%d, run: play.tell, needs: [s%d]}' |
  sed 's/, needs: .s0.}$/}/' >"$tmp/large.yaml"
quick workflow graph large || fail "the graph takes too long"
same "$(sed -n 77p "$tmp/quick.out")" "s76 <- s77"
quick workflow graph large -o dot || fail "the graph takes too long"
quick large phase s9499 --dry-run || fail "the run of one phase takes too long"
has "$(cat "$tmp/quick.err")" "[large] ok"
steps 12000 '  - {name: g%d/s%d, run: play.tell}' >"$tmp/large.yaml"
quick large --help || fail "help takes too long"
same "$(grep -c '^    /s' "$tmp/quick.out")" 12000

# What was waited for is looked for behind steps that did not run, each once.
{ printf 'workflow: kbsh/v1\nname: large\nsteps:\n'
  echo '  - {name: first, run: play.tell}'
  needs=first
  for ((i = 0; i < 60; i++)); do
    printf '  - {name: %s, run: play.tell, when: none:/x, needs: [%s]}\n' \
      "a$i" "$needs" "b$i" "$needs"
    needs="a$i, b$i"
  done
  echo "  - {name: none, run: play.tell, needs: [first]}"
  echo "  - {name: last, run: play.tell, needs: [$needs]}"
} >"$tmp/large.yaml"
quick large --dry-run -o json || fail "the end of the run takes too long"
same "$(jq -c 'select(.event == "run-finished").criticalPath' \
  "$tmp/quick.out")" '["first","none","last"]'

# More than is read.
steps 20000 '  - {name: s%d, run: checks}' >"$tmp/large.yaml"
status 1 check
has "$err" "large.yaml:16669:12: more than is read as one piece of YAML"
has "$err" "more than 50000 values"
