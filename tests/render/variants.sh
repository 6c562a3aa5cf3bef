#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What a user's configuration changes in what is rendered: an external etcd,
# IPv6, arguments, volumes, environment, patches, an audit policy, ECDSA keys.
. "${top_srcdir:-.}/tests/functions.sh" || exit 1
requires openssl
own_namespaces --mount
hide_cluster

mkdir "$tmp/patches"
cat >"$tmp/patches/kube-apiserver0+strategic.yaml" <<'END'
spec:
  containers:
  - name: kube-apiserver
    resources: {requests: {cpu: 333m}}
  volumes: [{name: audit-log, $patch: delete}]
END
echo '[{"op": "add", "path": "/metadata/labels/patched", "value": "json"}]' \
  >"$tmp/patches/kube-scheduler+json.json"
echo 'maxPods: 77' >"$tmp/patches/kubeletconfiguration+merge.yaml"
cat >"$tmp/config.yaml" <<END
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: "fd00::11"}
nodeRegistration: {name: cp1}
patches: {directory: $tmp/patches}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.2
encryptionAlgorithm: ECDSA-P256
certificatesDir: $tmp/pki
networking: {serviceSubnet: "fd01::/112", podSubnet: "fd02::/56"}
etcd:
  external:
    endpoints: ["https://[fd00::21]:2379", "https://[fd00::22]:2379"]
    caFile: /etc/elsewhere/ca.crt
    certFile: /etc/elsewhere/client/c.crt
    keyFile: /etc/elsewhere/client/c.key
apiServer:
  extraArgs:
  - {name: service-account-issuer, value: https://z}
  - {name: service-account-issuer, value: https://a}
  - {name: authorization-mode, value: "Node,Nonsense,ABAC"}
  extraVolumes:
  - {name: mine, hostPath: /h, mountPath: /m, readOnly: true, pathType: Directory}
  extraEnvs: [{name: MINE, value: "1"}]
controllerManager:
  extraArgs: [{name: bind-address, value: "::"}]
END
"$kbsh" init phase control-plane all --dry-run --audit-policy default \
  --config "$tmp/config.yaml" >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
out=$(cat "$tmp/out")
has "$out" "--etcd-servers=https://[fd00::21]:2379,https://[fd00::22]:2379"
has "$out" "--etcd-cafile=/etc/elsewhere/ca.crt"
has "$out" "name: etcd-certs-0"
hasnt "$out" "name: etcd-certs-1"
has "$out" "host: fd00::11"
has "$out" "cpu: 333m"
has "$out" "patched: json"
has "$out" "--authorization-mode=Node,ABAC"
has "$out" "name: MINE"
has "$out" "--audit-policy-file=/etc/kubernetes/audit/policy.yaml"
has "$out" "+kind: Policy"
hasnt "$out" "+    name: audit-log" # its volume is patched away
has "$out" "path: /h"
has "$(grep -A1 -e '--service-account-issuer=https://z' <<<"$out")" "https://a"
hasnt "$out" "https://kubernetes.default.svc"
same "$(grep -c 'host: ' <<<"$out")" 6 # the controller manager's have none
"$kbsh" init phase kubelet-start --dry-run --config "$tmp/config.yaml" \
  >"$tmp/out" 2>&1 || fail "$(cat "$tmp/out")"
has "$(cat "$tmp/out")" "maxPods: 77"
"$kbsh" init phase certs all --config "$tmp/config.yaml" >"$tmp/out" 2>&1 ||
  fail "$(cat "$tmp/out")"
has "$(head -1 "$tmp/pki/ca.key")" "EC PRIVATE KEY"
has "$(openssl x509 -in "$tmp/pki/apiserver.crt" -noout -text)" "NIST CURVE: P-256"
openssl verify -CAfile "$tmp/pki/ca.crt" "$tmp/pki/apiserver.crt" >/dev/null ||
  fail "apiserver.crt is not signed by ca.crt"
[ ! -e "$tmp/pki/etcd" ] || fail "there are certificates of an external etcd"
