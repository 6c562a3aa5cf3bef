#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The command line: flags before and after words, types, nearest names, exit
# statuses, help, completion, and what goes where.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires jq
build_module play
flow try <<END
workflow: kbsh/v1
name: try
summary: a workflow to try
groups: {certs: make them all}
parameters:
  - {name: config, type: path, short: c, help: a file}
  - {name: port, type: int, default: 6443}
  - {name: upload, type: bool}
  - {name: names, type: list}
  - {name: ttl, type: duration}
  - {name: cni, type: string, values: [none, bridge]}
  - {name: token, type: string, secret: true}
  - {name: secret-flag, type: bool, hidden: true}
steps:
  - name: show
    summary: tell what was given
    run: play.tell
    with: {text: "\${config}|\${port}|\${names:/1}|\${ttl}|\${cni}|\${token}"}
    when: config
  - {name: certs/ca, run: play.tell, summary: the first, alias: certs/root}
  - {name: certs/api, run: play.tell, needs: [certs/ca]}
  - {name: inner, run: play.tell, hidden: true}
END
flow meet <<END
workflow: kbsh/v1
name: meet
parameters:
  - {name: whom, type: string, positional: true, required: true,
     help: who is met}
  - {name: port, type: int, positional: true, default: 6443}
  - {name: others, type: list, positional: true}
  - {name: loud, type: bool}
steps:
  - name: show
    run: play.tell
    with: {text: "\${whom}|\${port}|\${others:/1}"}
    when: others
  - {name: certs/ca, run: play.tell, with: {text: "\${whom}"}}
END
log () { jq -rs '.[]|select(.event=="step-log" and .step=="show").text' "$tmp/out"; }
all=(--ttl=24h0m0s --cni bridge --names a,b --names=c)

status 0 k try --config f "${all[@]}" --token secret-token-7 -o json
same "$(log)" "f|6443|b|24h0m0s|bridge|<redacted>"
hasnt "$out" secret-token-7
status 0 k --config=f --port 7 "${all[@]}" --token t try -o json
same "$(log)" "f|7|b|24h0m0s|bridge|t"
status 0 k try -c f "${all[@]}" --token t --upload=false --output=json
same "$(log)" "f|6443|b|24h0m0s|bridge|t"
same "$(jq -rs 'map(.v)|unique|join(",")' "$tmp/out")" 1

# -- a service that a step is to use later is there before anything runs
flow using <<END
workflow: kbsh/v1
name: using
parameters:
  - {name: by, type: string, service: step, default: play.tell}
  - {name: other, type: string, service: ca}
steps:
  - {name: first, run: play.tell, with: {text: "\${by}"}}
END
status 0 k using
for word in play.tlel:play.tell nowhere.ca:nowhere play:PLUGIN.NAME; do
  status 1 k using --by "${word%:*}"
  has "$err" "--by: " "${word#*:}"; hasnt "$err" first
done
status 1 k using --other play.tell; has "$err" "--other: " "its role is step"
flow using <<'END'
workflow: kbsh/v1
name: using
parameters: [{name: by, type: int, service: step}]
steps: [{name: first, run: play.tell}]
END
status 1 k using; has "$err" "using.yaml:3:" "named by a string"
rm "$flows/using.yaml"

# -- usage errors
status 2 k try --prot 7
has "$err" "unknown flag: --prot"
has "$err" "did you mean --port?"
status 2 k try --port x;            has "$err" "has to be a number"
status 2 k try --port;              has "$err" "--port needs a value"
status 2 k try --upload=maybe;      has "$err" "has to be true or false"
status 2 k try --ttl soon;          has "$err" "has to be a duration"
status 2 k try --cni calico;        has "$err" "one of none, bridge"
status 2 k try --parallel 0;        has "$err" "at least 1"
status 2 k try -o xml;              has "$err" 'unknown output format "xml"'
status 2 k try stage;               has "$err" 'unknown argument "stage"'
has "$err" "see: kbsh try --help"
status 2 k try -x;                  hasnt "$err" "did you mean"
status 2 k try -port;               has "$err" "did you mean --port?"
has "$(k try -o xml 2>&1 || :)" "there are: text, json"
status 2 k workflow show try -o dot; has "$err" "there are: yaml, json"
status 2 k play;                    has "$err" "play hello"
has "$err" '"play" is not run on its own'
status 0 k play --help;             has "$out" "play hello"
status 2 k play helo;               has "$err" 'unknown command "play helo"'
has "$err" 'did you mean "play hello"?'
status 2 k play hello you --loud;   has "$err" "unknown flag: --loud"
has "$err" "see: kbsh play hello --help"
status 1 k --workflow-dir="$tmp/none" try
has "$err" "the folder of workflows '$tmp/none' can't be read"
status 1 k --plugin-dir="$tmp/none" plugins list
has "$err" "the plugin folder '$tmp/none' can't be read"
status 2 k try phase certs ap;      has "$err" 'unknown phase "certs/ap"'
status 2 k plya;                    has "$err" 'did you mean "play"?'
status 2 k tyr;                     has "$err" 'did you mean "try"?'
status 2 k --frobnicate;            has "$err" "unknown flag: --frobnicate"
status 2 k workflow shwo try;       has "$err" 'did you mean "show"?'
status 1 k workflow show tyr;       has "$err" 'did you mean "try"?'
status 2 k version -o xml

