#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Tokens as kubeadm makes and shows them, and the lines to join with: a machine
# joins by the very line that is printed, and a control plane's opens the
# certificates.
# lab: group=worker seconds=25
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1

cluster w1
DEFAULT=system:bootstrappers:kubeadm:default-node-token
# t STATUS WORDS...: kbsh token WORDS; what it says is in $out and $err
t () {
  local wanted=$1 status=0; shift
  kbsh token "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
  out=$(cat "$tmp/out") err=$(cat "$tmp/err")
  [ "$status" = "$wanted" ] || { show; fail "kbsh token $*: status $status"; }
}
# data ID: what the cluster knows of it, but for the secret
data () {
  kubectl -n kube-system get secret "bootstrap-token-$1" \
    -o 'go-template={{.type}}{{"\n"}}{{range $k, $v := .data}}{{$k}} {{$v | base64decode}}{{"\n"}}{{end}}' |
    grep -v '^token-'
}
tokens () { kubectl -n kube-system get secrets --field-selector type=bootstrap.kubernetes.io/token -o name | sort; }

# Made alike: with the same flags kubeadm's Secret has the same data.
alike () {
  t 0 create abcdef.0123456789abcdef "$@"
  same "$out" abcdef.0123456789abcdef
  in_host kubeadm token create fedcba.0123456789abcdef "$@" >/dev/null 2>&1 || fail "kubeadm token create $*"
  same "$(data abcdef | grep -v ^expiration)" "$(data fedcba | grep -v ^expiration)"
  same "$(data abcdef | grep -c ^expiration)" "$(data fedcba | grep -c ^expiration)"
  t 0 delete abcdef fedcba.0123456789abcdef
  same "$out" 'bootstrap token "abcdef" deleted
bootstrap token "fedcba" deleted'
}
alike
alike --ttl 0
alike --ttl 1h30m --usages authentication --groups system:bootstrappers:a,system:bootstrappers:b --description 'two words'
# (kubeadm 1.20 gives every token a ttl, and then refuses `expires` beside it.)
# document TOKEN...: /shared/tokens.yaml
document () {
  printf '%s\n' 'apiVersion: kubeadm.k8s.io/v1beta2' 'kind: InitConfiguration' 'bootstrapTokens:' "${@/#/- }" \
    '---' 'apiVersion: kubeadm.k8s.io/v1beta2' 'kind: ClusterConfiguration' 'kubernetesVersion: v1.20.2' >"$tmp/shared/tokens.yaml"
}
two=('{token: aaaaaa.0123456789abcdef, ttl: 2h, description: first}' '{token: bbbbbb.0123456789abcdef, usages: [authentication]}')
document "${two[@]}"
t 0 create --config /shared/tokens.yaml
same "$out" aaaaaa.0123456789abcdef
mine=$(data aaaaaa; data bbbbbb)
t 0 delete aaaaaa bbbbbb
theirs=$(in_host kubeadm token create --config /shared/tokens.yaml 2>"$tmp/err") || { show; fail "kubeadm makes none"; }
same "$theirs" aaaaaa.0123456789abcdef
same "$(grep -v ^expiration <<<"$mine")" "$(data aaaaaa | grep -v ^expiration; data bbbbbb | grep -v ^expiration)"
document '{token: cccccc.0123456789abcdef, expires: "2040-01-02T03:04:05Z"}'
t 0 create --config /shared/tokens.yaml
has "$(data cccccc)" "expiration 2040-01-02T03:04:05Z"

# Shown alike; kubeadm lines up its title with the first token alone.
# (What is left of its time is another a moment later.)
columns () { sed 's/   */|/g; s/ *$//; s/|[0-9]*[smhd]|/|-|/' | sort; }
t 0 list
same "$(columns <<<"$out")" "$(in_host kubeadm token list 2>/dev/null | columns)"
for form in json yaml; do
  t 0 list -o $form
  in_host kubeadm token list -o $form 2>/dev/null >"$tmp/theirs"
  python3 - $form "$tmp/out" "$tmp/theirs" <<'EOF' || fail "the tokens differ as $form"
import json, sys
form, files = sys.argv[1], sys.argv[2:]
def objects(name):
    text = open(name).read()
    if form == "yaml":
        import yaml
        found = list(yaml.safe_load_all(text))
    else:
        found, decoder = [], json.JSONDecoder()
        while text.strip():
            one, end = decoder.raw_decode(text.lstrip())
            found.append(one)
            text = text.lstrip()[end:]
    for one in found:
        assert one.pop("apiVersion").startswith("output.kubeadm.k8s.io/v1alpha"), one
        one["expires"] = str(one.get("expires"))
    return sorted(found, key=lambda one: one["token"])
