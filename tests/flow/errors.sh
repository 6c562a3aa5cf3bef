#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every error in a workflow file or an overlay is found before anything runs,
# and says where it stands: line and column are part of what is expected.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
build_module play
overlays=$tmp/overlays
mkdir -m 755 "$overlays"
export KBSH_OVERLAYS=$overlays

# bad PLACE WORDS...: the workflow on standard input is refused there
head=$'workflow: kbsh/v1\nname: bad\n'
bad () {
  local place=$1 word; shift
  { printf %s "$head"; cat; } >"$flows/bad.yaml"
  status 1 k workflow check bad
  has "$err" "bad.yaml:$place: "
  for word; do has "$err" "$word"; done
}
step () { printf 'steps:\n  - name: a\n    run: play.tell\n%s\n' "$1"; }

bad 3:1 'a workflow has no "stpes"' 'did you mean "steps"?' <<<'stpes: []'
bad 3:8 '"steps" has to be a list' <<<'steps: {}'
# -- all of them at once, in the order of their places
places () { sed -n 's/^error: .*bad\.yaml:\([0-9:]*\): .*/\1/p' <<<"$err" | paste -sd' '; }
bad 3:7 <<'END'
skip: nothing
steps:
  - name: a
    needs: [b, c, d]
    run: play.tell
    when: "word"
    with: {txet: x, text: "${wrod}"}
  - {name: b, run: play.nothing, needs: [a]}
  - name: c
    run: checks
    with: {packs: 7}
END
same "$(places)" "3:7 6:19 8:11 9:12 9:27 10:20 13:19"
# what can't be read: all of that, and nothing of what follows from it
bad 4:6 <<'END'
steps:
  - {nmae: a, run: play.tell}
  - {name: b, run: play.tell, needs: [nowhere]}
  - {name: b, run: play.tell}
  - {name: c, run: play.tell, timeout: soon}
END
same "$(places)" "4:6 6:12 7:40"
step '    wiht: {}' | bad 6:5 'a step has no "wiht"' 'did you mean "with"?'
step '    name: b' | bad 6:5 name
step '    timeout: soon' | bad 6:14 '"timeout" has to be a duration'
step '    timeout: 0s' | bad 6:14 '"timeout" has to be a duration'
step '    retry: -1' | bad 6:12 '"retry" has to be a number from 0'
step '    on-failure: pray' | bad 6:17 'has to be stop or continue'
step '    always: often' | bad 6:13 '"always" has to be true or false'
step '    needs: [7]' | bad 6:12 '"needs" has to be a list of texts'
step '    needs: [b]' | bad 6:13 'there is no step or group "b" to need'
step '    needs: [a]' | bad 6:13 'the step "a" needs itself'
step '    with: {txet: x}' | bad 6:12 'play.tell has no parameter "txet"' \
  'did you mean "text"?'
step '    with: {text: 7}' | bad 6:18 '"text" of play.tell has to be a text'
step '    with: {text: "${wrod}"}' | bad 6:18 'there is no parameter "wrod"'
step '    with: {text: "${b:/x}"}' | bad 6:18 '"b:/x" refers to nothing'
step '    with: {text: "${a:/x}"}' | bad 6:18 "can't refer to its own facts"
step '    with: {text: "${a:x}"}' | bad 6:18 "what follows ':'"
step '    with: {text: "${kbsh:/state-dri}"}' | bad 6:18 'no such input' \
  'did you mean "kbsh:/state-dir"?'
bad 4:12 'the name "kbsh" is taken' <<<$'steps:\n  - {name: kbsh, run: play.tell}'
bad 4:12 'the name "kbsh" is taken' <<'END'
parameters:
  - {name: kbsh, type: string}
steps: []
END
step '    when: a ==' | bad 6:11 'a word to compare with is missing'
step '    when: "a b"' | bad 6:11 '&& or || is missing'
step '    when: word' | bad 6:11 'there is no parameter "word"'
step '    op: apply' | bad 6:9 'play.tell has no operation "apply"'
bad 5:10 "there is no service 'play.tel'" "did you mean 'play.tell'" <<'END'
steps:
  - name: a
    run: play.tel
END
bad 5:10 nowhere <<'END'
steps:
  - name: a
    run: nowhere.tell
END
bad 5:10 'has the role check' <<'END'
steps:
  - name: a
    run: play.look
END
bad 5:10 'play.write needs the parameter "path"' <<'END'
steps:
  - name: a
    run: play.write
END
bad 6:32 'medium is not among what is allowed: ["fast","slow"]' <<'END'
steps:
  - name: a
    run: play.write
    with: {path: /tmp/x, mode: medium}
END
bad 4:5 'the step has no "run"' <<'END'
steps:
  - name: a
END
bad 4:11 "can't be the name of a step" <<'END'
steps:
  - name: A b
    run: play.tell
