"""One connection through the proxy: two directions of frames, and what is done to them.

Problem: a fault must hit at a known place: while a request is in flight, at a frame boundary, before or after the
server has seen it. Choice: a connection has one treatment at a time. Those that need a request wait for the next one
and count themselves as fired. A request that must not be executed is still shown to the server as headers followed by a
reset, so that the header compression of the connection stays whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from typing import Any, Protocol

import frames
from frames import Frame, Splitter

WRITE_KEY = re.compile(rb"write-\d+-\d+")
CHUNK = 65536
UNAUTHENTICATED = 16
# Treatments that do their work at the next request, or at the next reply.
AT_A_REQUEST = ("goaway", "goaway-unprocessed", "rst-refused", "rst-internal")
AT_A_REPLY = ("cut",)
LASTING = ("pass", "swallow", "mute", "slow", "late")
NO_REPLIES = ("swallow", "mute")  # mute: the server still gets the requests
AT_ONCE = ("reset", "half-close", "garbage", "ignorable")
TREATMENTS = (*LASTING, *AT_ONCE, *AT_A_REQUEST, *AT_A_REPLY)
SLOW_BYTES, SLOW_SECONDS = 8, 0.005
LATE_SECONDS = 0.6  # late: replies are, what keeps a connection going (PING, SETTINGS) is not
CUT_AFTER = 20


class Watcher(Protocol):
    """What the proxy wants to know of its connections."""

    def fired(self) -> None: ...
    def request(self, relay: Relay, keys: list[str]) -> None: ...
    def refuses(self, token: str, address: str) -> bool: ...
    def decoder(self) -> Any: ...


class Relay:
    """`upstream` is None for a connection that is accepted and never answered."""

    def __init__(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None,
        watcher: Watcher,
    ) -> None:
        self._from_client, self._to_client = client
        self._from_server = upstream[0] if upstream else None
        self._to_server = upstream[1] if upstream else None
        self._watcher = watcher
        self._address = str(self._to_client.get_extra_info("sockname")[0])
        self._decoder = watcher.decoder()
        self._treatment = "pass" if upstream else "swallow"
        self._open: set[int] = set()
        self._dropped: set[int] = set()  # streams whose request goes no further
        self._broken: set[int] = set()  # streams whose reply ends in a reset
        self._last_allowed: int | None = None  # after a GOAWAY
        self._times = 0
        self._rpc = ""
        self._cut_left = CUT_AFTER
        self._planned: tuple[str, int, int] | None = None
        self._ended = asyncio.Event()

    @property
    def client_port(self) -> int:
        name = self._to_client.get_extra_info("peername")
        return int(name[1]) if name else 0

    async def run(self) -> None:
        """Until the client hangs up, or the server does and is not swallowed, or a treatment ends it."""
        tasks = [asyncio.create_task(self._client_side())]
        if self._from_server is not None:
            tasks.append(asyncio.create_task(self._server_side(self._from_server)))
        try:
            await self._ended.wait()
            for task in tasks:
                if task.done():
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            self._close()

    async def _client_side(self) -> None:
        try:
            await self._client_to_server()
        except OSError:
            pass  # the client has reset it: as good as its end
        finally:
            self._ended.set()

    async def _server_side(self, reader: asyncio.StreamReader) -> None:
        try:
            await self._server_to_client(reader)
            hung_up = self._treatment not in NO_REPLIES  # a black hole swallows the server's end too
        except OSError:
            hung_up = self._treatment not in NO_REPLIES
            if hung_up:
                self._reset()
        except BaseException:
            self._ended.set()
            raise
        if hung_up:
            self._ended.set()

    def treat(self, treatment: str, times: int, in_flight: int = 0, rpc: str = "") -> None:
        """At once, or with `in_flight` when so many requests are at the server, the last one just now. With `rpc` only
        requests of this name are struck; that wants a decoder."""
        if in_flight:
            self._planned = (treatment, times, in_flight)
            return
        self._rpc = rpc
        self._treatment, self._times, self._cut_left = treatment, times, CUT_AFTER
        if treatment not in AT_A_REQUEST and treatment not in AT_A_REPLY:
            self._watcher.fired()
        if treatment == "reset":
            self._reset()
        elif treatment == "half-close":
            # From now on the client may talk, but nobody answers any more.
            with contextlib.suppress(OSError):
                self._to_client.write_eof()
            self._treatment = "swallow"
        elif treatment in ("garbage", "ignorable"):
            self._to_client.write(frames.garbage() if treatment == "garbage" else frames.to_be_ignored())
            self._treatment = "pass"

    async def _client_to_server(self) -> None:
        splitter = Splitter(after_preface=True)
        while data := await self._from_client.read(CHUNK):
            if self._to_server is None or self._treatment == "swallow":
                continue
            before, whole = splitter.feed(data)
            self._to_server.write(before)
            for frame in whole:
                self._pass_request(frame, self._to_server)
                if self._planned and frame.ends_stream and len(self._open) >= self._planned[2]:
                    (treatment, times, _), self._planned = self._planned, None
                    self.treat(treatment, times)
            await self._to_server.drain()

    def _pass_request(self, frame: Frame, to_server: asyncio.StreamWriter) -> None:
        stream = frame.stream
        if self._last_allowed is not None and stream > self._last_allowed:
            return
        if stream in self._dropped and frame.kind in (frames.DATA, frames.RST_STREAM):
            if frame.payload and frame.kind == frames.DATA:
                self._to_client.write(frames.window_update(len(frame.payload)))
            return
        if frame.kind == frames.DATA:
            self._watcher.request(self, [key.decode() for key in WRITE_KEY.findall(frame.payload)])
        if frame.kind != frames.HEADERS:
            to_server.write(frame.encode())
            return
        headers = {} if self._decoder is None else dict(self._decoder.decode(frame.header_block, raw=False))
        if self._watcher.refuses(headers.get("authorization", "").removeprefix("Bearer "), self._address):
            self._refuse(frame, to_server, frames.grpc_status(stream, UNAUTHENTICATED))
        elif self._treatment not in AT_A_REQUEST or not headers.get(":path", "").endswith(self._rpc):
            self._open.add(stream)
            to_server.write(frame.encode())
        else:
            self._strike(frame, to_server)

    def _strike(self, frame: Frame, to_server: asyncio.StreamWriter) -> None:
        stream, treatment = frame.stream, self._treatment
        self._times -= 1
        if self._times <= 0:
            self._treatment = "pass"
        if treatment == "goaway-unprocessed":
            self._last_allowed = max(stream - 2, 0)
            self._to_client.write(frames.goaway(self._last_allowed))
            self._end_when_drained()
        elif treatment == "rst-refused":
            self._refuse(frame, to_server, frames.rst_stream(stream, frames.REFUSED_STREAM))
        else:
            self._open.add(stream)
            to_server.write(frame.encode())
            if treatment == "goaway":
                self._last_allowed = stream
                self._to_client.write(frames.goaway(stream))
            else:
                self._broken.add(stream)
        self._watcher.fired()

    def _refuse(self, frame: Frame, to_server: asyncio.StreamWriter, answer: bytes) -> None:
        """The server learns the headers and that nobody wants them; without a message it executes nothing."""
        self._dropped.add(frame.stream)
        to_server.write(frame.encode())
        if not frame.ends_stream:
            to_server.write(frames.rst_stream(frame.stream, frames.CANCEL))
        self._to_client.write(answer)

    async def _server_to_client(self, reader: asyncio.StreamReader) -> None:
        splitter = Splitter(after_preface=False)
        while data := await reader.read(CHUNK):
            if self._treatment in NO_REPLIES:
                continue
            _, whole = splitter.feed(data)
            for frame in whole:
                await self._pass_reply(frame)
            self._end_when_drained()
            await self._to_client.drain()

    async def _pass_reply(self, frame: Frame) -> None:
        stream = frame.stream
        if frame.ends_stream or frame.kind == frames.RST_STREAM:
            self._open.discard(stream)
        if stream in self._dropped and stream:
            if frame.kind == frames.HEADERS and not frames.leaves_no_trace(frame.header_block):
                raise RuntimeError("a reply that can't be left out came for a request that was refused")
            return
        if stream in self._broken:
            if frame.kind == frames.DATA:
                self._to_client.write(frames.rst_stream(stream, frames.INTERNAL_ERROR))
                self._broken.discard(stream)
                self._dropped.add(stream)
                return
            if frame.ends_stream:  # an error without a message has no middle to break in
                self._broken.discard(stream)
        if self._treatment == "late" and stream:
            asyncio.get_running_loop().call_later(LATE_SECONDS, self._to_client.write, frame.encode())
        else:
            await self._write_to_client(frame.encode())

    async def _write_to_client(self, data: bytes) -> None:
        if self._treatment == "slow":
            for start in range(0, len(data), SLOW_BYTES):
                self._to_client.write(data[start : start + SLOW_BYTES])
                await asyncio.sleep(SLOW_SECONDS)
        elif self._treatment == "cut":
            self._to_client.write(data[: self._cut_left])
            self._cut_left -= len(data)
            if self._cut_left <= 0:
                await self._to_client.drain()
                self._watcher.fired()
                self._reset()
        else:
            self._to_client.write(data)

    def _end_when_drained(self) -> None:
        if self._last_allowed is not None and not self._open:
            self._ended.set()

    def _reset(self) -> None:
        """RST to the client; the server gets all that was sent, and an ordinary end."""
        raw: socket.socket | None = self._to_client.get_extra_info("socket")
        if raw is not None and raw.fileno() >= 0:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._to_client.transport.abort()
        self._ended.set()

    def _close(self) -> None:
        for writer in (self._to_client, self._to_server):
            if writer is not None:
                writer.close()
