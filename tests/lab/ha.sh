# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For the tests with more than one control plane, after functions.sh and
# join.sh.

# endpoint HOST...: these hosts' API servers are behind $ENDPOINT, which stays
# when they go
endpoint () { ENDPOINT=$(cluster_endpoint "$@" 2>"$tmp/endpoint.err") || { cat "$tmp/endpoint.err" >&2; fail "no endpoint"; }; }

# took WHAT: what went by since began was set
took () { printf '%s: %s: %d.%d s\n' "$test_name" "$1" $(((${EPOCHREALTIME/./} - began) / 1000000)) $(((${EPOCHREALTIME/./} - began) / 100000 % 10)); }
begin () { began=${EPOCHREALTIME/./}; }

# first [OPTION...]: cp1's init; $join and $control are how the others join
first () {
  config "controlPlaneEndpoint: $ENDPOINT"
  init --upload-certs "$@"
  join_words
  [ "${#CONTROL[@]}" = 3 ] || { show; fail "init does not say how control planes join"; }
  control=("${join[@]}" "${CONTROL[@]}" "${WITHOUT_COREDNS[@]}")
}

# join_all HOST... -- OPTION...: at the same time; all must go well
join_all () {
  local hosts=()
  while [ "$1" != -- ]; do hosts+=("$1"); shift; done
  shift
  cluster_at_once "$tmp" "${hosts[@]}" -- "$KBSH_PREFIX/bin/kbsh" join "$@" || fail "not all joined: ${hosts[*]}"
}

# voters [HOST]: the members that vote and are well
voters () { at "${1:-cp1}" kbsh etcd member list -o json | jq -r '[.[]|select(.kind == "voter" and .healthy).name]|sort|join(" ")'; }
are_voters () { [ "$(voters 2>/dev/null)" = "$1" ]; }
all_ready () { local node; for node; do at cp1 wait_ready "$node"; done; }
# both_work: two members, all static Pods, both entered in the status
both_work () {
  local node
  wait_for 60 are_voters "cp1 cp2"
  for node in cp1 cp2; do
    at cp1 wait_ready "$node"
    at "$node" wait_static_pods
    has "$(at cp1 kubectl -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterStatus}')" "$node:"
    has "$(at cp1 kubectl get node "$node" -o yaml)" "node-role.kubernetes.io/master"
  done
}
