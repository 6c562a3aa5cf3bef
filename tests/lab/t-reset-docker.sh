#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# reset where the kubelet works with docker: its containers go, docker's others
# stay.
. "$(dirname "$0")/functions.sh" || exit 1

host_up --docker
config
init --cri-socket /var/run/dockershim.sock
wait_ready
image=$(in_host docker images -q | head -1)
in_host docker create --name somebody-else "$image" true >/dev/null
[ "$(in_host docker ps -aq --filter name=k8s_ | wc -l)" -ge 8 ] || fail "the pods do not run in docker"
kbsh reset -f --cri-socket /var/run/dockershim.sock >"$tmp/out" 2>"$tmp/err" || { show; fail "reset ended with $?"; }
hasnt "$(cat "$tmp/err")" WARNING
same "$(in_host docker ps -a --format '{{.Names}}')" somebody-else
same "$(in_host find /var/lib/kubelet /var/lib/etcd -mindepth 1)" ""
same "$(in_host sh -c 'ip -br link | grep -c -e kbsh0 -e veth')" 0
