#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two hosts that are alike, and the same configuration: kubeadm 1.20.2 on one,
# kbsh on the other. What they leave is the same, by meaning, but for what is
# listed with its reason in equal/differences.yaml.
# lab: seconds=60
. "$(dirname "$0")/functions.sh" || exit 1
requires python3 openssl
python3 -c 'import yaml' 2>/dev/null || skip "there is no python3-yaml"
here=$top_srcdir/tests/lab/equal
kinds=nodes,namespaces,configmaps,secrets,serviceaccounts,services,daemonsets
kinds=$kinds,deployments,roles,rolebindings,clusterroles,clusterrolebindings
own=$KBSH_LAB

on () { export KBSH_LAB=$own-$1; }
# Each in a lab of its own, so that both have the same name and address.
host () {
  on "$1"; shift
  cleanup "'$LAB' --lab '$KBSH_LAB' down >/dev/null"
  "$LAB" up --mount "$here:/shared" "$@" cp1 >"$tmp/up.log" 2>&1 ||
    { cat "$tmp/up.log" >&2; fail "no host: lab up $*"; }
}
# What names there are; a controller makes its own when it comes to it.
names () { on "$1"; kubectl get -A -o name "$kinds" | sed -E 's/-token-[a-z0-9]{5}$//; s/bootstrap-token-[a-z0-9]{6}$//' | sort; }
settled () {
  names kubeadm >"$tmp/kubeadm.names" && names kbsh >"$tmp/kbsh.names" &&
    cmp -s "$tmp/kubeadm.names" "$tmp/kbsh.names"
}
collect () {
  on "$1"
  mkdir -p "$tmp/$1/files"
  kubectl get -A -o json "$kinds" >"$tmp/$1/objects.json" || fail "no objects of $1"
  in_host tar -C / --numeric-owner -cf - etc/kubernetes var/lib/kubelet/config.yaml \
    var/lib/kubelet/kubeadm-flags.env | tar -C "$tmp/$1/files" -xpf -
}

host kubeadm --reference
in_host kubeadm init --config /shared/init.yaml --upload-certs >"$tmp/out" 2>&1 ||
  { cat "$tmp/out" >&2; fail "kubeadm init failed"; }
host kbsh --mount "$KBSH_PREFIX:$KBSH_PREFIX"
kbsh init --config /shared/init.yaml --upload-certs "${WITHOUT_COREDNS[@]}" \
  >"$tmp/out" 2>&1 || { cat "$tmp/out" >&2; fail "kbsh init failed"; }

# Not the same names after a minute: compare.py says which.
end=$((SECONDS + 60))
until settled || [ $SECONDS -ge $end ]; do sleep 0.5; done
# The controllers write to what there is, too: the last such are the node's.
for side in kubeadm kbsh; do
  on $side
  wait_for 60 quiet sh -c "'$LAB' in cp1 kubectl --kubeconfig $KUBERNETES/admin.conf get node cp1 -o json | jq -e .spec.podCIDR"
  wait_for 60 quiet sh -c "'$LAB' in cp1 kubectl --kubeconfig $KUBERNETES/admin.conf get cm -n kube-public cluster-info -o json | jq -e '.data|length>1'"
  collect $side
done
python3 "$here/compare.py" "$tmp/kubeadm" "$tmp/kbsh" >"$tmp/differences" ||
  { cat "$tmp/differences" >&2; fail "the two differ"; }
tail -1 "$tmp/differences"
