#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything elsewhere: folders, ports, names, networks, arguments, volumes.
# lab: group=custom seconds=45
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/custom.sh" || exit 1

custom
# no taint, once the one of a node that is not ready is gone; the network, once a
# controller has chosen it
settled () { [ "$(kubectl get node moved -o 'jsonpath={.spec.taints}{.spec.podCIDR}')" = 10.99.0.0/24 ]; }
wait_for 60 settled
node=$(kubectl get node moved -o json)
same "$(jq -r '.metadata.labels["kbsh.lab/where"]' <<<"$node")" elsewhere
same "$(kubectl get service kubernetes -o 'jsonpath={.spec.clusterIP}')" 10.55.0.1
same "$(kubectl -n kube-system get service kube-dns -o 'jsonpath={.spec.clusterIP}')" 10.55.0.10
same "$(kubectl config view -o 'jsonpath={.clusters[0].name} {.clusters[0].cluster.server}')" "elsewhere https://control.example:7443"
in_host test -e /srv/pki/etcd/ca.crt || fail "no certificates in /srv/pki"
in_host test -d /srv/etcd/member || fail "no data of etcd in /srv/etcd"
! in_host test -e $KUBERNETES/pki || fail "certificates in $KUBERNETES/pki, too"
! in_host test -e /var/lib/etcd/member || fail "data of etcd in /var/lib/etcd, too"
names=$(in_host openssl x509 -in /srv/pki/apiserver.crt -noout -ext subjectAltName)
for name in DNS:control.example DNS:other.example DNS:moved DNS:kubernetes.default.svc.lab.example \
  "IP Address:192.0.2.7" "IP Address:10.55.0.1" "IP Address:10.77.0.99"; do
  has "$names" "$name"
done
arguments=$(in_host cat "/proc/$(in_host pgrep -x kube-apiserver)/cmdline" | tr '\0' '\n')
for argument in --event-ttl=2h0m0s --secure-port=7443 --advertise-address=10.77.0.99 --service-cluster-ip-range=10.55.0.0/16; do
  has "$arguments" "$argument"
done
kubectl -n kube-system exec "kube-apiserver-moved" -- ls -d /shown >/dev/null 2>&1 ||
  in_host sh -c "grep -q ' /shown ' /proc/\$(pgrep -x kube-apiserver)/mountinfo" || fail "the API server has no /shown"
