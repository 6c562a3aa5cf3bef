# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# More nodes: joining kubeadm's cluster on cp1, which stays for all rounds, from
# hosts that were never used; leaving it again; and a cluster from nothing.

# cluster: cp1, of kubeadm, whose token is good (the first round would wait for
# that); JOIN and CONTROL are how others join
cluster () {
  up cp1
  at cp1 kubeadm init --config /shared/init.yaml --upload-certs "${SOCKET[@]}"
  cluster_join_words "$work/cp1.log"
  at cp1 kubectl --kubeconfig /etc/kubernetes/admin.conf wait \
    --for=condition=Ready node/cp1 --timeout=180s
  at cp1 timeout 60 sh -c 'until kubectl --kubeconfig /etc/kubernetes/admin.conf \
    -n kube-public get cm cluster-info -o yaml | grep -q jws-; do sleep 0.5; done'
}
# words HOST: how it joins
words () {
  WORDS=("${JOIN[@]}" "${SOCKET[@]}")
  case $1 in cp*) WORDS+=("${CONTROL[@]}") ;; esac
}
# running HOST: how many of its pods are ready; Debian has no CoreDNS
running () {
  "$LAB" in cp1 kubectl --kubeconfig /etc/kubernetes/admin.conf get pods -A \
    --no-headers -l 'k8s-app!=kube-dns' --field-selector "spec.nodeName=$1" \
    2>/dev/null | awk '$3 == "1/1"' | wc -l
}
# settled HOST: it is ready, and its pods run: all that a reset takes away
settled () {
  local pods=1 end=$((SECONDS + 180))
  case $1 in cp*) pods=5 ;; esac
  kubectl wait --for=condition=Ready "node/$1" --timeout=180s
  while [ "$(running "$1")" -lt $pods ]; do
    [ $SECONDS -lt $end ] || { echo "bench: $1 has no $pods pods" >&2; return 1; }
    sleep 0.5
  done
}
# gone HOST: its node is out of the cluster, and the host away
gone () {
  kubectl delete node "$1" --ignore-not-found --timeout=60s
  down "$1"
}
# leave HOST: the same where its member of etcd may still be one
leave () {
  case $1 in cp*) at "$1" "$PREFIX/bin/kbsh" reset -f "${SOCKET[@]}" || : ;; esac
  gone "$1"
}

# join_round HOST TOOL [--memory]
join_round () {
  local file=join-$1 begin
  tool "$2"
  words "$1"
  up "$1"
  begin=${EPOCHREALTIME/./}
  measured ${3:+"$3"} "${3:+memory-}$file-$2" "$1" "$PROGRAM" join "${WORDS[@]}"
  case $1${3:-} in cp?) serving "$1" "$2" "$begin" ;; esac
  leave "$1"
}
# serving HOST TOOL BEGIN: until its API server answers, which kubeadm 1.20 does
# not wait for
serving () {
  at "$1" sh /shared/well.sh "$("$LAB" ip "$1")"
  awk -v us="$((${EPOCHREALTIME/./} - $3))" 'BEGIN { print us / 1e6 }' \
    >>"$work/serving-$2"
}
# joins HOST: all rounds
joins () {
  CLEAR=(leave "$1")
  write_well
  cluster
  rounds join_round "$1"
  again join_round "$1" kbsh --memory
  again join_round "$1" kubeadm --memory
  down
}
bench_join () { joins w1; }
bench_join_control_plane () { joins cp2; }

# With docker, where the real kubeadm ends the pods itself: for containerd it
# needs a crictl, which Debian has not. reset_round HOST TOOL [--memory]
reset_round () {
  tool "$2"
  words "$1"
  up "$1"
  at "$1" "$PROGRAM" join "${WORDS[@]}"
  settled "$1"
  measured ${3:+"$3"} "${3:+memory-}reset-$1-$2" "$1" "$PROGRAM" reset -f \
    "${SOCKET[@]}"
  gone "$1"
}
bench_reset () {
  local host
  SOCKET=(--cri-socket /var/run/dockershim.sock)
  cluster
  for host in w1 cp2; do
    CLEAR=(leave "$host")
    rounds reset_round "$host"
    again reset_round "$host" kbsh --memory
    again reset_round "$host" kubeadm --memory
  done
  down
  SOCKET=()
}

# add TOOL HOST...: how each tool adds nodes the fastest. kubeadm 1.20
# can add but one control plane at a time; all workers, both.
add () {
  local name=$1 host
  shift
  words "$1"
  if [ "$name" = kubeadm ] && [[ $1 = cp* ]]; then
    for host; do add_all "$name" "$host"; done
  else
    add_all "$name" "$@"
  fi
}
add_all () {
  local name=$1
  shift
  # shellcheck disable=SC2016 # the host's own name
  cluster_at_once "$work" "$@" -- sh -c \
    'exec /shared/measure "/shared/part-$0.$(hostname)" "$@"' \
    "$name" "$PROGRAM" join "${WORDS[@]}"
}
# From five hosts to five nodes that are ready.
cluster_round () {
  local nodes=(cp1 cp2 cp3 w1 w2) begin time
  tool "$1"
  rm -f "$work/part-$1".*
  up "${nodes[@]}"
  begin=${EPOCHREALTIME/./}
  measured "part-$1.cp1" cp1 "$PROGRAM" init --config /shared/init.yaml \
    --upload-certs
  cluster_join_words "$work/cp1.log"
  add "$1" cp2 cp3
  add "$1" w1 w2
  kubectl wait --for=condition=Ready "${nodes[@]/#/node/}" --timeout=300s
  time=$((${EPOCHREALTIME/./} - begin))
  awk -v us="$time" '{ cpu += $3; if ($2 > most) most = $2 }
    END { printf "%.4f %d %.4f\n", us / 1e6, most, cpu }' "$work/part-$1".* \
    >>"$work/cluster-$1"
  down
}
bench_cluster () {
  CLEAR=(down)
  rounds cluster_round
}
