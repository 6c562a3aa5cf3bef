#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real kubeadm 1.20.2: its worker joins kbsh's cluster, on which it can work
# as on its own. (The other way round: t-kubeadm-cluster.)
# lab: group=worker seconds=40
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1

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
