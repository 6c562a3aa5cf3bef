# shellcheck shell=bash
# cluster.sh: hosts of a lab as the nodes of one cluster, whichever tool makes
# them nodes: for contrib/try, the tests and the benchmarks. Needs LAB (the
# command) and KBSH_LAB.
CLUSTER_POD_NETWORK=10.244.0.0/16
CLUSTER_FILES=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# cluster_config [LINE...]: a ClusterConfiguration with these lines, and what a
# kube-proxy in a network namespace needs: it may not set the machine's limits.
cluster_config() {
  printf 'apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\n'
  printf 'kubernetesVersion: v1.20.2\nnetworking: {podSubnet: %s}\n' "$CLUSTER_POD_NETWORK"
  [ $# = 0 ] || printf '%s\n' "$@"
  printf -- '---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\n'
  printf 'kind: KubeProxyConfiguration\nconntrack: {maxPerCore: 0}\n'
}

# cluster_hosts: those that are up
cluster_hosts() { "$LAB" list | awk -v lab="$KBSH_LAB" '$1 == lab {print $2}'; }

# cluster_conflist HOST N: the bridge plugin's configuration, for pods 10.244.N.*
cluster_conflist() {
  "$LAB" in "$1" sh -c "sed s/10.244.0.0/10.244.$2.0/ /usr/share/kbsh-lab/10-bridge.conflist >/etc/cni/net.d/10-bridge.conflist"
}

# cluster_routes HOST N: every other host knows the way to the pods 10.244.N.*
cluster_routes() {
  local other address
  address=$("$LAB" ip "$1")
  for other in $(cluster_hosts); do
    [ "$other" = "$1" ] || "$LAB" in "$other" ip route replace "10.244.$2.0/24" via "$address"
  done
}

# cluster_endpoint HOST...: ADDRESS:PORT that stays when hosts go. A host of its
# own, lb, leads there to whichever API server of these answers.
cluster_endpoint() {
  local host servers=()
  for host; do servers+=("$("$LAB" ip "$host"):6443"); done
  "$LAB" up --component-less --mount "$CLUSTER_FILES/forward.py:/lab/forward.py" lb >&2 || return
  host=$("$LAB" ip lb):6443
  "$LAB" in lb systemd-run --quiet --unit endpoint python3 /lab/forward.py "$host" "${servers[@]}" >&2 || return
  echo "$host"
}

# cluster_last PATTERN FILE: the last of what it matches there
cluster_last() { { grep -oE -- "$1" "$2" || :; } | tail -1; }

# cluster_join_words FILE: how others join, from what init printed (kbsh's or
# kubeadm's): the words of a worker are left in JOIN, those that a control plane
# has besides in CONTROL (empty without --upload-certs).
cluster_join_words() {
  local endpoint
  endpoint=$(cluster_last ' join [^ ]+:[0-9]+' "$1")
  # shellcheck disable=SC2034,SC2207 # for the caller; words
  JOIN=(${endpoint# join } $(cluster_last '--token [a-z0-9]{6}\.[a-z0-9]{16}' "$1")
    $(cluster_last '--discovery-token-ca-cert-hash sha256:[0-9a-f]{64}' "$1"))
  # shellcheck disable=SC2034,SC2207
  CONTROL=($(cluster_last '--control-plane --certificate-key [0-9a-f]{64}' "$1"))
}

# cluster_at_once FOLDER HOST... -- CMD...: CMD in all of them at the same time;
# what each says is FOLDER/HOST.out and .err. All must go well.
cluster_at_once() {
  local folder=$1 host hosts=() pids=() failed=''
  shift
  while [ "$1" != -- ]; do hosts+=("$1"); shift; done
  shift
  for host in "${hosts[@]}"; do
    "$LAB" in "$host" "$@" >"$folder/$host.out" 2>"$folder/$host.err" &
    pids+=($!)
  done
  for host in "${hosts[@]}"; do
    wait "${pids[0]}" || { failed+=" $host"; sed "s/^/$host: /" "$folder/$host.out" "$folder/$host.err" >&2; }
    pids=("${pids[@]:1}")
  done
  [ -z "$failed" ] || { echo "this went wrong on$failed: $*" >&2; return 1; }
}
