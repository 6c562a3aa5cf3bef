#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ECDSA keys everywhere: kubeadm 1.20 has a feature gate for it.
# lab: group=custom seconds=10
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/custom.sh" || exit 1

custom
in_host openssl version >/dev/null || skip "there is no openssl"
for key in ca apiserver apiserver-kubelet-client front-proxy-ca front-proxy-client sa etcd/ca etcd/server etcd/peer \
  etcd/healthcheck-client apiserver-etcd-client; do
  has "$(in_host openssl pkey -in "$CUSTOM_PKI/$key.key" -noout -text)" prime256v1
done
in_host openssl verify -CAfile $CUSTOM_PKI/ca.crt $CUSTOM_PKI/apiserver.crt >/dev/null || fail "the API server's certificate does not verify"
# tokens of service accounts are signed with it
web_pod
