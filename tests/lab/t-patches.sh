#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Patches of all three kinds are in the manifests, and what they patch runs.
# lab: group=custom seconds=5
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/custom.sh" || exit 1

custom
same "$(kubectl -n kube-system get pod kube-apiserver-moved -o 'jsonpath={.metadata.annotations.kbsh\.lab/strategic} {.metadata.annotations.kbsh\.lab/merge}')" "yes yes"
same "$(kubectl -n kube-system get pod -l patched=yes -o 'jsonpath={.items[*].metadata.name}')" etcd-moved
same "$(kubectl -n kube-system get pod kube-scheduler-moved -o 'jsonpath={.spec.containers[0].resources.requests.cpu}')" 50m
server=$(in_host pgrep -x kube-apiserver)
has "$(in_host cat "/proc/$server/cmdline" | tr '\0' '\n')" --min-request-timeout=1801
has "$(in_host cat "/proc/$server/environ" | tr '\0' '\n')" PATCHED=strategic
has "$(in_host cat "/proc/$server/cmdline" | tr '\0' '\n')" --advertise-address=10.77.0.99
