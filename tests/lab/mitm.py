#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""mitm.py PORT CHAIN SERVER [CA]: somebody in between, who answers on PORT with
the certificate and key in CHAIN what SERVER (https://host:port) answers. With
CA, a PEM file, the cluster's description has that CA in it instead of its own.
"""
import base64
import http.server
import re
import ssl
import sys
import urllib.error
import urllib.request

PORT, CHAIN, SERVER = int(sys.argv[1]), sys.argv[2], sys.argv[3]
OWN_CA = None
if len(sys.argv) > 4:
    with open(sys.argv[4], "rb") as file:
        OWN_CA = base64.b64encode(file.read())
ANY = ssl._create_unverified_context()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        request = urllib.request.Request(SERVER + self.path)
        for name in ("Authorization", "Accept"):
            if name in self.headers:
                request.add_header(name, self.headers[name])
        try:
            with urllib.request.urlopen(request, context=ANY, timeout=10) as answer:
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        if OWN_CA:
            body = re.sub(rb"(certificate-authority-data: )[A-Za-z0-9+/=]+", rb"\1" + OWN_CA, body)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("", PORT), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CHAIN)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
