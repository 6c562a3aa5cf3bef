# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Checks of what is not this machine's own: an external etcd (Debian's, with
# TLS, on the loopback of a network namespace), and the files of the
# authorization modes ABAC and Webhook.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires etcd ip jq openssl
own_namespaces --net --mount
ip link set lo up
ip addr add 10.9.0.1/24 dev lo
pki=$tmp/pki

# steps NAME: a workflow of these, behind the one that reads the configuration
steps () {
  { printf 'workflow: kbsh/v1\nname: %s\n' "$1"
    printf 'parameters: [{name: config, type: path}]\nsteps:\n'
    printf '  - {name: config, run: config.load, with: {config: "${config}"}}\n'
    cat
  } | flow "$1"
}
# Its certificates are made as those of any cluster are.
steps make <<'END'
  - {name: ca, run: pki.certificate, with: {name: etcd-ca}, needs: [config]}
  - {name: server, run: pki.certificate, with: {name: etcd-server}, needs: [ca]}
  - {name: client, run: pki.certificate, with: {name: etcd-healthcheck-client}, needs: [ca]}
END
steps look <<'END'
  - {name: look, run: checks, needs: [config],
     with: {packs: [preflight], only: [etcd, authorization]}}
END
# config [LINES]: of a cluster with these lines
config () {
  cat >"$tmp/config.yaml" <<END
apiVersion: kubeadm.k8s.io/v1beta2
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.9.0.1}
---
apiVersion: kubeadm.k8s.io/v1beta2
kind: ClusterConfiguration
kubernetesVersion: v1.20.2
certificatesDir: $pki
END
  cat >>"$tmp/config.yaml"
}
k () { "$kbsh" --workflow-dir="$flows" "$@" --config="$tmp/config.yaml"; }
# look STATUS WORDS...: the checks end so, and say this
look () {
  local want=$1 word; shift
  status "$want" k look
  for word; do has "$err" "$word"; done
}

# -- etcd
config </dev/null
status 0 k make
etcd=$pki/etcd
etcd --data-dir "$tmp/data" --listen-client-urls https://127.0.0.1:2379 \
  --advertise-client-urls https://127.0.0.1:2379 \
  --listen-peer-urls http://127.0.0.1:2380 --cert-file "$etcd/server.crt" \
  --key-file "$etcd/server.key" --trusted-ca-file "$etcd/ca.crt" \
  --client-cert-auth >"$tmp/etcd.log" 2>&1 &
pid=$!
cleanup "kill $pid 2>/dev/null; wait $pid 2>/dev/null"
wait_for 20 grep -q "serving client" "$tmp/etcd.log"
# external ENDPOINT CA CERT KEY
external () {
  config <<END
etcd:
  external: {endpoints: ["$1"], caFile: $2, certFile: $3, keyFile: $4}
END
}
client=$etcd/healthcheck-client here=https://127.0.0.1:2379
external "$here" "$etcd/ca.crt" "$client.crt" "$client.key"
look 0
# nobody listens; another CA; nobody's certificate
external https://127.0.0.1:2381 "$etcd/ca.crt" "$client.crt" "$client.key"
look 1 "ExternalEtcdVersion" "etcd at https://127.0.0.1:2381: "
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other -days 1 \
  -keyout "$tmp/other.key" -out "$tmp/other.crt" 2>/dev/null
external "$here" "$tmp/other.crt" "$client.crt" "$client.key"
look 1 "ExternalEtcdVersion" "caFile, certFile and keyFile"
external "$here" "$etcd/ca.crt" "$tmp/other.crt" "$tmp/other.key"
look 1 "ExternalEtcdVersion"
# files that are not there; a key that is another's
external "$here" "$etcd/ca.crt" "$tmp/none.crt" "$client.key"
look 1 "ExternalEtcdClientCertificates" "$tmp/none.crt does not exist"
external "$here" "$etcd/ca.crt" "$client.crt" "$tmp/other.key"
look 1 "ExternalEtcdVersion"
hasnt "$err" "PRIVATE KEY"
# what answers there is no etcd
external https://127.0.0.1:2379/health "$etcd/ca.crt" "$client.crt" "$client.key"
look 1 "ExternalEtcdVersion" "does not say etcd's version"

# -- the authorization modes' files
# modes LIST FLAG FILE
modes () {
  config <<END
apiServer:
  extraArgs: {authorization-mode: "$1", $2: $3}
END
}
policy=$tmp/policy.jsonl
modes Node,ABAC authorization-policy-file "$policy"
look 1 "FileExisting-" "$policy does not exist"
cat >"$policy" <<'END'
  # who may do what
{"apiVersion": "abac.authorization.kubernetes.io/v1beta1", "kind": "Policy", "spec": {"user": "a", "namespace": "*", "resource": "*", "apiGroup": "*"}}

END
look 0
echo '{"apiVersion": "abac' >>"$policy"
look 1 "policy.jsonl:4:1: this line is no policy"
printf '{}\n7\n' >"$policy"
look 1 "policy.jsonl:2:1: this line is no policy"
# where the API server's container sees the file is not where it is
config <<END
apiServer:
  extraArgs: {authorization-mode: ABAC, authorization-policy-file: /in/policy.jsonl}
  extraVolumes: [{name: p, hostPath: "$tmp", mountPath: /in}]
END
look 1 "policy.jsonl:2:1: this line is no policy"
echo '{}' >"$policy"
look 0
# no mode of this name
modes ABACUS authorization-policy-file /none
look 0
modes ABAC authorization-policy-file "$policy"
rm "$policy" && mkdir "$policy"
look 1 "it is a folder"
webhook=$tmp/webhook.conf
modes Webhook authorization-webhook-config-file "$webhook"
look 1 "$webhook does not exist"
cat >"$webhook" <<'END'
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1/authorize"}}]
contexts: [{name: x, context: {cluster: c}}]
current-context: x
END
look 0
echo 'clusters: [' >"$webhook"
look 1 "webhook.conf:2:1: "
for text in 'kind: Config' 'current-context: x' 'clusters: [{name: c}]'; do
  echo "$text" >"$webhook"
  look 1 "is no kubeconfig with a current context"
done
ln -sf loop "$tmp/loop" && rm "$webhook" && ln -s "$tmp/loop" "$webhook"
look 1 "symbolic links"
config <<END
apiServer: {extraArgs: {authorization-mode: "ABAC"}}
END
look 1 "the API server is not told its file for the authorization mode ABAC"
