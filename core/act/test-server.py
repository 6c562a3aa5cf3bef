# SPDX-License-Identifier: Apache-2.0
"""A server for tests of requests: TLS with client certificates, a unix socket,
or HTTP/2 (RFC 9113, as much as a gRPC call needs) on a unix socket.

usage: test-server.py unix|h2 PATH
       test-server.py tls FOLDER     (server.crt, server.key, ca.crt in it)

With tls it writes the port into FOLDER/port.
"""
import http.server
import json
import os
import socketserver
import ssl
import struct
import sys

connections = 0
waits = 0
ended = 0  # connections that were closed while /hang was under way
BIG = 10 << 20


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
        global waits, ended
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
            try:
                self.rfile.read(1)
            except OSError:
                pass
            ended += 1
            self.close_connection = True
        elif self.path == "/big":
            self.answer(200, b"0123456789abcde\n" * (BIG // 16))
        elif self.path.startswith("/rpc/"):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.send_header("Grpc-Status", self.path[5:])
            self.end_headers()
        elif self.path == "/length":
            self.answer(200, str(length).encode())
        elif self.path.startswith("/object"):
            self.answer(200, b'{"metadata":{"name":"object"},"real":true}')
        else:
            peer = (self.connection.getpeercert()
                    if hasattr(self.connection, "getpeercert") else None)
            names = dict(x[0] for x in peer["subject"]) if peer else {}
            self.answer(200, json.dumps({
                "method": self.command, "path": self.path,
                "body": body.decode(), "connections": connections,
                "ended": ended,
                "colour": self.headers.get("X-Colour"),
                "type": self.headers.get("Content-Type"),
                "client": names.get("commonName")}).encode())

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do


class Http2(socketserver.StreamRequestHandler):
    """What is answered is told by the length of the request's body, as nothing
    here decompresses its headers: 0 bytes: a body and trailers; 1: 10 MiB and
    trailers; 2: nothing. More, and before all of them are there: trailers
    alone, as servers do that don't know the method."""

    DATA, HEADERS, RESET, SETTINGS, PING, WINDOW = 0, 1, 3, 4, 6, 8
    END, ACK, END_HEADERS = 1, 1, 4

    def frame(self, kind, flags, stream, data=b""):
        self.wfile.write(struct.pack(">I", len(data))[1:]
                         + bytes((kind, flags)) + struct.pack(">I", stream)
                         + data)

    def headers(self, stream, end, *fields, status=b""):
        block = status
        for name, value in fields:
            block += (b"\0" + bytes((len(name),)) + name
                      + bytes((len(value),)) + value)
        self.frame(self.HEADERS, self.END_HEADERS | (self.END if end else 0),
                   stream, block)

    def next(self):
        """The next frame; what any may interrupt is answered here."""
        while True:
            head = self.rfile.read(9)
            if len(head) < 9:
                return None
            length, = struct.unpack(">I", b"\0" + head[:3])
            kind, flags = head[3:5]
            stream, = struct.unpack(">I", head[5:])
            data = self.rfile.read(length)
            if kind == self.SETTINGS and not flags & self.ACK:
                self.frame(self.SETTINGS, self.ACK, 0)
                for i in range(0, length, 6):
                    name, value = struct.unpack(">HI", data[i:i + 6])
                    if name == 4:
                        self.window = value
            elif kind == self.PING and not flags & self.ACK:
                self.frame(self.PING, self.ACK, 0, data)
            elif kind == self.WINDOW:
                more, = struct.unpack(">I", data)
                self.room[stream] = self.room.get(stream, 0) + more
                return kind, flags, stream, data
            elif kind in (self.DATA, self.HEADERS, self.RESET):
                return kind, flags, stream, data

    def send(self, stream, data):
        used = at = 0
        while at < len(data):
            room = min(self.room[0] - at,
                       self.window + self.room.get(stream, 0) - used, 16384)
            if room <= 0:
                if not self.next():
                    return
                continue
            part = data[at:at + room]
            self.frame(self.DATA, 0, stream, part)
            at += len(part)
            used += len(part)

    def handle(self):
        self.room, self.window = {0: 65535}, 65535
        if self.rfile.read(24) != b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":
            return
        self.frame(self.SETTINGS, 0, 0)
        length = 0
        ok = b"\x88"  # :status 200, as the static table has it
        trailers = ((b"grpc-status", b"0"), (b"grpc-message", b"fine"))
        while True:
            frame = self.next()
            if not frame:
                return
            kind, flags, stream, data = frame
            if kind == self.DATA:
                length += len(data)
            if kind == self.DATA and length > 2:
                self.headers(stream, True, (b"grpc-status", b"12"), status=ok)
                self.frame(self.RESET, 0, stream, struct.pack(">I", 0))
                length = 0
                continue
            if kind not in (self.DATA, self.HEADERS) or not flags & self.END:
                continue
            if length < 2:
                self.headers(stream, False, (b"x-way", b"h2"), status=ok)
                self.send(stream, b"x" * BIG if length else b"answer")
                self.headers(stream, True, *trailers)


class UnixServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def main():
    kind, where = sys.argv[1:3]
    if kind != "tls":
        UnixServer(where, Handler if kind == "unix" else Http2).serve_forever()
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