END
bad 6:11 'the step "a" is there twice' 'bad.yaml:4:5' <<'END'
steps:
  - name: a
    run: play.tell
  - name: a
    run: play.tell
END
bad 6:12 'in a circle' 'a needs b needs c needs a' <<'END'
steps:
  - name: a
    run: play.tell
    needs: [b]
  - {name: b, run: play.tell, needs: [c]}
  - {name: c, run: play.tell, with: {text: "${a:/text}"}}
END
bad 4:23 '"sting" is not a type' 'did you mean "string"?' <<'END'
parameters:
  - {name: one, type: sting}
END
bad 4:37 'the default of "one" has to be a number' <<'END'
parameters:
  - {name: one, type: int, default: x}
END
bad 4:12 "can't be the name of a parameter" <<'END'
parameters:
  - {name: One, type: int}
END
bad 4:43 '"positional" has to be true or false' <<'END'
parameters:
  - {name: one, type: string, positional: 1}
END
bad 4:56 'a positional parameter has no short name' <<'END'
parameters:
  - {name: one, type: string, positional: true, short: o}
END
bad 5:43 'no word is left for "two": the list "one" takes them all' <<'END'
parameters:
  - {name: one, type: list, positional: true}
  - {name: two, type: string, positional: true}
END
bad 6:19 "there is no plugin 'plya'" <<'END'
steps:
  - name: a
    run: checks
    with: {packs: [plya]}
END
bad 6:12 'checks has no parameter "fidns"' 'did you mean "finds"?' <<'END'
steps:
  - name: a
    run: checks
    with: {fidns: []}
END
bad 3:7 '"conf:/skip" refers to nothing' <<'END'
skip: conf:/skip
steps: [{name: a, run: play.tell}]
END
head=$'workflow: kbsh/v9\nname: bad\n'
bad 1:11 'the format "kbsh/v9" is not known' <<<'steps: []'

# -- overlays
flow base <<'END'
workflow: kbsh/v1
name: base
steps:
  - {name: one, run: play.tell, with: {text: a}}
  - {name: two, run: play.tell, needs: [one]}
  - {name: three, run: play.tell}
END
over () {
  rm -f "$overlays"/*
  { printf 'workflow: kbsh/v1\noverlay: %s\nsteps:\n' "${for:-base}"; cat; } \
    >"$overlays/site.yaml"
}
bad_over () {
  local place=$1 word; shift
  over
  status 1 k workflow check base
  has "$err" "$overlays/site.yaml:$place: "
  for word; do has "$err" "$word"; done
}
over <<'END'
  - insert: {name: new, run: play.tell, needs: [one]}
    before: two
  - configure: one
    with: {text: b}
    timeout: 5s
  - replace: two
    step: {run: play.fail}
  - remove: three
END
status 0 k workflow check base
status 0 k workflow show base -o json
same "$(jq -c '[.steps[].name]' <<<"$out")" '["one","new","two"]'
same "$(jq -c '.steps[0]' <<<"$out")" \
  '{"name":"one","run":"play.tell","with":{"text":"b"},"timeout":"5s"}'
same "$(jq -r '.steps[2].run' <<<"$out")" play.fail
for=other over <<<'  - remove: one'
status 0 k workflow show base -o json
same "$(jq '.steps|length' <<<"$out")" 3
bad_over 4:13 'there is no step "onne"' 'did you mean "one"?' \
  <<<'  - remove: onne'
bad_over 4:5 'one of insert, replace, configure' <<<'  - delete: one'
bad_over 5:5 'a configuration has no "tiemout"' <<'END'
  - configure: one
    tiemout: 5s
END
bad_over 5:12 'play.tell has no parameter "txt"' <<'END'
  - configure: one
    with: {txt: b}
END
bad_over 4:29 "in a circle" "one needs two needs one" <<'END'
  - {configure: one, needs: [two]}
END
chmod o+w "$overlays/site.yaml"
status 1 k workflow check base
has "$err" "the overlay $overlays/site.yaml is not used: everybody may write to the file"
has "$err" "chmod go-w"
chmod o-w "$overlays/site.yaml"
chmod g+w "$overlays"
status 1 k workflow check base
has "$err" "its group may write to the folder that it is in"
chmod g-w "$overlays"
# not even a link to a file that is root's: its folder may be somebody else's
mkdir -m 777 "$tmp/open"
mv "$overlays/site.yaml" "$tmp/open"
ln -s "$tmp/open/site.yaml" "$overlays"
status 1 k workflow check base
has "$err" "it is a symbolic link"
has "$err" "put the file itself there"
mv "$tmp/open/site.yaml" "$overlays"
if [ "$(id -u)" = 0 ]; then
  chown 65534 "$overlays/site.yaml"
  status 1 k workflow check base
  has "$err" "belongs to user 65534"
fi
