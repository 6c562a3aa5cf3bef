# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Hosts, and what is measured in them. All of a host's first process is as it
# was made: no host is measured in twice, but where it is said.
ADDRESS=10.77.0.11 # cp1's
SOCKET=() # what tells both of the runtime: nothing, but with docker

# What the hosts see as /shared: the configuration, the program, the results.
configuration () {
  printf 'apiVersion: kubeadm.k8s.io/v1beta2\nkind: InitConfiguration\n'
  printf 'localAPIEndpoint: {advertiseAddress: %s}\n---\n' "$ADDRESS"
  cluster_config "controlPlaneEndpoint: $ADDRESS:6443"
}

at () {
  local host=$1
  shift
  "$LAB" in "$host" "$@" >"$work/$host.log" 2>&1 </dev/null || {
    tail -40 "$work/$host.log" >&2
    echo "bench: failed in $host: $*" >&2
    return 1
  }
}
kubectl () { at cp1 kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }

# up HOST...: with the bridge plugin's configuration, and an image by the name
# of CoreDNS's, which Debian has not: so that nobody tries to pull.
up () {
  local host option=()
  [ "${#SOCKET[@]}" = 0 ] || option=(--docker)
  "$LAB" up --reference "${option[@]}" --mount "$PREFIX:$PREFIX" \
    --mount "$work:/shared:rw" "$@" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; return 1; }
  for host; do
    if [ "${#SOCKET[@]}" = 0 ]; then
      at "$host" ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0
    else
      at "$host" docker tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0
    fi
    cluster_conflist "$host" "$("$LAB" ip "$host" | sed 's/.*\.//')"
  done
}
down () { "$LAB" down "$@" >/dev/null; }

# tool NAME: the program, as PROGRAM
tool () { PROGRAM=kubeadm; [ "$1" = kubeadm ] || PROGRAM=$PREFIX/bin/kbsh; }

# measured [--memory] FILE HOST CMD...
measured () {
  local option=() to host
  [ "$1" != --memory ] || { option=(--memory); shift; }
  to=$1 host=$2
  shift 2
  at "$host" /shared/measure "${option[@]}" "/shared/$to" "$@"
}

# again CMD...: a round. One that fails is tried once more: on a loaded machine
# a deadline of Kubernetes itself may pass.
again () {
  local status try
  for try in 1 2; do
    set +e # which an "if" would take from the function, too
    (set -e; "$@")
    status=$?
    set -e
    [ $status != 0 ] || return 0
    echo "bench: failed ($try): $*" >&2
    "${CLEAR[@]}" || :
  done
  fail "failed twice: $*"
}
CLEAR=(down) # what a round that failed leaves

# rounds CMD...: CMD TOOL, in turns, beginning with the one and the other
rounds () {
  local round order
  for ((round = 1; round <= ROUNDS; round++)); do
    order=(kbsh kubeadm)
    [ $((round % 2)) = 1 ] || order=(kubeadm kbsh)
    for tool in "${order[@]}"; do
      again "$@" "$tool"
      echo "round $round, $* $tool: $(last)" >&2
    done
  done
}
# last: the newest result
last () {
  local file
  file=$(ls -t "$work"/*-kbsh "$work"/*-kubeadm 2>/dev/null | head -1)
  [ -z "$file" ] || echo "${file##*/} $(tail -n 1 "$file") (s, KiB, s)"
}
