#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Finding a real cluster in every way that there is; what cannot be trusted, on
# the way to a discovery file, is told apart by its own error. (What a token and
# a file can be wrong in: t-join-errors.)
# lab: group=worker seconds=35
. "$(dirname "$0")/functions.sh" || exit 1
. "$(dirname "$0")/join.sh" || exit 1
requires openssl

cluster w1
endpoint=${join[0]} token=${join[2]} pin=${join[4]}
other=sha256:$(printf '%064d' 0)
wait_for 60 signed "${token%.*}"

# find MEMBERS: the step alone, in a workflow of its own
find_it () {
  mkdir -p "$tmp/shared/workflows"
  printf '%s\n' 'workflow: kbsh/v1' 'name: find' 'summary: find the cluster' 'steps:' \
    "- {name: find, run: discovery.find, with: {from: {timeout: 4000, $1}}}" >"$tmp/shared/workflows/find.yaml"
  at w1 kbsh find --workflow-dir /shared/workflows -v 1 >"$tmp/out" 2>"$tmp/err"
}
found () {
  find_it "$1" || { show; fail "not found: $1"; }
  has "$(cat "$tmp/err")" "Found the cluster at https://$endpoint"
  without "${token#*.}" "$tmp/out" "$tmp/err"
}
not_found () {
  local word
  ! find_it "$1" || fail "found: $1"
  shift
  for word; do has "$(cat "$tmp/err")" "$word"; done
  without "${token#*.}" "$tmp/out" "$tmp/err"
}

# By token: with its hash, with one of several, by choice with none; and soon
TOKEN="kind: token, endpoint: \"$endpoint\", token: $token"
found "$TOKEN, ca-hashes: [\"$pin\"]"
found "$TOKEN, ca-hashes: [\"$other\", \"$pin\"]"
found "$TOKEN, unsafe-skip-ca-verification: true"
not_found "$TOKEN" "the hash of the cluster's CA is missing"
not_found "$TOKEN, ca-hashes: [\"$other\"]" "another CA than expected" "its public key is $pin"
# at another address that its certificate does not have
not_found "${TOKEN/10.77.0.11/localhost}, ca-hashes: [\"$pin\"]" "https://localhost:6443 within"
in_host sh -c "python3 -c '
import socket, threading
def copy(a, b):
    while data := a.recv(65536): b.sendall(data)
    b.close()
server = socket.create_server((\"\", 7000))
print(\"ready\", flush=True)
while True:
    one, _ = server.accept()
    two = socket.create_connection((\"10.77.0.11\", 6443))
    for pair in ((one, two), (two, one)): threading.Thread(target=copy, args=pair, daemon=True).start()
' >/shared/copy 2>&1" &
cleanup "kill $! 2>/dev/null"
wait_for 10 grep -sq ready "$tmp/shared/copy"
at w1 in_host sh -c 'echo 10.77.0.11 elsewhere >>/etc/hosts'
found "kind: token, endpoint: \"10.77.0.11:7000\", token: $token, ca-hashes: [\"$pin\"]"
began=$SECONDS
not_found "kind: token, endpoint: \"elsewhere:7000\", token: $token, ca-hashes: [\"$pin\"]" \
  "the API server at https://elsewhere:7000 can't be verified" "is in the API server's certificate"
[ $((SECONDS - began)) -lt 4 ] || fail "what is not trusted was tried again"

# By file: cluster-info itself, with a token beside it; with a user; where
# strangers may not read cluster-info
kubectl -n kube-public get configmap cluster-info -o 'jsonpath={.data.kubeconfig}' >"$tmp/shared/info.conf"
sed 's/^users:.*/users: [{name: u, user: {token: TOKEN}}]/; s/^current-context:.*/current-context: c/
  s/^contexts:.*/contexts: [{name: c, context: {user: u}}]/' "$tmp/shared/info.conf" >"$tmp/shared/user.conf"
sed "s/TOKEN/$token/" "$tmp/shared/user.conf" >"$tmp/shared/good.conf"
sed "s/TOKEN/abcdef.0123456789abcdef/" "$tmp/shared/user.conf" >"$tmp/shared/bad.conf"
found "kind: file, file: /shared/info.conf, tls-token: $token"
not_found "kind: file, file: /shared/info.conf" "this node can't ask for a certificate"
found "kind: file, file: /shared/good.conf"
not_found "kind: file, file: /shared/bad.conf" "the credentials in the discovery file /shared/bad.conf are not valid"
kubectl -n kube-public get rolebinding kubeadm:bootstrap-signer-clusterinfo -o yaml >"$tmp/shared/binding.yaml"
kubectl -n kube-public delete rolebinding kubeadm:bootstrap-signer-clusterinfo >/dev/null
wait_for 20 eval 'find_it "kind: file, file: /shared/info.conf, tls-token: $token" && grep -q "is used as it is" "$tmp/err"'
not_found "$TOKEN, ca-hashes: [\"$pin\"]" "strangers may not read cluster-info"
kubectl create -f /shared/binding.yaml >/dev/null || fail "no binding"

# By address: who signed the server's certificate has to be in the host's list
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=files -addext subjectAltName=DNS:files.test \
  -keyout "$tmp/shared/files.key" -out "$tmp/shared/files.crt" 2>/dev/null || fail "no certificate"
cat "$tmp/shared/files.crt" "$tmp/shared/files.key" >"$tmp/shared/files.pem"
in_host sh -c "cd /shared && python3 -c '
import http.server, ssl
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path != \"/moved\": return super().do_GET()
        self.send_response(302); self.send_header(\"Location\", \"/info.conf\")
        self.send_header(\"Content-Length\", \"0\"); self.end_headers()
server = http.server.HTTPServer((\"\", 8443), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(\"files.pem\")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(\"ready\", flush=True); server.serve_forever()
' >/shared/served 2>&1" &
cleanup "kill $! 2>/dev/null"
wait_for 10 grep -sq ready "$tmp/shared/served"
at w1 in_host sh -c 'echo 10.77.0.11 files.test >>/etc/hosts'
URL=https://files.test:8443
not_found "kind: file, file: $URL/info.conf, tls-token: $token" "can't be had from $URL/info.conf" "own list of CAs"
at w1 in_host sh -c 'cat /shared/files.crt >>/etc/ssl/certs/ca-certificates.crt'
found "kind: file, file: $URL/info.conf, tls-token: $token"
not_found "kind: file, file: $URL/moved, tls-token: $token" "it redirects to /info.conf" "a redirection is not followed"
not_found "kind: file, file: $URL/none, tls-token: $token" "the server answered 404"
not_found "kind: file, file: http://files.test:8443/info.conf, tls-token: $token" "begins with https://"
join w1 --discovery-file "$URL/info.conf" --token "$token"
has_joined w1
