#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The engine: order, steps side by side, facts, conditions, retries, failures,
# chosen and skipped steps, and what is said of it. (signals.sh: interruption.)
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires jq
build_module play
# events FILTER: the run's events through jq
events () { jq -rs "$1" "$tmp/out"; }

# -- side by side: each waits for what the other writes
flow meet <<END
workflow: kbsh/v1
name: meet
parameters:
  - {name: folder, type: path}
steps:
  - {name: a, run: play.meet, with: {mine: "\${folder}/a", other: "\${folder}/b"}}
  - {name: b, run: play.meet, with: {mine: "\${folder}/b", other: "\${folder}/a"}}
END
mkdir "$tmp/m1" "$tmp/m2"
status 0 k meet --folder "$tmp/m1"
status 1 k meet --folder "$tmp/m2" --parallel 1
has "$err" "the other one did not come"

# -- order, facts, conditions
flow order <<END
workflow: kbsh/v1
name: order
parameters:
  - {name: word, type: string, default: hello}
  - {name: fast, type: bool}
steps:
  - {name: last, run: play.tell, needs: [group], with: {text: "got \${group/first:/text}"}}
  - {name: group/second, run: play.tell, needs: [group/first], when: fast}
  - {name: group/first, run: play.tell, with: {text: "\${word}"}}
  - {name: elsewhere, run: play.tell, when: "word == hello && !fast"}
END
status 0 k order -o json
same "$(events '[.[]|select(.event=="step-started").step]|join(" ")')" \
  "group/first elsewhere last"
same "$(events '.[]|select(.event=="step-log" and .step=="last").text')" "got hello"
same "$(events '.[]|select(.event=="step-skipped")|.step+" "+.reason')" \
  "group/second condition"
status 0 k order -o json --fast --word 'a b'
same "$(events 'last|.event+" "+.status+" "+(.criticalPath|join(">"))')" \
  "run-finished ok group/first>group/second>last"
same "$(events '[.[]|select(.event=="step-started").step]|join(" ")')" \
  "group/first group/second last"
same "$(events '.[]|select(.event=="step-log" and .step=="last").text')" "got a b"

# -- the program's own inputs
flow own <<'END'
workflow: kbsh/v1
name: own
steps:
  - {name: own, run: play.tell, with: {text: "${kbsh:/state-dir}"}}
END
status 0 k own -o json --state-dir "$tmp/elsewhere"
same "$(events '.[]|select(.event=="step-log").text')" "$tmp/elsewhere"

# -- chosen steps bring those whose facts they read, not those they need
status 0 k order phase last -o json
same "$(events 'first.steps|join(" ")')" "last group/first"
status 0 k order phase group all -o json
same "$(events 'first.steps|join(" ")')" "group/second group/first"
status 0 k order --skip-phases group/second,elsewhere -o json --fast
same "$(events '[.[]|select(.event=="step-skipped")|.step+" "+.reason]|join(",")')" \
  "elsewhere asked,group/second asked"
status 2 k order phase grou
has "$err" 'unknown phase "grou"'
has "$err" 'did you mean "group"?'
status 2 k order phase group
has "$err" "not run on its own"
status 2 k order --skip-phases grup
has "$err" 'did you mean "group"?'

# -- nothing to do is said; something that was done is not done again
flow write <<END
workflow: kbsh/v1
name: write
steps:
  - {name: file, run: play.write, with: {path: $tmp/file, text: "one\n"}}
END
status 0 k write
same "$(cat "$tmp/file")" one
hasnt "$err" "nothing was changed"
status 0 k write
has "$(tail -n 1 "$tmp/err")" \
  "nothing was changed: everything is as the workflow says"
rm "$tmp/file"
status 0 k write --dry-run
[ ! -e "$tmp/file" ] || fail "a dry run wrote a file"

# -- tried again
flow flaky <<END
workflow: kbsh/v1
name: flaky
parameters: [{name: path, type: path}]
steps:
  - {name: s, run: play.flaky, retry: 1, with: {path: "\${path}"}}
END
status 0 k flaky --path "$tmp/flaky" -o json
same "$(events '[.[]|select(.event=="step-started").attempt]|join(" ")')" "1 2"
sed -i 's/retry: 1, //' "$flows/flaky.yaml"
status 1 k flaky --path "$tmp/flaky2"
has "$err" "not yet"

# -- a failure stops what is new, and what needs it
flow fails <<END
workflow: kbsh/v1
name: fails
steps:
  - {name: bad, run: play.fail, with: {what: it broke}}
  - {name: needs-it, run: play.tell, needs: [bad]}
  - {name: later, run: play.tell, needs: [needs-it]}
  - {name: other, run: play.tell}
END
status 1 k fails -o json --parallel 1
same "$(events '[.[]|select(.event=="step-skipped")|.step+" "+.reason]|join(",")')" \
  "needs-it needs,later needs,other stopped"
same "$(events 'last.error|.step+": "+.what')" "bad: it broke"
status 1 k fails
has "$err" "it broke"
[ "$(grep -c "it broke" "$tmp/err")" = 1 ] || fail "told twice: $err"

# -- a value that is missing for a required parameter
flow missing <<END
workflow: kbsh/v1
name: missing
parameters: [{name: path, type: path}]
steps:
  - name: s
    run: play.write
    with:
      path: "\${path}"
END
status 1 k missing
has "$err" "missing.yaml:8:13"
has "$err" 'play.write needs the parameter "path"'

# -- commands
status 0 k play hello world
same "$out" "hello world"
status 0 k play hello world -g 'good day ${x}'
same "$out" 'good day ${x} world'
status 2 k play hello
has "$err" "the argument who is missing"
status 2 k play hello a b
has "$err" 'unknown argument "b"'
status 2 k play
has "$err" "play hello"
status 0 k play hello --help
has "$out" "--greeting"
status 2 k nothing
has "$err" 'unknown command "nothing"'
