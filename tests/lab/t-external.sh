#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What is elsewhere is not made here: etcd on another machine, Debian's, with
# certificates for both sides; and a CA of which only the certificate is here.
# What is missing is named, and nothing is written; with all of it, init works.
# lab: seconds=60
. "$(dirname "$0")/functions.sh" || exit 1
command -v etcd >/dev/null || skip "there is no etcd: apt-get install etcd-server"
requires openssl
PKI=$KUBERNETES/pki

# the CA of etcd, its server, and its client
keys=$tmp/shared/etcd
mkdir "$keys"
sign () {
  openssl req -newkey rsa:2048 -nodes -keyout "$keys/$1.key" -subj "/CN=$1" -out "$tmp/$1.csr" 2>/dev/null
  openssl x509 -req -in "$tmp/$1.csr" -CA "$keys/ca.crt" -CAkey "$keys/ca.key" -CAcreateserial -days 2 \
    -extfile <(echo "$2") -out "$keys/$1.crt" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$keys/ca.key" -subj /CN=their-etcd -days 2 -out "$keys/ca.crt" 2>/dev/null
sign server "subjectAltName=IP:10.77.0.21,IP:127.0.0.1"
sign client "extendedKeyUsage=clientAuth"

host_up cp1 w1
"$LAB" in w1 systemd-run --unit their-etcd etcd --name w1 --data-dir /var/lib/etcd/theirs \
  --listen-client-urls https://0.0.0.0:2379 --advertise-client-urls https://10.77.0.21:2379 \
  --cert-file /shared/etcd/server.crt --key-file /shared/etcd/server.key \
  --client-cert-auth --trusted-ca-file /shared/etcd/ca.crt >/dev/null 2>&1
health () {
  "$LAB" net curl -fsS --max-time 2 --cacert "$keys/ca.crt" --cert "$keys/client.crt" --key "$keys/client.key" \
    https://10.77.0.21:2379/health
}
wait_for 60 quiet health

config 'etcd:' '  external:' '    endpoints: ["https://10.77.0.21:2379"]' '    caFile: /shared/etcd/ca.crt' \
  '    certFile: /shared/etcd/client.crt' '    keyFile: /shared/etcd/client.key'

# a server that is not there is found before anything is written
sed 's/:2379/:2399/' "$tmp/shared/init.yaml" >"$tmp/shared/wrong.yaml"
! kbsh init --config /shared/wrong.yaml "${WITHOUT_COREDNS[@]}" >"$tmp/out" 2>"$tmp/err" || fail "an etcd that is not there was taken"
has "$(cat "$tmp/err")" ExternalEtcdVersion
same "$(in_host find $KUBERNETES -type f)" ""

# The CA: its owner, who has the key, signs everything.
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
wait_static_pods kube-apiserver kube-controller-manager kube-scheduler
! in_host test -e $KUBERNETES/manifests/etcd.yaml || fail "there is a local etcd, too"
! in_host test -e $KUBERNETES/pki/etcd || fail "there are certificates for a local etcd"
[ "$(du -sk "$("$LAB" root w1)/var/lib/etcd/theirs" | cut -f1)" -gt 500 ] || fail "their etcd has no data"
