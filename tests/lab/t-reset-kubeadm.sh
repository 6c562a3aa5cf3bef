#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Both ways with the real kubeadm 1.20.2: kbsh resets what kubeadm made, and
# kubeadm what kbsh made; what both leave is compared.
# lab: seconds=90
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/reset.sh" || exit 1

# ran PROGRAM...: in the host
ran () { in_host "$@" >"$tmp/out" 2>"$tmp/err" || { local status=$?; show; fail "$* ended with $status"; }; }
kubeadm_node () {
  in_host cp /usr/share/kbsh-lab/10-bridge.conflist /etc/cni/net.d/
  ran kubeadm init --config /shared/init.yaml "${WITHOUT_COREDNS[@]}"
  wait_ready
}
# what is left of a cluster, as paths
left () { in_host find $KUBERNETES /var/lib/kubelet /var/lib/etcd /etc/cni/net.d 2>/dev/null | sort; }

host_up --reference
config

# -- kubeadm's node, kbsh's reset: there is no journal of kbsh
kubeadm_node
ran "$KBSH_PREFIX/bin/kbsh" reset -f
has "$(cat "$tmp/out")" "/etc/cni/net.d/10-bridge.conflist"
has "$(cat "$tmp/out")" "chains KUBE-*"
left >"$tmp/by-kbsh"
same "$(in_host ctr -n k8s.io containers list -q)" ""
same "$(in_host systemctl is-active kubelet)" inactive
same "$(in_host sh -c 'grep -c " /var/lib/kubelet/" /proc/self/mountinfo')" 0
in_host rm /etc/cni/net.d/10-bridge.conflist

# -- kubeadm's node, kubeadm's reset. The lab's crictl does nothing, so that the
# pods stay, and kbsh ends them.
kubeadm_node
ran kubeadm reset -f
left >"$tmp/by-kubeadm"
diff "$tmp/by-kubeadm" "$tmp/by-kbsh" >&2 || fail "kbsh leaves something else than kubeadm does"
ran "$KBSH_PREFIX/bin/kbsh" reset -f
same "$(in_host ctr -n k8s.io containers list -q)" ""
in_host rm -r /etc/cni/net.d/10-bridge.conflist $KUBERNETES # empty folders

# -- kbsh's node, kubeadm's reset
init
wait_ready
ran kubeadm reset -f
left | grep -v 10-kbsh-bridge.conflist >"$tmp/of-kbsh"
grep -v 10-bridge.conflist "$tmp/by-kubeadm" | diff - "$tmp/of-kbsh" >&2 ||
  fail "kubeadm leaves something else of kbsh's node than of its own"
# what kubeadm does not know of, kbsh takes away afterwards
ran "$KBSH_PREFIX/bin/kbsh" reset -f --clean-iptables
same "$(left)" "$(printf '%s\n' /etc/cni/net.d /var/lib/etcd /var/lib/kubelet)"
same "$(in_host sh -c 'iptables-save | grep -c KUBE-')" 0
same "$(in_host sh -c 'ip -br link | grep -c -e kbsh0 -e veth')" 0
# and a node is made again
init
wait_ready