# A word of the program as an argument of a command is no subcommand.
status 0 k play hello version
same "$out" "hello version"

# -- phases
status 0 k try phase certs root -o json
same "$(jq -rs 'first.steps|join(" ")' "$tmp/out")" certs/ca
status 0 k try phase certs all -o json
same "$(jq -rs 'first.steps|join(" ")' "$tmp/out")" "certs/ca certs/api"
status 2 k try phase certs
has "$err" "the first"

# -- words that are values, also behind a phase
status 0 k meet --loud 10.0.0.1:7 8 a b -o json
same "$(log)" "10.0.0.1:7|8|b"
status 0 k meet phase certs ca 10.0.0.1:7 -o json
same "$(jq -rs 'first.steps|join(" ")' "$tmp/out")" certs/ca
status 0 k meet phase certs all -o json -- -x
status 2 k meet;                    has "$err" "the argument whom is missing"
status 2 k meet phase certs ca;     has "$err" "the argument whom is missing"
status 2 k meet --whom x;           has "$err" "unknown flag: --whom"
status 2 k meet x y;                has "$err" "port can't be \"y\""
status 2 k meet phase cerst ca x;   has "$err" 'unknown phase "cerst/ca/x"'
status 2 k try phase certs ca x;    has "$err" 'unknown phase "certs/ca/x"'
sed -i '/others, type/d; /with: .*others/d; /when: others/d' "$flows/meet.yaml"
status 2 k meet x 8 y;              has "$err" 'unknown argument "y"'
status 0 k meet --help
has "$out" "kbsh meet whom [port] [flags]"
has "$out" "kbsh meet phase NAME whom [port] [flags]"
has "$out" "who is met"
hasnt "$out" --whom
status 0 k meet phase certs ca --help
has "$out" "kbsh meet phase certs ca whom [port] [flags]"

# -- help, on standard output
status 0 k
has "$out" "a workflow to try"
has "$out" "play hello"
for words in "try --help" "help try" "--help try"; do
  # shellcheck disable=SC2086
  status 0 k $words
  has "$out" "make them all"
  has "$out" "/ca"
  has "$out" "-c, --config path"
  has "$out" "(default 6443)"
  hasnt "$out" secret-flag
  hasnt "$out" inner
  ! grep -n ' $' <<<"$out" || fail "spaces at the end of a line"
done
status 0 k try phase certs --help
has "$out" "the first"
for words in "try phase certs all --help" "help try phase certs all"; do
  # shellcheck disable=SC2086
  status 0 k $words
  has "$out" "make them all"
  has "$out" "kbsh try phase certs all [flags]"
  has "$out" "the first"
done
status 2 k try phase nothing all --help
has "$err" 'unknown phase "nothing/all"'
status 0 k help try phase certs ca
has "$out" "kbsh try phase certs ca [flags]"

# -- version, list, graph
status 0 k version -o json
jq -e '.name == "kbsh" and (.abi|test("^[0-9]+\\.[0-9]+$"))' "$tmp/out" \
  >/dev/null || fail "version: $out"
status 0 k workflow list
has "$out" "a workflow to try"
status 0 k workflow graph try
has "$out" "certs/api <- certs/ca"
status 0 k workflow graph try -o dot
has "$out" '"certs/ca" -> "certs/api";'
status 0 k workflow check "$flows/try.yaml"
has "$out" "4 steps, 8 parameters: good"

# -- completion: what is typed next, as bash would ask
status 0 k completion zsh
status 0 k completion bash
complete_words () {
  # shellcheck disable=SC1091
  bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _kbsh; echo "${COMPREPLY[*]}"' - "$tmp/out" "$@"
}
same "$(complete_words kbsh tr)" try
same "$(complete_words kbsh try --po)" --port
same "$(complete_words kbsh try phase certs '')" "all ca api"
same "$(complete_words kbsh try phase '')" "show certs"
same "$(complete_words kbsh play '')" hello
same "$(complete_words kbsh meet x --lou)" --loud

# -- a trace
status 0 k try --trace "$tmp/trace.json"
jq -e . "$tmp/trace.json" >/dev/null || fail "the trace is not JSON"
