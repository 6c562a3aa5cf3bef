# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the tests that join hosts, after functions.sh:
#   . "$(dirname "$0")/join.sh" || exit 1
# cp1 has the cluster; `at HOST CMD...` works elsewhere.

at () { local HOST=$1; shift; "$@"; }

# network HOST N: its pods are 10.244.N.*, and every host knows the way to the
# others'. cp1's own are kbsh's, or as here.
network () {
  [ "$1" = cp1 ] || cluster_conflist "$@"
  cluster_routes "$@"
}

# token [OPTION...]: a fresh one, made with kubeadm
token () { at cp1 in_host kubeadm token create "$@" 2>/dev/null; }
# pin: sha256:HEX of the CA's public key
pin () {
  at cp1 in_host sh -c "openssl x509 -pubkey -noout -in $KUBERNETES/pki/ca.crt | openssl pkey -pubin -outform der |
    sha256sum | sed 's/ .*//; s/^/sha256:/'"
}

# join_words: $join is how a worker joins, as init said it
join_words () {
  cluster_join_words "$tmp/out"
  join=("${JOIN[@]}")
  [ "${#join[@]}" = 5 ] || { show; fail "init does not say how a worker joins"; }
}
others () { cluster_hosts | grep -vx cp1; }

# cluster [OPTION...] HOST...: these hosts and cp1, which has a cluster of kbsh's; $join is
# how a worker joins it, as init says it. Where the lab is shared, the cluster
# may be there from the test before: then it has no node but cp1 afterwards.
cluster () {
  local n=1 host
  if [ -e "$tmp/shared/cluster" ]; then old_cluster "$@"; else new_cluster "$@"; fi
  network cp1 0
  for host; do
    case $host in --*) continue ;; esac
    network "$host" $n
    n=$((n + 1))
  done
  join_words
  wait_ready cp1
}
new_cluster () {
  host_up cp1 "$@"
  # CoreDNS is not packaged: so that nothing is missing on cp1
  in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null
  init
  cp "$tmp/out" "$tmp/shared/cluster"
}
old_cluster () {
  local name old
  mapfile -t old < <(others)
  [ "${#old[@]}" = 0 ] || "$LAB" down "${old[@]}" >/dev/null
  find "$tmp/shared/" -mindepth 1 ! -name cluster ! -name init.yaml -delete
  host_up "$@"
  for name in $(kubectl get nodes -o name | grep -vx node/cp1); do kubectl delete "$name" >/dev/null; done
  quiet kubectl delete csr --all
  quiet kubectl delete pod --all --force --grace-period=0
  cp "$tmp/shared/cluster" "$tmp/out"
}

# try_join HOST OPTION...: out and err are $tmp/out and $tmp/err
try_join () { local host=$1; shift; at "$host" kbsh join "$@" >"$tmp/out" 2>"$tmp/err"; }
join () { try_join "$@" || { local status=$?; show; fail "kbsh join on $* ended with $status"; }; }

# kubeadm HOST WORDS...: the real one
kubeadm () { at "$1" in_host kubeadm "${@:2}" >"$tmp/out" 2>"$tmp/err" || { local status=$?; show; fail "kubeadm ${*:2} ended with $status"; }; }

# node_files HOST: all that a join makes there
node_files () {
  at "$1" inventory $KUBERNETES /etc/cni/net.d /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /var/lib/kubelet/pki
}
# has_joined HOST [NAME]: with the files, modes and annotation that it should
has_joined () {
  local host=$1 name=${2:-$1}
  at cp1 wait_ready "$name"
  ! at "$host" in_host test -e $KUBERNETES/bootstrap-kubelet.conf || fail "$host: bootstrap-kubelet.conf was left"
  same "$(at "$host" in_host stat -c '%a %U' $KUBERNETES/kubelet.conf $KUBERNETES/pki/ca.crt | tr '\n' ' ')" "600 root 644 root "
  same "$(at "$host" in_host sha256sum <"$(at "$host" host_file $KUBERNETES/pki/ca.crt)")" \
    "$(at cp1 in_host sha256sum <"$(at cp1 host_file $KUBERNETES/pki/ca.crt)")"
  has "$(at cp1 kubectl get node "$name" -o yaml)" "kubeadm.alpha.kubernetes.io/cri-socket: "
  hasnt "$(at cp1 kubectl get node "$name" -o 'jsonpath={.metadata.labels}')" node-role
}

# signed ID: the cluster's description has the signature of this token, which a
# controller makes some time after the token
signed () { at cp1 kubectl -n kube-public get configmap cluster-info -o yaml | grep -q "jws-kubeconfig-$1"; }

# pod_on NODE: a web server there, which every host of the lab can reach. (Its
# address is another one when the kubelet begins its sandbox anew.)
pod_on () {
  local node=$1 pod host end
  pod=web-$node
  at cp1 accounts
  sed -n '1,/^---/p' "$(host_file /usr/share/kbsh-lab/web.yaml)" | sed "/^---/d; s/name: web,/name: $pod,/; s/^spec:/spec:\n  nodeName: $node/" |
    at cp1 kubectl apply -f - >/dev/null || fail "no pod on $node"
  at cp1 wait_pod "$pod"
  for host in $("$LAB" list | awk -v lab="$KBSH_LAB" '$1 == lab {print $2}'); do
    end=$((SECONDS + 60))
    until reaches "$host" "$pod"; do
      [ $SECONDS -lt $end ] || { unreached "$node"; fail "$host does not reach the pod on $node"; }
      sleep $WAIT_PAUSE
    done
  done
}
reaches () {
  quiet at "$1" in_host curl -fsS --max-time 5 "http://$(at cp1 kubectl get pod "$2" -o 'jsonpath={.status.podIP}'):8080"
}
# unreached NODE: what there is to see of it
unreached () {
  at cp1 kubectl get pods -A -o wide >&2
  at "$1" in_host sh -c 'ip addr; ip route; ip neigh; iptables -S FORWARD; sysctl net.ipv4.ip_forward' >&2
}
