#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Both ways with the real kubeadm 1.20.2: its control plane joins kbsh's
# cluster, and kbsh's a cluster of its own, by the very line that it prints.
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
requires jq python3
own=$KBSH_LAB

kubeadm () { at "$1" in_host kubeadm "${@:2}" >"$tmp/out" 2>"$tmp/err" || { local status=$?; show; fail "kubeadm ${*:2} ended with $status"; }; }
# hosts LAB: cp1 and cp2, with their networks and an endpoint before them
hosts () {
  export KBSH_LAB=$1
  host_up --reference cp1 cp2
  endpoint cp1 cp2
  network cp1 0
  network cp2 1
}
# both_work: two members, all static Pods, both entered in the status
both_work () {
  local node
  wait_for 60 are_voters "cp1 cp2"
  for node in cp1 cp2; do
    at cp1 wait_ready "$node"
    at "$node" wait_static_pods
    has "$(at cp1 kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterStatus}')" "$node:"
    has "$(at cp1 kubectl get node "$node" -o yaml)" "node-role.kubernetes.io/master"
  done
}

hosts "$own-kbsh"
first
kubeadm cp2 join "${control[@]}"
both_work
# what its administrator looks at there
kubeadm cp1 certs check-expiration
hasnt "$(cat "$tmp/out")" MISSING
"$LAB" down >/dev/null

hosts "$own-kubeadm"
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
