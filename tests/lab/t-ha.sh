#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Three control planes, two of which join at the same time, and workers, with
# kbsh alone. One control plane is lost, and replaced; then all hosts lose their
# power at once; then two of three are lost, and what is left gets a new one.
#   KBSH_LAB_WORKERS   how many workers (default 2)
# lab: seconds=230
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
requires jq python3
workers=()
for ((i = 1; i <= ${KBSH_LAB_WORKERS:-2}; i++)); do workers+=("w$i"); done
nodes=(cp1 cp2 cp3 "${workers[@]}")

host_up "${nodes[@]}"
endpoint cp1 cp2 cp3
for i in "${!nodes[@]}"; do network "${nodes[i]}" "$i"; done
# so that a second join has nothing to try to pull
for node in cp1 cp2 cp3; do at "$node" in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null; done
begin; whole=$began
first
took "init"
begin; join_all cp2 cp3 -- "${control[@]}"
took "two control planes at the same time"
[ "${#workers[@]}" = 0 ] || { begin; join_all "${workers[@]}" -- "${join[@]}"; took "${#workers[@]} workers at the same time"; }
all_ready "${nodes[@]}"
began=$whole; took "until all ${#nodes[@]} nodes are ready"
same "$(voters)" "cp1 cp2 cp3"
for node in cp1 cp2 cp3; do at "$node" wait_static_pods; done
for file in ca.crt ca.key sa.key front-proxy-ca.key etcd/ca.key; do
  same "$(at cp2 in_host sha256sum $KUBERNETES/pki/$file)" "$(at cp1 in_host sha256sum $KUBERNETES/pki/$file)"
done
same "$(at cp2 in_host find $KUBERNETES -name '*.key' ! -perm 600)" ""
has "$(kubectl -n kube-system get configmap kubeadm-config -o yaml)" "cp3:"
same "$(kubectl get nodes -l node-role.kubernetes.io/master= -o name | wc -l)" 3
# once more: nothing changes
join_all cp3 -- "${control[@]}"
has "$(cat "$tmp/cp3.err")" ", nothing changed"

# cp2 is gone: the API goes on
"$LAB" down cp2
begin
wait_for 60 quiet kubectl create configmap still-here
took "the API answers again"
wait_for 60 eval '! are_voters "cp1 cp2 cp3"'
same "$(voters)" "cp1 cp3"
# a new host of that name may not take the old one's place in etcd by itself
"$LAB" up --mount "$KBSH_PREFIX:$KBSH_PREFIX" --mount "$tmp/shared:/shared:rw" cp2 >"$tmp/up.log" 2>&1 || { cat "$tmp/up.log" >&2; fail "no new cp2"; }
kubectl delete node cp2 >/dev/null
network cp2 1
! try_join cp2 "${control[@]}" || fail "cp2 took the lost member's place"
has "$(cat "$tmp/err")" "kbsh etcd member remove"
begin
kbsh etcd member remove cp2 >"$tmp/out" 2>"$tmp/err" || { show; fail "the lost member can't be removed"; }
join cp2 "${control[@]}"
took "the new cp2 has joined"
wait_for 30 are_voters "cp1 cp2 cp3"
all_ready "${nodes[@]}"

# the power goes everywhere
"$LAB" restart "${nodes[@]}"
begin
for i in "${!nodes[@]}"; do network "${nodes[i]}" "$i"; done
wait_for 240 are_voters "cp1 cp2 cp3"
wait_for 240 quiet kubectl get configmap still-here
took "the API answers after the power was gone"
all_ready "${nodes[@]}"
took "all nodes are ready after the power was gone"

# two of three are gone for good: what cp1 has is made a cluster of one
"$LAB" down cp2 cp3
wait_for 120 eval '! quiet kubectl get configmap still-here --request-timeout=5s'
manifest=$KUBERNETES/manifests/etcd.yaml
change_manifest () { in_host sh -c "sed '$1' $manifest >/root/etcd.yaml && cp /root/etcd.yaml $manifest"; }
begin
change_manifest 's/^    - etcd$/&\n    - --force-new-cluster/'
wait_for 180 are_voters cp1
change_manifest '/--force-new-cluster/d'
wait_for 180 eval '! quiet in_host pgrep -f force-new-cluster'
wait_for 180 are_voters cp1
wait_for 180 quiet kubectl get configmap still-here
took "the API answers with one of three members"
# and a new machine can join it
kubectl delete node cp2 cp3 >/dev/null
"$LAB" up --mount "$KBSH_PREFIX:$KBSH_PREFIX" --mount "$tmp/shared:/shared:rw" cp2 >"$tmp/up.log" 2>&1 || { cat "$tmp/up.log" >&2; fail "no new cp2"; }
network cp2 1
at cp2 in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null
begin
join cp2 "${control[@]}"
took "a new control plane has joined what was left"
wait_for 60 are_voters "cp1 cp2"
all_ready cp1 cp2
