#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# One more control plane: a dry run changes nothing; what it cannot do ends with
# an error of its own, with nothing left; it joins with files that were copied by
# hand. What a reset would break in a cluster of several nodes is refused; after
# it, of a control plane and of a worker, the host is as it was.
# lab: seconds=160
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
. "$(dirname "$0")/ha.sh" || exit 1
. "$(dirname "$0")/refused.sh" || exit 1
. "$(dirname "$0")/reset.sh" || exit 1
requires jq python3

host_up cp1 cp2
endpoint cp1 cp2
network cp1 0
network cp2 1
# so that there is nothing to try to pull
for host in cp1 cp2; do at "$host" in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null; done
first
wait_ready
key=${CONTROL[2]} JOINING=cp2
SECRETS=("${join[2]#*.}" "$key" "PRIVATE KEY")
by_hand=("${join[@]}" --control-plane)
api_servers () { at cp1 kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterStatus}'; }
cluster_objects () {
  at cp1 kubectl get csr,nodes -o name
  api_servers
  at cp1 kbsh etcd member list -o json | jq -S 'map({id, name, kind})'
}

at cp2 in_host systemctl stop kubelet # it restarts until it is configured
at cp2 look fresh
look_joining before

# -- a dry run
join cp2 "${control[@]}" --dry-run
all_as_before
text=$(cat "$tmp/out" "$tmp/err")
for word in "create $KUBERNETES/pki/ca.key (secret" "+++ $KUBERNETES/pki/apiserver.crt" "create $KUBERNETES/admin.conf (secret" \
  "+++ $KUBERNETES/manifests/kube-apiserver.yaml" "--etcd-servers=https://127.0.0.1:2379" "+++ $KUBERNETES/manifests/etcd.yaml" \
  "--initial-cluster=cp1=https://10.77.0.11:2380,cp2=https://10.77.0.12:2380" "/v3/cluster/member/add" "would start unit kubelet" \
  "node-role.kubernetes.io/master" "10.77.0.12" "it was a dry run"; do
  has "$text" "$word"
done
for word in "${SECRETS[@]}"; do hasnt "$text" "$word"; done

# -- refused
refused "does not open" "another key" "upload-certs" -- "${by_hand[@]}" --certificate-key "$(printf '%064d' 0)"
refused "the name cp1 is taken in this cluster" "kubectl delete node cp1" -- "${control[@]}" --node-name cp1
refused "SharedCertificates" "ca.crt" "ca.key" "sa.key" "front-proxy-ca.key" "etcd/ca.key" "--certificate-key" -- "${by_hand[@]}"
refused "these are missing: " "ca.crt" "sa.key" "front-proxy-ca.key" "--certificate-key" -- "${by_hand[@]}" --ignore-preflight-errors all
# what was uploaded goes with the token that it belongs to, after two hours
owner=$(kubectl -n kube-system get secret kubeadm-certs -o 'jsonpath={.metadata.ownerReferences[0].name}')
kubectl -n kube-system patch secret "$owner" -p "{\"stringData\":{\"expiration\":\"$(date -u -d '+2 seconds' +%FT%TZ)\"}}" >/dev/null ||
  fail "kubeadm-certs has no owner"
wait_for 60 eval '! quiet kubectl -n kube-system get secret kubeadm-certs'
refused "the cluster has no Secret kube-system/kubeadm-certs" "two hours" "upload-certs" -- "${control[@]}"
# by hand, but for one: it is named alone
copied=(ca.crt ca.key sa.key sa.pub front-proxy-ca.crt front-proxy-ca.key etcd/ca.crt etcd/ca.key)
copy () {
  local file
  at cp2 in_host mkdir -p $KUBERNETES/pki/etcd
  for file; do at cp2 in_host sh -c "umask 077; cat >$KUBERNETES/pki/$file" <"$(at cp1 host_file $KUBERNETES/pki/"$file")"; done
}
copy "${copied[@]:0:7}"
look_joining before
refused "there are no $KUBERNETES/pki/etcd/ca.key" -- "${by_hand[@]}"

