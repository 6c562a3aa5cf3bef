# SPDX-License-Identifier: Apache-2.0
"""A server for test-requests: TLS with client certificates, or a unix socket.

usage: test-server.py unix PATH
       test-server.py tls FOLDER     (server.crt, server.key, ca.crt in it)

With tls it writes the port into FOLDER/port.
"""
import http.server
import json
import os
import socketserver
import ssl
import sys

connections = 0
waits = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        global connections
        connections += 1
        super().setup()

    def log_message(self, *args):
        pass

    def address_string(self):
        return "peer"

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Path", self.path)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do(self):
        global waits
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if self.path == "/wait":
            waits += 1
            self.answer(200 if waits > 3 else 503, b"not yet\n")
        elif self.path == "/large":
            self.send_response(200)
            self.send_header("Content-Length", str(40 << 20))
            self.end_headers()
            try:
                for _ in range(40):
                    self.wfile.write(b"x" * (1 << 20))
            except OSError:
                self.close_connection = True
        elif self.path == "/hang":
            self.rfile.read(1)
        elif self.path.startswith("/object"):
            self.answer(200, b'{"metadata":{"name":"object"},"real":true}')
        else:
            peer = (self.connection.getpeercert()
                    if hasattr(self.connection, "getpeercert") else None)
            names = dict(x[0] for x in peer["subject"]) if peer else {}
            self.answer(200, json.dumps({
                "method": self.command, "path": self.path,
                "body": body.decode(), "connections": connections,
                "colour": self.headers.get("X-Colour"),
                "type": self.headers.get("Content-Type"),
                "client": names.get("commonName")}).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def main():
    kind, where = sys.argv[1:3]
    if kind == "unix":
        UnixServer(where, Handler).serve_forever()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{where}/server.crt", f"{where}/server.key")
    context.load_verify_locations(f"{where}/ca.crt")
    context.verify_mode = ssl.CERT_OPTIONAL
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(f"{where}/port.new", "w") as file:
        file.write(str(server.server_port))
    os.rename(f"{where}/port.new", f"{where}/port")
    server.serve_forever()


main()