mine, theirs = map(objects, files)
assert mine == theirs and len(mine) >= 3, f"{mine}\n{theirs}"
EOF
done

# What is wrong changes nothing.
tokens >"$tmp/before"
t 1 create aaaaaa.aaaaaaaaaaaaaaaa
has "$err" 'a token with the id "aaaaaa" is there already'
t 1 delete zzzzzz
has "$err" '"zzzzzz" can'\''t be deleted'
t 1 delete aaaaaa BAD
has "$err" "the argument 2 of token delete is not valid"
t 0 create --dry-run
t 0 delete aaaaaa --dry-run
tokens | diff "$tmp/before" - >&2 || fail "the tokens changed"
t 0 delete aaaaaa bbbbbb cccccc

# A worker joins by the line, at once: its signature is waited for.
t 0 create --print-join-command --description worker
[[ $out =~ ^kbsh\ join\ 10\.77\.0\.11:6443\ --token\ ([^ ]*)\ --discovery-token-ca-cert-hash\ $(pin)$ ]] || fail "no line: $out"
token=${BASH_REMATCH[1]}
same "$(data "${token%.*}")" "$(printf '%s\n' bootstrap.kubernetes.io/token "auth-extra-groups $DEFAULT" 'description worker' \
  "$(data "${token%.*}" | grep ^expiration)" 'usage-bootstrap-authentication true' 'usage-bootstrap-signing true')"
read -r -a join <<<"${out#kbsh join }"
join w1 "${join[@]}"
has_joined w1
without "${token#*.}" "$tmp/out" "$tmp/err"
# (what was removed is kept, for its owner alone: bootstrap-kubelet.conf)
for host in cp1 w1; do
  ! at $host in_host grep -qF "${token#*.}" /var/lib/kbsh/journal.jsonl || fail "the token is in the journal on $host"
done

# A control plane's line, in one step; its key opens what was stored, for
# kubeadm as well. One that is given is used.
opens () {
  read -r -a join <<<"${1#kbsh join }"
  at w1 in_host rm -rf $KUBERNETES/pki.new
  at w1 in_host sh -c "printf '%s\n' 'apiVersion: kubeadm.k8s.io/v1beta2' 'kind: JoinConfiguration' 'discovery:' \
    '  bootstrapToken: {apiServerEndpoint: ${join[0]}, token: ${join[2]}, caCertHashes: [${join[4]}]}' \
    'controlPlane: {certificateKey: ${join[7]}}' >/tmp/cp.yaml"
  at w1 in_host cp -a $KUBERNETES/pki $KUBERNETES/pki.kept
  at w1 in_host kubeadm join phase control-plane-prepare download-certs --config /tmp/cp.yaml >"$tmp/out" 2>"$tmp/err" ||
    { show; fail "kubeadm can't use: $1"; }
  for name in ca.key front-proxy-ca.key sa.key etcd/ca.key; do
    same "$(at w1 in_host sha256sum <"$(at w1 host_file $KUBERNETES/pki/$name)")" "$(in_host sha256sum <"$(host_file $KUBERNETES/pki/$name)")"
  done
  at w1 in_host sh -c "rm -rf $KUBERNETES/pki && mv $KUBERNETES/pki.kept $KUBERNETES/pki"
}
t 0 create --print-join-command --upload-certs
[[ $out =~ \ --control-plane\ --certificate-key\ ([0-9a-f]{64})$ ]] || fail "no line: $out"
opens "$out"
key=$(kbsh certs certificate-key)
t 0 create --print-join-command --upload-certs --certificate-key "$key"
has "$out" " --certificate-key $key"
opens "$out"
kbsh init phase upload-certs --upload-certs --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" || { show; fail "no phase upload-certs"; }
key=$(tail -1 "$tmp/out")
[[ $key =~ ^[0-9a-f]{64}$ ]] || { show; fail "the phase upload-certs prints no key"; }
without "$key" "$tmp/err"
t 0 create --print-join-command --certificate-key "$key"
opens "$out"
HOST=w1 t 1 create --print-join-command --upload-certs --kubeconfig $KUBERNETES/kubelet.conf
has "$err" "the certificates can't be uploaded: $KUBERNETES/pki/sa.key is not there"
