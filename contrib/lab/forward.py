#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""forward.py ADDRESS:PORT SERVER...: the stable endpoint of a control plane.
Each client is joined to the first of the servers (address:port) that takes a
connection; the next client begins with the next server. A server that falls
silent is left after some seconds, and the client may come again.
"""
import asyncio
import socket
import sys

LISTEN, SERVERS = sys.argv[1], sys.argv[2:]
PATIENCE = 3.0  # for a connection
turn = 0


def soon(writer):
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 2), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 5000)):
        sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def connect():
    global turn
    first = turn = turn + 1  # others come while this one waits
    for i in range(len(SERVERS)):
        host, port = SERVERS[(first + i) % len(SERVERS)].rsplit(":", 1)
        try:
            return await asyncio.wait_for(asyncio.open_connection(host, int(port)), PATIENCE)
        except (OSError, asyncio.TimeoutError):
            pass
    return None, None


async def copy(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    there, back = await connect()
    if not there:
        writer.transport.abort()
        return
    soon(writer)
    soon(back)
    await asyncio.gather(copy(reader, back), copy(there, writer))


async def main():
    host, port = LISTEN.rsplit(":", 1)
    async with await asyncio.start_server(serve, host, int(port)) as server:
        await server.serve_forever()


asyncio.run(main())
