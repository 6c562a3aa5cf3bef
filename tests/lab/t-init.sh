#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# init to a ready node, with a pod that is reached; a second init changes
# nothing; keys are private, and no secret is told.
# lab: seconds=60
. "$(dirname "$0")/functions.sh" || exit 1

host_up
# So that no image is missing, and a second run has nothing to try to pull.
in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/coredns:1.7.0 >/dev/null
config
kbsh init --config /shared/init.yaml --cni bridge --trace /root/trace.json --output json \
  >"$tmp/out" 2>"$tmp/err" || { show; fail "init ended with $?"; }
wait_ready
wait_static_pods
wait_for 120 quiet kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=1s

# a pod, by its address and through kube-proxy
web_pod
pod=$(kubectl get pod web -o 'jsonpath={.status.podIP}')
service=$(kubectl get service web -o 'jsonpath={.spec.clusterIP}')
case $pod in 10.244.*) ;; *) fail "the pod's address, $pod, is not of the pod network" ;; esac
wait_for 30 quiet in_host curl -fsS --max-time 5 "http://$pod:8080"
wait_for 60 quiet in_host curl -fsS --max-time 5 "http://$service"
same "$(kubectl exec web -- sh -c 'echo hello')" hello

# keys and kubeconfigs are private
same "$(in_host find $KUBERNETES /var/lib/kbsh -type f ! -name '*.crt' ! -name '*.yaml' ! -perm 600)" ""
same "$(in_host find $KUBERNETES -name '*.crt' ! -perm 644)" ""
same "$(in_host find $KUBERNETES -name '*.key' | wc -l)" 11

# secrets: the second half of the token, a line of a key
jq -r 'select(.event == "print").text' "$tmp/out" >"$tmp/printed"
token=$(sed -n 's/.*--token \([a-z0-9]\{6\}\.[a-z0-9]\{16\}\).*/\1/p' "$tmp/printed" | head -1)
[ -n "$token" ] || { cat "$tmp/printed" >&2; fail "no join command was printed"; }
kubectl -n kube-system get secret "bootstrap-token-${token%.*}" >/dev/null || fail "the printed token is not in the cluster"
jq -c 'select(.event != "print")' "$tmp/out" >"$tmp/events"
cp "$(host_file /var/lib/kbsh/journal.jsonl)" "$(host_file /root/trace.json)" "$tmp"
[ -s "$tmp/trace.json" ] && [ -s "$tmp/journal.jsonl" ] || fail "no trace, or no journal"
jq -e .traceEvents "$tmp/trace.json" >/dev/null || fail "the trace is no trace"
told=("$tmp/events" "$tmp/err" "$tmp/journal.jsonl" "$tmp/trace.json")
without "${token#*.}" "${told[@]}"
without "$(printf %s "${token#*.}" | base64 -w0)" "${told[@]}"
without "PRIVATE KEY" "${told[@]}"
for key in ca apiserver sa; do
  without "$(in_host sed -n 3p $KUBERNETES/pki/$key.key)" "${told[@]}"
done

# once more: nothing changes, and it says so
mkdir "$tmp/first" "$tmp/second"
look () {
  inventory $KUBERNETES /etc/cni /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env >"$tmp/$1/files"
  versions >"$tmp/$1/versions"
}
look first
started=$(in_host systemctl show -p ExecMainStartTimestampMonotonic kubelet)
kbsh init --config /shared/init.yaml --cni bridge >"$tmp/out" 2>"$tmp/err" || { show; fail "the second init ended with $?"; }
look second
diff -r "$tmp/first" "$tmp/second" >&2 || fail "the second init changed something"
[ "$(wc -l <"$tmp/first/files")" -gt 25 ] && [ "$(wc -l <"$tmp/first/versions")" -gt 50 ] || fail "the inventory is not whole"
same "$(in_host systemctl show -p ExecMainStartTimestampMonotonic kubelet)" "$started"
has "$(cat "$tmp/err")" ", nothing changed"
has "$(cat "$tmp/out")" "$token"

# the kubelet was started once, and its kubeconfig, changed since, serves its next start
same "$(jq -r 'select(.kind == "intent" and .effect == "unit").step' "$tmp/journal.jsonl" | uniq)" kubelet-start
has "$(in_host cat $KUBERNETES/kubelet.conf)" "client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem"
renewed () { kubectl -n kube-node-lease get lease cp1 -o 'jsonpath={.spec.renewTime}'; }
in_host systemctl restart kubelet
before=$(renewed)
newer () { [[ $(renewed) > $before ]]; }
wait_for 60 newer
