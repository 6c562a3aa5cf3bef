#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A cluster of the real kubeadm 1.20.2: kbsh's control plane and its worker join
# it, by the very lines that kubeadm prints.
# lab: seconds=90
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
requires jq python3

host_up --reference cp1 cp2 w1
endpoint cp1 cp2
network cp1 0
network cp2 1
network w1 2
in_host cp /usr/share/kbsh-lab/10-bridge.conflist /etc/cni/net.d/
config "controlPlaneEndpoint: $ENDPOINT"
kubeadm cp1 init --config /shared/init.yaml --upload-certs
key=$(grep -oE -- '--certificate-key [0-9a-f]{64}' "$tmp/out" | head -1)
kubeadm cp1 token create --print-join-command ${key/ /=}
read -r -a line < <(grep -m1 'kubeadm join' "$tmp/out")
join cp2 "${line[@]:2}" "${WITHOUT_COREDNS[@]}"
both_work
# the manifest is kubeadm's, but for what differs between the two machines, and
# the ephemeral storage that kbsh does not ask for (doc/differences.md)
for host in cp1 cp2; do
  at "$host" in_host cat $KUBERNETES/manifests/etcd.yaml |
    sed -E 's/10\.77\.0\.1[12]/ADDRESS/g; s/name=cp[12]/name=NODE/; /--initial-cluster/d; /ephemeral-storage/d' >"$tmp/$host.etcd"
done
diff <(sort "$tmp/cp1.etcd") <(sort "$tmp/cp2.etcd") >&2 || fail "kbsh's manifest of etcd is not kubeadm's"

# a worker, with a pod that is reached
kubeadm cp1 token create --print-join-command
read -r -a line < <(grep -m1 'kubeadm join' "$tmp/out")
join w1 "${line[@]:2}"
has_joined w1
pod_on w1
at cp1 kubectl -n kube-system wait --for=condition=Ready pod -l k8s-app=kube-proxy --timeout=120s >/dev/null || fail "kube-proxy is not ready on w1"
# upgrading a node is then kubeadm's as well
kubeadm w1 upgrade node phase kubelet-config
