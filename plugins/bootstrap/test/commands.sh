#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# kbsh token ... and certs certificate-key through the program itself, as far as
# that goes without a cluster: what is asked for is on standard output, a token
# that was typed is shown nowhere.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
[ -n "${KBSH_STAGE:-}" ] || skip "run it with make check"
stage () { echo "$KBSH_STAGE$1"; }
# k STATUS ARGUMENTS...: standard output in $out, standard error in $err
k () {
  local wanted=$1 status=0; shift
  LD_LIBRARY_PATH=$(stage "$KBSH_LIBDIR") "$(stage "$KBSH_BINDIR")/kbsh" \
    --plugin-dir "$(stage "$KBSH_LIBDIR")/kbsh/plugins" \
    --data-dir "$(stage "$KBSH_DATADIR")" \
    --workflow-dir "$(stage "$KBSH_DATADIR")/workflows" \
    --state-dir "$tmp/state" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
  out=$(cat "$tmp/out") err=$(cat "$tmp/err")
  [ "$status" = "$wanted" ] || fail "kbsh $*: status $status: $err"
}
hasnt () { case $1 in *"$2"*) fail "\"$2\" is in: $1" ;; esac; }

k 0 token generate
[[ $out =~ ^[a-z0-9]{6}\.[a-z0-9]{16}$ ]] || fail "no token: $out"
first=$out
k 0 token generate
[ "$first" != "$out" ] || fail "twice the same token"
k 0 certs certificate-key
[[ $out =~ ^[0-9a-f]{64}$ ]] || fail "no key: $out"
[ ! -e "$tmp/state" ] || fail "it left something behind"

k 2 token
has "$err" "token delete"
k 2 token delete
has "$err" "the argument token is missing"
k 1 token delete abcdef.ABC
has "$err" "the argument 1 of token delete is not valid"
k 2 token list -o xml
has "$err" '--output can'\''t be "xml"'
k 2 token create --ttl soon
has "$err" "a duration such as"
k 1 token create --usages x --kubeconfig "$tmp/none"
has "$err" 'a token has no usage "x"'
k 1 token list --kubeconfig "$tmp/none"
has "$err" "$tmp/none can't be used: there is no such file"

# A file is read without looking at the machine, and all of it is checked.
cat >"$tmp/tokens.yaml" <<'EOF'
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
bootstrapTokens:
- token: abcdef.0123456789abcdef
  usages: [signing]
- typo: 1
EOF
k 1 token create --config "$tmp/tokens.yaml" --kubeconfig "$tmp/none"
has "$err" "tokens.yaml:6:3: bootstrapTokens[1].typo: there is no such field"
sed -i /typo/d "$tmp/tokens.yaml"
k 1 token create --config "$tmp/tokens.yaml" --kubeconfig "$tmp/none"
has "$err" "$tmp/none can't be used: there is no such file"
k 1 token create --config "$tmp/tokens.yaml" --description x
has "$err" "--config can't be mixed with --description"

token=abcdef.0123456789abcdef
k 1 token create $token -v 1 --trace "$tmp/trace" --kubeconfig "$tmp/none"
k 1 token delete $token -v 1 --trace "$tmp/trace2" --kubeconfig "$tmp/none"
hasnt "$out$err$(cat "$tmp/trace" "$tmp/trace2")" "${token#*.}"
