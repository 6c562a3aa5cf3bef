#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every phase alone, one after the other, as kubeadm's users do it, ends with a
# ready node; every phase that the command line knows is among them.
# lab: seconds=55
. "$(dirname "$0")/functions.sh" || exit 1

phases='preflight
certs ca
certs apiserver
certs apiserver-kubelet-client
certs front-proxy-ca
certs front-proxy-client
certs etcd-ca
certs etcd-server
certs etcd-peer
certs etcd-healthcheck-client
certs apiserver-etcd-client
certs sa
kubeconfig admin
kubeconfig kubelet
kubeconfig controller-manager
kubeconfig scheduler
kubelet-start
control-plane apiserver
control-plane controller-manager
control-plane scheduler
etcd local
wait-control-plane
upload-config kubeadm
upload-config kubelet
upload-certs --upload-certs
mark-control-plane
bootstrap-token
kubelet-finalize all
addon coredns
addon kube-proxy
addon cni-bridge --cni bridge
show-join-command'

host_up
config
while read -r -a phase; do
  case ${phase[0]} in
    preflight) phase+=("${WITHOUT_COREDNS[@]}") ;;
  esac
  kbsh init phase "${phase[@]}" --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" </dev/null ||
    { show; fail "phase ${phase[*]} ended with $?"; }
  case ${phase[*]} in
    "certs apiserver")
      in_host test -e $KUBERNETES/pki/apiserver.crt || fail "there is no apiserver.crt"
      ! in_host test -e $KUBERNETES/pki/sa.key || fail "certs apiserver made more than it should" ;;
    "etcd local") in_host test -e $KUBERNETES/manifests/etcd.yaml || fail "no etcd.yaml" ;;
    "upload-certs --upload-certs") certs=$(cat "$tmp/out" "$tmp/err") ;;
  esac
done <<<"$phases"
wait_ready
wait_static_pods
has "$(cat "$tmp/out")" "kbsh join 10.77.0.11:6443 --token"
kubectl -n kube-system get secret kubeadm-certs -o yaml >"$tmp/certs" || fail "the certificates were not uploaded: $certs"
has "$(cat "$tmp/certs")" "ca.key:"

# again, by the names of the groups: nothing changes
for group in certs kubeconfig etcd control-plane upload-config kubelet-finalize addon; do
  kbsh init phase $group all --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" ||
    { show; fail "phase $group all ended with $?"; }
  has "$(cat "$tmp/err")" ", nothing changed"
done
