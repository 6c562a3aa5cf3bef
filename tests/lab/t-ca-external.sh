#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A CA of which only the certificate is here: what is missing is named, and
# nothing is written; with all that it would sign there, init works.
. "$(dirname "$0")/functions.sh" || exit 1
PKI=$KUBERNETES/pki

host_up
config
# The CA's owner, who has the key, signs everything.
kbsh init phase certs all --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" || { show; fail "certs ended with $?"; }
kbsh init phase kubeconfig all --config /shared/init.yaml >"$tmp/out" 2>"$tmp/err" || { show; fail "kubeconfig ended with $?"; }
in_host sh -c "rm $PKI/ca.key $PKI/front-proxy-ca.key && mkdir /root/signed &&
  mv $PKI/apiserver.crt $PKI/front-proxy-client.key $KUBERNETES/scheduler.conf /root/signed"

inventory $KUBERNETES /var/lib/kubelet >"$tmp/before"
! try_init || fail "init without files that can't be signed here"
inventory $KUBERNETES /var/lib/kubelet >"$tmp/after"
diff "$tmp/before" "$tmp/after" >&2 || fail "something was written"
error=$(cat "$tmp/err")
has "$error" "$PKI/apiserver.crt"
has "$error" "$PKI/front-proxy-client.key"
has "$error" "$KUBERNETES/scheduler.conf"
hasnt "$error" "$PKI/apiserver-kubelet-client.crt"
hasnt "$error" "$KUBERNETES/admin.conf"

in_host sh -c "cd /root/signed && mv apiserver.crt front-proxy-client.key $PKI && mv scheduler.conf $KUBERNETES"
init
wait_ready
! in_host test -e $PKI/ca.key || fail "a key of the CA was made"
wait_static_pods
