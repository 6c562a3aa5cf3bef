#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Patches of all three kinds are in the manifests, and what they patch runs.
. "$(dirname "$0")/functions.sh" || exit 1

host_up
mkdir "$tmp/shared/patches"
cd "$tmp/shared/patches"
cat >kube-apiserver0+strategic.yaml <<'Y'
metadata: {annotations: {kbsh.lab/strategic: "yes"}}
spec: {containers: [{name: kube-apiserver, env: [{name: PATCHED, value: strategic}]}]}
Y
cat >kube-apiserver1+merge.json <<'J'
{"metadata": {"annotations": {"kbsh.lab/merge": "yes"}}}
J
cat >kube-apiserver2+json.yaml <<'Y'
- {op: add, path: /spec/containers/0/command/-, value: --event-ttl=3h0m0s}
Y
cat >etcd.yaml <<'Y'
metadata: {labels: {patched: "yes"}}
Y
cat >kube-scheduler+json.json <<'J'
[{"op": "replace", "path": "/spec/containers/0/resources/requests/cpu", "value": "50m"}]
J
cd /
init --patches /shared/patches
wait_ready
wait_static_pods
same "$(kubectl -n kube-system get pod kube-apiserver-cp1 -o 'jsonpath={.metadata.annotations.kbsh\.lab/strategic} {.metadata.annotations.kbsh\.lab/merge}')" "yes yes"
same "$(kubectl -n kube-system get pod -l patched=yes -o 'jsonpath={.items[*].metadata.name}')" etcd-cp1
same "$(kubectl -n kube-system get pod kube-scheduler-cp1 -o 'jsonpath={.spec.containers[0].resources.requests.cpu}')" 50m
server=$(in_host pgrep -x kube-apiserver)
has "$(in_host cat "/proc/$server/cmdline" | tr '\0' '\n')" --event-ttl=3h0m0s
has "$(in_host cat "/proc/$server/environ" | tr '\0' '\n')" PATCHED=strategic
has "$(in_host cat "/proc/$server/cmdline" | tr '\0' '\n')" --advertise-address=10.77.0.11
