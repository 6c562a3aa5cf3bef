#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A worker joins, with a pod that is reached: by one command, which a second
# time changes nothing, and phase by phase. Nothing secret is told or left.
# lab: group=worker seconds=60
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1

cluster w1 w2

# A dry run says what it would do, and changes nothing here or there.
at w1 in_host systemctl stop kubelet # it restarts until it is configured
look_host w1 before
at cp1 kubectl get csr,nodes -o name >"$tmp/before.objects"
join w1 "${join[@]}" --dry-run
look_host w1 after
at cp1 kubectl get csr,nodes -o name >"$tmp/after.objects"
same_host before after
diff "$tmp/before.objects" "$tmp/after.objects" >&2 || fail "the dry run changed the cluster"
text=$(cat "$tmp/out" "$tmp/err")
for word in "create $KUBERNETES/bootstrap-kubelet.conf (secret" "+++ $KUBERNETES/pki/ca.crt" "+++ /var/lib/kubelet/config.yaml" \
  "would start unit kubelet" "it was a dry run"; do
  has "$text" "$word"
done
token=${join[2]}
hasnt "$text" "${token#*.}"

# One command.
join w1 "${join[@]}" --output json --trace /root/trace.json
same "$(jq -rs 'last|.event+" "+.status' "$tmp/out")" "run-finished ok"
has "$(jq -r 'select(.event == "print").text' "$tmp/out")" "This node has joined the cluster"
cp "$(at w1 host_file /root/trace.json)" "$(at w1 host_file /var/lib/kbsh/journal.jsonl)" "$tmp"
jq -e .traceEvents "$tmp/trace.json" >/dev/null || fail "the trace is no trace"
without "${token#*.}" "$tmp/out" "$tmp/err" "$tmp/trace.json" "$tmp/journal.jsonl"
without "PRIVATE KEY" "$tmp/out" "$tmp/err" "$tmp/trace.json" "$tmp/journal.jsonl"
same "$(at w1 in_host grep -rlF "${token#*.}" $KUBERNETES /var/lib/kubelet /var/lib/kbsh/journal.jsonl)" ""
has_joined w1
pod_on w1
# one certificate was asked for, and one node made
at cp1 kubectl get csr,nodes -o name >"$tmp/after.objects"
same "$(diff "$tmp/before.objects" "$tmp/after.objects" | grep -c '^>')" 2

# Once more: nothing changes, and it says so.
node_files w1 >"$tmp/first"
started=$(at w1 in_host systemctl show -p ExecMainStartTimestampMonotonic kubelet)
join w1 "${join[@]}"
node_files w1 >"$tmp/second"
diff "$tmp/first" "$tmp/second" >&2 || fail "the second join changed something"
[ "$(wc -l <"$tmp/first")" -gt 8 ] || fail "the inventory is not whole"
same "$(at w1 in_host systemctl show -p ExecMainStartTimestampMonotonic kubelet)" "$started"
has "$(cat "$tmp/err")" "joined the cluster already, as w1"
has "$(cat "$tmp/err")" ", nothing changed"

# Phase by phase, under a name and with taints of its own.
cat >"$tmp/shared/join.yaml" <<YAML
apiVersion: kubeadm.k8s.io/v1beta2
kind: JoinConfiguration
discovery:
  bootstrapToken: {apiServerEndpoint: "${join[0]}", token: $token, caCertHashes: ["${join[4]}"]}
nodeRegistration:
  name: other
  taints: [{key: example.com/a, value: b, effect: PreferNoSchedule}]
YAML
phase () {
  at w2 kbsh join phase "$@" --config /shared/join.yaml >"$tmp/out" 2>"$tmp/err" ||
    { local status=$?; show; fail "phase $* ended with $status"; }
}
phase preflight
same "$(at w2 in_host find $KUBERNETES /var/lib/kubelet -type f 2>/dev/null)" ""
phase kubelet-start
has_joined w2 other
phase kubelet-wait-bootstrap
same "$(at cp1 kubectl get node other -o 'jsonpath={.spec.taints[?(@.key=="example.com/a")].value}')" b
pod_on other
has "$(at w2 in_host cat /var/lib/kubelet/kubeadm-flags.env)" "--hostname-override=other"
# skipped phases are skipped
at w2 kbsh join --skip-phases preflight,kubelet-start --config /shared/join.yaml >"$tmp/out" 2>"$tmp/err" ||
  { show; fail "join without its phases ended with $?"; }
has "$(cat "$tmp/err")" "[kubelet-start] skipped"
hasnt "$(cat "$tmp/err")" "Starting"
