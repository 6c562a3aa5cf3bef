#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# kbsh token ... and certs certificate-key through the program itself, as far as
# that goes without a cluster: what is asked for is on standard output, a token
# that was typed is shown nowhere.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
status 0 "$kbsh" token generate
[[ $out =~ ^[a-z0-9]{6}\.[a-z0-9]{16}$ ]] || fail "no token: $out"
first=$out
status 0 "$kbsh" token generate
[ "$first" != "$out" ] || fail "twice the same token"
status 0 "$kbsh" certs certificate-key
[[ $out =~ ^[0-9a-f]{64}$ ]] || fail "no key: $out"
[ ! -e "$tmp/state" ] || fail "it left something behind"

status 2 "$kbsh" token
has "$err" "token delete"
status 2 "$kbsh" token delete
has "$err" "the argument token is missing"
status 1 "$kbsh" token delete abcdef.ABC
has "$err" "the argument 1 of token delete is not valid"
status 2 "$kbsh" token list -o xml
has "$err" '--output can'\''t be "xml"'
status 2 "$kbsh" token create --ttl soon
has "$err" "a duration such as"
status 1 "$kbsh" token create --usages x --kubeconfig "$tmp/none"
has "$err" 'a token has no usage "x"'
status 1 "$kbsh" token list --kubeconfig "$tmp/none"
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
status 1 "$kbsh" token create --config "$tmp/tokens.yaml" --kubeconfig "$tmp/none"
has "$err" "tokens.yaml:6:3: bootstrapTokens[1].typo: there is no such field"
sed -i /typo/d "$tmp/tokens.yaml"
status 1 "$kbsh" token create --config "$tmp/tokens.yaml" --kubeconfig "$tmp/none"
has "$err" "$tmp/none can't be used: there is no such file"
status 1 "$kbsh" token create --config "$tmp/tokens.yaml" --description x
has "$err" "--config can't be mixed with --description"

token=abcdef.0123456789abcdef
status 1 "$kbsh" token create $token -v 1 --trace "$tmp/trace" --kubeconfig "$tmp/none"
status 1 "$kbsh" token delete $token -v 1 --trace "$tmp/trace2" --kubeconfig "$tmp/none"
hasnt "$out$err$(cat "$tmp/trace" "$tmp/trace2")" "${token#*.}"
