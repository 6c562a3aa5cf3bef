#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real runtimes: containerd, and docker beside it. Detection, what is said
# of the sandbox image, the socket that was asked for, init on docker and reset.
# lab: seconds=60
. "$(dirname "$0")/functions.sh" || exit 1
DOCKER=/var/run/dockershim.sock CONTAINERD=/run/containerd/containerd.sock

preflight () {
  kbsh init phase preflight --config /shared/init.yaml --output json "$@" >"$tmp/out" 2>"$tmp/err"
}
said () { jq -r 'select(.event == "step-log").text' "$tmp/out"; }

# containerd alone: images are looked for, and asked for; the one that can't be
# had is named
host_up cp1
host_up --docker w1
config
! preflight || fail "an image that can't be pulled is no error"
error=$(jq -r 'select(.event == "run-finished").error | .what + " " + .why' "$tmp/out")
has "$error" "1 of 7 images"
has "$error" "coredns:1.7.0"
hasnt "$error" "kube-apiserver"
has "$(said)" "containerd 1.6"
has "$(said)" "$CONTAINERD"
hasnt "$(said)" "sandbox"
# its own idea of the sandbox
in_host sed -i 's|^\( *sandbox_image *=\).*|\1 "registry.example/pause:9"|' /etc/containerd/config.toml
in_host grep -q 'registry.example/pause:9' /etc/containerd/config.toml || fail "containerd's configuration has no sandbox_image"
in_host systemctl restart containerd
preflight "${WITHOUT_COREDNS[@]}" || { show; fail "preflight ended with $?"; }
has "$(said)" "sandbox image is registry.example/pause:9"
# not running at all
in_host systemctl stop containerd
! preflight "${WITHOUT_COREDNS[@]}" || fail "preflight without a runtime"
has "$(jq -r 'select(.event == "check" and .status == "error").name' "$tmp/out")" CRI

# two: what this release prefers is docker, which brings its own containerd
HOST=w1
preflight "${WITHOUT_COREDNS[@]}" || { show; fail "preflight with docker ended with $?"; }
has "$(said)" "container runtime: docker"
preflight "${WITHOUT_COREDNS[@]}" --cri-socket "$CONTAINERD" || { show; fail "preflight with --cri-socket ended with $?"; }
has "$(said)" "container runtime: containerd"
preflight "${WITHOUT_COREDNS[@]}" --cri-socket /run/none.sock && fail "a socket that is not there was taken"

# init on docker, through the kubelet's own shim
init
wait_ready
wait_static_pods
has "$(in_host cat /var/lib/kubelet/kubeadm-flags.env)" "--network-plugin=cni"
same "$(kubectl get node w1 -o 'jsonpath={.metadata.annotations.kubeadm\.alpha\.kubernetes\.io/cri-socket}')" "$DOCKER"
has "$(kubectl get node w1 -o 'jsonpath={.status.nodeInfo.containerRuntimeVersion}')" docker://
[ "$(in_host docker ps -q --filter name=k8s_kube-apiserver | wc -l)" = 1 ] || fail "docker runs no API server"

# reset where the kubelet works with docker: its containers go, docker's others
# stay
image=$(in_host docker images -q | head -1)
in_host docker create --name somebody-else "$image" true >/dev/null
[ "$(in_host docker ps -aq --filter name=k8s_ | wc -l)" -ge 8 ] || fail "the pods do not run in docker"
kbsh reset -f --cri-socket /var/run/dockershim.sock >"$tmp/out" 2>"$tmp/err" || { show; fail "reset ended with $?"; }
hasnt "$(cat "$tmp/err")" WARNING
same "$(in_host docker ps -a --format '{{.Names}}')" somebody-else
same "$(in_host find /var/lib/kubelet /var/lib/etcd -mindepth 1)" ""
same "$(in_host sh -c 'ip -br link | grep -c -e kbsh0 -e veth')" 0