# -- and with all of them
copy etcd/ca.key
join cp2 "${by_hand[@]}" "${WITHOUT_COREDNS[@]}"
wait_for 60 are_voters "cp1 cp2"
all_ready cp2
has "$(api_servers)" "cp2:"
same "$(kubectl get node cp2 -o 'jsonpath={.spec.taints[?(@.effect=="NoSchedule")].key}')" node-role.kubernetes.io/master
has "$(at cp2 in_host cat /var/lib/kubelet/kubeadm-flags.env)" "--register-with-taints=node-role.kubernetes.io/master:NoSchedule"
same "$(at cp2 in_host find $KUBERNETES -name '*.key' ! -perm 600)" ""
join cp2 "${by_hand[@]}" "${WITHOUT_COREDNS[@]}"
has "$(cat "$tmp/err")" ", nothing changed"

# -- what a reset would break: it is refused before anything is done
# try_reset HOST [OPTION...]: as somebody who says yes
try_reset () { local host=$1; shift; echo y | at "$host" kbsh reset "$@" >"$tmp/out" 2>"$tmp/err"; }
left_alone () { at "$1" inventory $KUBERNETES /etc/cni/net.d /var/lib/kubelet/config.yaml; }
no_reset () {
  local host=$1 status=0 word
  shift
  left_alone "$host" >"$tmp/alone"
  try_reset "$host" || status=$?
  [ $status = 1 ] || { show; fail "reset ended with $status"; }
  for word in "the cluster cannot do without this machine's etcd" --force "$@"; do has "$(cat "$tmp/err")" "$word"; done
  left_alone "$host" | diff "$tmp/alone" - >&2 || fail "a reset that was refused changed something"
  same "$(at "$host" in_host systemctl is-active kubelet)" active
}
in_host mv $KUBERNETES/manifests/etcd.yaml /root/
wait_for 60 eval '! quiet in_host pgrep -x etcd'
no_reset cp2 "of the 1 that would be left 0 work"
in_host mv /root/etcd.yaml $KUBERNETES/manifests/
wait_for 120 are_voters "cp1 cp2"
# (either of the two API servers is asked: both have to be back)
for host in cp1 cp2; do
  wait_for 120 quiet at $host in_host curl -fsk --max-time 5 "https://$("$LAB" ip $host):6443/readyz"
done
has "$(api_servers)" "cp2:"

# -- the control plane leaves
reset () { try_reset "$@" || { local status=$?; show; fail "reset $* ended with $status"; }; }
# as_fresh WHO [PATTERN]: no more than what is explained, or fits the pattern,
# has changed since the host was new
as_fresh () {
  at cp2 look after
  differences fresh after | explained | grep -vE "${2:-^$}" >"$tmp/left" || :
  [ ! -s "$tmp/left" ] || { cat "$tmp/left" >&2; fail "the reset of $1 left this"; }
}
reset cp2 --clean-iptables
# (who copied the files here made these folders: they are not kbsh's to remove)
as_fresh "a control plane" '^files \+ \./etc/kubernetes(/pki)? directory 755 '
wait_for 30 are_voters cp1
hasnt "$(api_servers)" "cp2:"
kubectl delete node cp2 >/dev/null

# -- a worker, without which the last member may not go either
join cp2 "${join[@]}"
has_joined cp2
pod_on cp2
no_reset cp1 "it is the last member, and the cluster has 1 other node"
has "$(api_servers)" "cp1:"
reset cp2 --clean-iptables
has "$(cat "$tmp/out")" "/etc/cni/net.d/10-bridge.conflist"
# (the pod network is not kbsh's, nor is its bridge; that it is left is said)
as_fresh "a worker" '^files \+ \./etc/kubernetes(/pki)? directory 755 |^network \+ (.* dev|address|link) cni0( |$)'
