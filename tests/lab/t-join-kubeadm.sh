#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Both ways with the real kubeadm 1.20.2: its worker joins kbsh's cluster, on
# which it can work as on its own; and kbsh's worker joins a cluster of its own.
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
own=$KBSH_LAB

kubeadm () { at "$1" in_host kubeadm "${@:2}" >"$tmp/out" 2>"$tmp/err" || { local status=$?; show; fail "kubeadm ${*:2} ended with $status"; }; }

# kbsh's cluster, kubeadm's worker
export KBSH_LAB=$own-kbsh
cluster --reference w1
kubeadm w1 join "${join[@]}"
has_joined w1
pod_on w1
# what its administrator looks at there
kubeadm cp1 token list
has "$(cat "$tmp/out")" "${join[2]}"
kubeadm cp1 certs check-expiration
for name in admin.conf apiserver apiserver-etcd-client etcd-server front-proxy-client scheduler.conf; do
  has "$(cat "$tmp/out")" "$name"
done
hasnt "$(cat "$tmp/out")" "MISSING"
kubeadm cp1 config view
has "$(cat "$tmp/out")" "kubernetesVersion: v1.20.2"
kubeadm cp1 upgrade plan v1.20.3 --ignore-preflight-errors=CoreDNSUnsupportedPlugins,CoreDNSMigration
has "$(cat "$tmp/out")" "v1.20.3"
kubeadm cp1 token create --print-join-command
has "$(cat "$tmp/out")" "kubeadm join ${join[0]}"
"$LAB" down >/dev/null

# kubeadm's cluster, kbsh's worker, by the very line that kubeadm prints
export KBSH_LAB=$own-kubeadm
host_up --reference cp1 w1
network cp1 0
network w1 1
in_host cp /usr/share/kbsh-lab/10-bridge.conflist /etc/cni/net.d/
kubeadm cp1 init --config /shared/init.yaml
wait_ready cp1
read -r -a join <<<"$(at cp1 in_host kubeadm token create --print-join-command 2>/dev/null)"
join w1 "${join[@]:2}"
has_joined w1
pod_on w1
at cp1 kubectl -n kube-system wait --for=condition=Ready pod -l k8s-app=kube-proxy --timeout=120s >/dev/null || fail "kube-proxy is not ready on w1"
# upgrading a node is then kubeadm's as well
kubeadm w1 upgrade node phase kubelet-config
