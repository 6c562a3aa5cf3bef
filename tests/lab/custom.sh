# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# One init for what does not depend on one another, after functions.sh: all
# elsewhere (t-paths), with patches (t-patches) and other keys (t-algorithms),
# each of which looks at what it is about. The node of cp1 is named moved.
CUSTOM_PKI=/srv/pki

# custom: the host with that init, made by the first of these tests
custom () {
  if [ ! -e "$tmp/shared/custom" ]; then
    host_up
    custom_config
    custom_patches
    init --patches /shared/patches
    touch "$tmp/shared/custom"
  fi
  wait_ready moved
  HOST=moved host=cp1
  in_host () { "$LAB" in $host "$@"; }
  wait_static_pods
}
custom_config () {
  in_host mkdir -p /srv/shown
  config 'featureGates: {PublicKeysECDSA: true}' \
    'certificatesDir: /srv/pki' \
    'clusterName: elsewhere' \
    'controlPlaneEndpoint: control.example:7443' \
    'etcd: {local: {dataDir: /srv/etcd, extraArgs: {quota-backend-bytes: "1073741824"}}}' \
    'scheduler: {extraArgs: {v: "3"}}' \
    'controllerManager: {extraArgs: {node-monitor-grace-period: 50s}}' \
    'apiServer:' \
    '  certSANs: [other.example, 192.0.2.7]' \
    '  extraArgs: {event-ttl: 2h0m0s}' \
    '  extraVolumes:' \
    '  - {name: shown, hostPath: /srv/shown, mountPath: /shown, readOnly: true, pathType: Directory}'
  sed -i 's|^networking: .*|networking: {podSubnet: 10.99.0.0/16, serviceSubnet: 10.55.0.0/16, dnsDomain: lab.example}|' "$tmp/shared/init.yaml"
  config_add 'apiVersion: kubeadm.k8s.io/v1beta2' 'kind: InitConfiguration' \
    'localAPIEndpoint: {advertiseAddress: 10.77.0.99, bindPort: 7443}' \
    'nodeRegistration:' '  name: moved' '  taints: []' '  kubeletExtraArgs: {node-labels: kbsh.lab/where=elsewhere}'
  # a second address, and the name under which it is found
  in_host ip address add 10.77.0.99/24 dev "$(in_host ip -o route show default | sed 's/.* dev \([^ ]*\).*/\1/')"
  in_host sh -c 'echo 10.77.0.99 control.example moved >>/etc/hosts'
}
custom_patches () {
  mkdir "$tmp/shared/patches"
  cat >"$tmp/shared/patches/kube-apiserver0+strategic.yaml" <<'Y'
metadata: {annotations: {kbsh.lab/strategic: "yes"}}
spec: {containers: [{name: kube-apiserver, env: [{name: PATCHED, value: strategic}]}]}
Y
  cat >"$tmp/shared/patches/kube-apiserver1+merge.json" <<'J'
{"metadata": {"annotations": {"kbsh.lab/merge": "yes"}}}
J
  cat >"$tmp/shared/patches/kube-apiserver2+json.yaml" <<'Y'
- {op: add, path: /spec/containers/0/command/-, value: --min-request-timeout=1801}
Y
  cat >"$tmp/shared/patches/etcd.yaml" <<'Y'
metadata: {labels: {patched: "yes"}}
Y
  cat >"$tmp/shared/patches/kube-scheduler+json.json" <<'J'
[{"op": "replace", "path": "/spec/containers/0/resources/requests/cpu", "value": "50m"}]
J
}
