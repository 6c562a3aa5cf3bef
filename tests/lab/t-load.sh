#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# lab: seconds=80
# Many workers join one control plane at the same time: whole hosts, with a real
# kubelet each. None fails, each has one certificate and one request for it.
#   KBSH_LOAD_WORKERS    how many (default 4)
#   KBSH_LOAD_REFERENCE  1: then as many with kubeadm, and both beside each other
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
requires jq
WORKERS=${KBSH_LOAD_WORKERS:-4}
AT_ONCE=5 # hosts that are made side by side
[[ $WORKERS =~ ^[1-9][0-9]*$ ]] || fail "KBSH_LOAD_WORKERS=$WORKERS is no number"
mapfile -t workers < <(seq -f 'w%g' "$WORKERS")

# A host has a dozen instances of inotify (systemd, containerd, the kubelet),
# and all hosts are the machine's one root, who may have so many.
enough_inotify () {
  local file=/proc/sys/fs/inotify/max_user_instances have need=$((256 + 32 * WORKERS))
  have=$(<$file)
  [ "$have" -lt "$need" ] || return 0
  { echo "$need" >$file; } 2>/dev/null || skip "fs.inotify.max_user_instances is $have, and must be $need for $WORKERS hosts"
  cleanup "echo $have >$file"
}

# used: MiB of this machine's memory. watch_memory: the most, in $tmp/most
used () { awk '/^MemTotal/ {all = $2} /^MemAvailable/ {print int((all - $2) / 1024)}' /proc/meminfo; }
watch_memory () {
  local now most=0
  while [ -d "$tmp" ] && [ ! -e "$tmp/joined" ]; do
    now=$(used)
    [ "$now" -le "$most" ] || { most=$now; echo "$most" >"$tmp/most"; }
    sleep .2
  done
}

# hosts: the workers', with their own network of pods each
hosts () {
  local i
  for ((i = 0; i < WORKERS; i += AT_ONCE)); do host_up --reference "${workers[@]:i:AT_ONCE}"; done
  for i in "${!workers[@]}"; do cluster_conflist "${workers[i]}" $((i + 1)); done
}

# join_measured TOOL CMD...: on all workers at the same time. /shared/TOOL.HOST:
# what each took; only w1's memory is looked at, as looking takes time, too.
join_measured () {
  local tool=$1 before began=${EPOCHREALTIME/./}
  before=$(used)
  rm -f "$tmp/joined"
  watch_memory &
  # shellcheck disable=SC2016 # the host's own name
  cluster_at_once "$tmp" "${workers[@]}" -- sh -c 'me=$(hostname); [ "$me" = w1 ] && option=--memory
    exec /shared/measure $option "/shared/$0.$me" "$@"' "$@" || fail "$tool: not every worker joined"
  : >"$tmp/joined"
  wait $!
  printf '%s: %s workers have joined after %d.%d s; memory in use before %s MiB, at most %s MiB\n' "$tool" "$WORKERS" \
    $(((${EPOCHREALTIME/./} - began) / 1000000)) $(((${EPOCHREALTIME/./} - began) / 100000 % 10)) "$before" "$(<"$tmp/most")"
}

# figure TOOL COLUMN: median, least, most
figure () {
  cut -d' ' -f"$2" "$tmp/shared/$1".w* | grep . | sort -n | awk '{ v[NR] = $1 }
    END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; print m, v[1], v[NR] }'
}
report () {
  echo "$1: a join took (median, least, most, s): $(figure "$1" 1); processor time (s): $(figure "$1" 3)"
  awk -v tool="$1" '{ printf "%s: memory of one join (MiB): largest process %.1f, all together %.1f\n", tool, $4 / 1024, $5 / 1024 }' "$tmp/shared/$1.w1"
}
# ratio WHAT COLUMN HOSTS: kbsh to kubeadm
ratio () { echo "$1: kbsh/kubeadm $(echo "$(figure kbsh "$2") $(figure kubeadm "$2")" | awk '{ printf "%.3f", $1 / $4 }')"; }

# asked: whom the requests for a kubelet's certificate since $tmp/requests are
# for, and what became of them
asked () {
  at cp1 kubectl get csr -o json >"$tmp/csr.json"
  jq -r '.items[] | select(.spec.signerName == "kubernetes.io/kube-apiserver-client-kubelet" and (.spec.username | startswith("system:bootstrap:"))) |
    .spec.request + " " + ([.status.conditions[]?.type] | sort | join(",")) + (if .status.certificate then " issued" else "" end)' "$tmp/csr.json" |
    while read -r request state; do
      echo "$(base64 -d <<<"$request" | openssl req -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p') $state"
    done | sort
}

all_have_joined () {
  local host token=${join[2]#*.}
  at cp1 kubectl wait --for=condition=Ready "${workers[@]/#/node/}" node/cp1 --timeout=300s >/dev/null ||
    { at cp1 kubectl get nodes >&2; fail "not all nodes are ready"; }
  same "$(at cp1 kubectl get nodes --no-headers | awk '$2 == "Ready"' | wc -l)" $((WORKERS + 1))
  for host in "${workers[@]}"; do
    has_joined "$host"
    same "$(at "$host" in_host sh -c 'ls /var/lib/kubelet/pki/kubelet-client-2*.pem | wc -l')" 1
    cp "$(at "$host" host_file /var/lib/kbsh/journal.jsonl)" "$tmp/$host.journal"
    without "$token" "$tmp/$host.out" "$tmp/$host.err" "$tmp/$host.journal"
    same "$(at "$host" in_host grep -rlF "$token" $KUBERNETES /var/lib/kubelet)" ""
  done
  same "$(asked)" "$(printf 'system:node:%s Approved issued\n' "${workers[@]}" | sort)"
}

enough_inotify
${CC:-cc} -O2 -o "$tmp/shared/measure" "$top_srcdir/tests/bench/measure.c" || fail "measure.c can't be built"
host_up --reference cp1
in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null
init
join_words
wait_ready cp1
hosts
join_measured kbsh "$KBSH_PREFIX/bin/kbsh" join "${join[@]}"
all_have_joined
report kbsh
[ "${KBSH_LOAD_REFERENCE:-0}" = 1 ] || exit 0

# the same cluster, new hosts of the same names
"$LAB" down "${workers[@]}"
at cp1 kubectl delete "${workers[@]/#/node/}" >/dev/null
at cp1 kubectl delete csr --all >/dev/null
hosts
join_measured kubeadm kubeadm join "${join[@]}"
at cp1 kubectl wait --for=condition=Ready "${workers[@]/#/node/}" --timeout=300s >/dev/null || fail "kubeadm: not all nodes are ready"
report kubeadm
ratio "a join's time" 1
ratio "processor time" 3
