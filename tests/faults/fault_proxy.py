"""A TCP proxy that does to its connections what it is told, in a process of its own.

    python fault_proxy.py --upstream-port N [--address ADDRESS ...] [--read-headers] [--certificate FILE --key FILE]

Prints `listening on 127.0.0.1:PORT` and `control on 127.0.0.1:PORT`. The control port takes one JSON object a line and
answers each with one, once what was asked is in place:

    {"do": "treat", "treatment": ..., "times": n, "in_flight": n, "rpc": NAME}   the connections that are open now, by
                                                    relay.TREATMENTS; "rpc" wants --read-headers
    {"do": "listen", "mode": "accept" | "refuse" | "silence" | "drop", "address": ...}   those to come; drop: not even
                                                    TCP answers
    {"do": "cycle", "treatments": [...], "every": n, "count": n}   the next of these after every n requests, to the
                                                    connection of the n-th one
    {"do": "upstream", "port": n}                   where new connections lead
    {"do": "revoke", "token": ..., "address": ...}  answered UNAUTHENTICATED from now on, at this address or at all;
                                                    wants --read-headers
    {"do": "admit", "token": ...}                   no longer
    {"do": "wait", "what": "fired" | "connections", "count": n, "seconds": s}
    {"do": "state"}                                 what was counted

Each address has its own listener on the same port, for a name that moves from one to the other. TLS ends here, so that
its frames can be read: what is tested is the client's. The proxy ends with its first control connection, so that none
stays behind.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import contextlib
import itertools
import json
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "stubs"))

from loopback import HOST, announce, free_port, stop_at_signals
from relay import TREATMENTS, Relay

LISTEN_MODES = ("accept", "refuse", "silence", "drop")
LISTEN_TRIES = 20
QUEUE = 128
# So many connections at most until a queue of none is full, and how long to wait for an answer that does not come.
FILLERS, FILLER_SECONDS = 8, 0.05


class Listener:
    """One address. Refusing keeps the port: the socket stops to listen and stays bound, which Linux does only for a
    port that was bound by its number. Dropping is a full queue of connections that nobody accepts: the kernel then
    answers no more, as an address behind which nobody is."""

    def __init__(self, address: str, port: int) -> None:
        self.mode = "accept"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.setblocking(False)
            self.socket.bind((address, port))
            self.socket.listen(QUEUE)
        except OSError:
            self.socket.close()
            raise
        self._listening = asyncio.Event()
        self._listening.set()
        self._idle = asyncio.Event()
        self._fillers: list[socket.socket] = []

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    async def switch(self, mode: str) -> None:
        if mode == self.mode:
            return
        accepts = mode not in ("refuse", "drop")
        if self._listening.is_set() and not accepts:
            self._listening.clear()
            self.socket.shutdown(socket.SHUT_RDWR)
            await self._idle.wait()
        elif self.mode == "drop":
            for filler in self._fillers:
                filler.close()
            self._fillers.clear()
            self.socket.shutdown(socket.SHUT_RDWR)
        if mode == "drop":
            self._fill()
        elif accepts and not self._listening.is_set():
            self.socket.listen(QUEUE)
            self._listening.set()
        self.mode = mode

    def _fill(self) -> None:
        self.socket.listen(0)
        try:
            for _ in range(FILLERS):
                filler = socket.create_connection(self.socket.getsockname(), FILLER_SECONDS)
                self._fillers.append(filler)
        except TimeoutError:
            return
        raise OSError(f"{FILLERS} connections did not fill the queue of {self.socket.getsockname()}")

    async def accept(self) -> socket.socket:
        loop = asyncio.get_running_loop()
        while True:
            if not self._listening.is_set():
                self._idle.set()
                await self._listening.wait()
                self._idle.clear()
            try:
                connection, _ = await loop.sock_accept(self.socket)
            except OSError:
                await asyncio.sleep(0)  # it has just stopped to listen
                continue
            return connection


class FaultProxy:
    def __init__(
        self, upstream_port: int, addresses: list[str], read_headers: bool, tls: ssl.SSLContext | None
    ) -> None:
        self._upstream_port = upstream_port
        self._read_headers = read_headers
        self._tls = tls
        self._listeners = listen_everywhere(addresses)
        self._relays: set[Relay] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()
        self._counts = {"connections": 0, "fired": 0, "requests": 0, "cycles": 0}
        self._connections_at: collections.Counter[str] = collections.Counter()
        self._writes: collections.Counter[str] = collections.Counter()
        self._revoked: set[tuple[str, str | None]] = set()
        self._cycle: Iterator[str] = iter(())
        self._cycle_every = self._cycle_at = 0
        self.lab_is_gone = asyncio.Event()

    @property
    def port(self) -> int:
        return next(iter(self._listeners.values())).port

    async def serve(self) -> None:
        await asyncio.gather(*(self._accept_all(listener) for listener in self._listeners.values()))

    # --- what relays report ---

    def fired(self) -> None:
        self._count("fired")

    def request(self, relay: Relay, keys: list[str]) -> None:
        self._counts["requests"] += 1
        self._writes.update(keys)
        if self._cycle_every and self._counts["requests"] >= self._cycle_at:
            self._cycle_at += self._cycle_every
            treatment = next(self._cycle, None)
            if treatment is None:
                self._cycle_every = 0
            else:
                self._counts["cycles"] += 1
                asyncio.get_running_loop().call_soon(relay.treat, treatment, 1)

    def refuses(self, token: str, address: str) -> bool:
        return (token, None) in self._revoked or (token, address) in self._revoked

    def decoder(self) -> Any:
        if not self._read_headers:
            return None
        from hpack import Decoder

        return Decoder()

    # --- connections ---

    async def _accept_all(self, listener: Listener) -> None:
        while True:
            connection = await listener.accept()
            self._count("connections")
            self._connections_at[connection.getsockname()[0]] += 1
            self._background(self._relay(connection, silent=listener.mode == "silence"))

    async def _relay(self, connection: socket.socket, silent: bool) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            client = await self._open(connection, None if silent else self._tls)
        except OSError:
            return  # the client has ended the handshake
        upstream = None
        if not silent:
            try:
                upstream = await asyncio.open_connection(HOST, self._upstream_port)
            except OSError:
                client[1].transport.abort()
                return
        relay = Relay(client, upstream, self)
        self._relays.add(relay)
        try:
            await relay.run()
        finally:
            self._relays.discard(relay)

    @staticmethod
    async def _open(
        connection: socket.socket, tls: ssl.SSLContext | None
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=tls)
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)

    def _background(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and isinstance(task.exception(), Exception):
            print(f"a connection of the proxy failed: {task.exception()!r}", flush=True)

    def _count(self, what: str) -> None:
        self._counts[what] += 1
        self._background(self._tell())

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    # --- control ---

    async def control(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            try:
                answer = await self._obey(json.loads(line))
            except (KeyError, ValueError, OSError) as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()
        self.lab_is_gone.set()

    async def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        what = order["do"]
        if what == "treat":
            if order["treatment"] not in TREATMENTS:
                raise ValueError(f"no treatment {order['treatment']}, there are {', '.join(TREATMENTS)}")
            if "rpc" in order and not self._read_headers:
                raise ValueError("rpc wants --read-headers")
            treated = list(self._relays)
            for relay in treated:
                relay.treat(order["treatment"], order.get("times", 1), order.get("in_flight", 0), order.get("rpc", ""))
            await asyncio.sleep(0)  # what was written or aborted is out
            return {"treated": len(treated)}
        if what == "listen":
            if order["mode"] not in LISTEN_MODES:
                raise ValueError(f"no mode {order['mode']}, there are {', '.join(LISTEN_MODES)}")
            await self._listeners[order.get("address", HOST)].switch(order["mode"])
        elif what == "upstream":
            self._upstream_port = int(order["port"])
        elif what == "revoke":
            if not self._read_headers:
                raise ValueError("revoke wants --read-headers")
            self._revoked.add((order["token"], order.get("address")))
        elif what == "admit":
            self._revoked.discard((order["token"], None))
        elif what == "cycle":
            self._cycle = itertools.islice(itertools.cycle(order["treatments"]), order["count"])
            self._cycle_every = order["every"]
            self._cycle_at = self._counts["requests"] + order["every"]
        elif what == "wait":
            return {"reached": await self._wait(order["what"], order["count"], order["seconds"])}
        elif what != "state":
            raise ValueError(f"no order {what}")
        ports = [relay.client_port for relay in self._relays]
        counted = {**self._counts, "connections_at": dict(self._connections_at)}
        return {**counted, "open": len(ports), "client_ports": ports, "writes": dict(self._writes)}

    async def _wait(self, what: str, count: int, seconds: float) -> bool:
        async with self._changed:
            reached = self._changed.wait_for(lambda: self._counts[what] >= count)
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(reached, seconds)
            return self._counts[what] >= count


def listen_everywhere(addresses: list[str]) -> dict[str, Listener]:
    """Listeners on one port, a free one on every address."""
    for tries_left in reversed(range(LISTEN_TRIES)):
        listeners: dict[str, Listener] = {}
        port = free_port()
        try:
            for address in addresses:
                listeners[address] = Listener(address, port)
            return listeners
        except OSError:
            for listener in listeners.values():
                listener.socket.close()
            if not tries_left:
                raise
    raise AssertionError("unreachable")


async def serve(options: argparse.Namespace) -> None:
    tls = None
    if options.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(options.certificate, options.key)
        tls.set_alpn_protocols(["h2"])
    proxy = FaultProxy(options.upstream_port, options.address or [HOST], options.read_headers, tls)
    control = await asyncio.start_server(proxy.control, HOST, 0)
    announce(proxy.port)
    print(f"control on {HOST}:{control.sockets[0].getsockname()[1]}", flush=True)
    serving = asyncio.create_task(proxy.serve())
    await proxy.lab_is_gone.wait()
    serving.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upstream-port", type=int, required=True)
    parser.add_argument("--address", action="append", help="may be repeated; 127.0.0.1 if left out")
    parser.add_argument("--read-headers", action="store_true", help="so that tokens and names of RPCs are known")
    parser.add_argument("--certificate", help="speak TLS with the certificate in this PEM file")
    parser.add_argument("--key", help="its private key, a PEM file")
    options = parser.parse_args()
    stop_at_signals()
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
