#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What goes wrong is said soon, once, and with its cause: a full disk, a missing
# image, an argument that the API server does not know, and meanwhile a second
# kbsh.
# lab: seconds=69
. "$(dirname "$0")/functions.sh" || exit 1

host_up
config

# a full disk: one error, the file that it was, and no half of one
in_host sh -c "mkdir -p $KUBERNETES && mount -t tmpfs -o size=16k tmpfs $KUBERNETES"
! kbsh init phase certs all --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" || fail "a full disk went unnoticed"
error=$(sed -n '/^\[init\]/,$p' "$tmp/err")
has "$error" "$KUBERNETES/pki/"
has "$error" "No space left on device"
same "$(in_host find $KUBERNETES -name '.*.kbsh-*')" ""
for file in $(in_host find $KUBERNETES -type f); do
  case $file in
    *.key) in_host openssl pkey -in "$file" -noout || fail "$file is not whole" ;;
    *.crt) in_host openssl x509 -in "$file" -noout || fail "$file is not whole" ;;
  esac
done
in_host umount $KUBERNETES

# an image that is not there: which one, before anything is written
in_host ctr -n k8s.io images rm k8s.gcr.io/kube-scheduler:v1.20.2 >/dev/null
! kbsh init --config /shared/init.yaml --cni bridge >"$tmp/out" 2>"$tmp/err" || fail "an image is missing"
has "$(cat "$tmp/err")" "k8s.gcr.io/kube-scheduler:v1.20.2"
hasnt "$(cat "$tmp/err")" "k8s.gcr.io/kube-apiserver:v1.20.2"
! in_host pgrep -x kube-apiserver || fail "the control plane was started"

# An argument that the API server does not know. (The preflight check of
# arguments is not asked, so that the wait has to find it.)
in_host ctr -n k8s.io images tag kbsh.lab/web:1 k8s.gcr.io/kube-scheduler:v1.20.2 >/dev/null
config "apiServer: {timeoutForControlPlane: 4m0s, extraArgs: {no-such-argument: \"1\"}}"
began=$SECONDS
kbsh init --config /shared/init.yaml --cni bridge --ignore-preflight-errors all >"$tmp/out" 2>"$tmp/err" &
first=$!
# meanwhile, a second one is refused, and told of the first
wait_for 60 grep -q '^\[kubelet-start\] done' "$tmp/err"
! kbsh init phase certs sa --config /shared/init.yaml >"$tmp/out2" 2>"$tmp/err2" || fail "two at the same time"
has "$(cat "$tmp/err2")" "holds /var/lib/kbsh/lock"
! wait $first || fail "an API server with an unknown argument"
[ $((SECONDS - began)) -lt 200 ] || fail "it was waited for until the time-out"
error=$(sed -n '/^\[wait-control-plane\/apiserver\] failed/,/^\[/p' "$tmp/err")
has "$error" "kube-apiserver does not become healthy"
has "$error" "unknown flag: --no-such-argument"
