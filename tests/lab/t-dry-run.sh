#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A dry run on a fresh host says what it would do, and changes nothing: no
# file, no unit, no process, no container.
# lab: seconds=8
. "$(dirname "$0")/functions.sh" || exit 1

host_up
config
# It restarts until it is configured.
in_host systemctl stop kubelet
look_host cp1 before
try_init --dry-run || { show; fail "a dry run ended with $?"; }
look_host cp1 after
same_host before after
# (and the inventory would have seen it)
in_host touch /var/lib/kubelet/x
look_host cp1 touched
! cmp -s "$tmp/after.files" "$tmp/touched.files" || fail "the inventory is not whole"

text=$(cat "$tmp/out" "$tmp/err")
for name in etcd kube-apiserver kube-controller-manager kube-scheduler; do
  has "$text" "+++ $KUBERNETES/manifests/$name.yaml"
done
for word in "+    - --service-cluster-ip-range=10.96.0.0/12" "+++ $KUBERNETES/pki/apiserver.crt" \
  "+++ /var/lib/kubelet/config.yaml" "kind: DaemonSet" "name: kubeadm-config" "name: cluster-info" \
  "would start unit kubelet" "it was a dry run"; do
  has "$text" "$word"
done
hasnt "$text" "PRIVATE KEY"
