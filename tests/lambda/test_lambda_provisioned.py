"""Provisioned concurrency: INIT, hours, and then the first event, on a connection that may be long gone.

The demo's Runtime API plays Lambda, because AWS's emulator runs INIT with the first event. Hours pass by the wall clock
(tests/faults/programs/clock_shift.c, preloaded); a forwarder before Momento does what a load balancer does meanwhile.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import FUNCTIONS, HERE, runtime_for, skip_if
from lambda_environment import function_environment
from loopback import HOST
from processes import LISTENING, Programs
from runtime_api import RuntimeApi
from runtimes import LOCAL_SERVER

sys.path.append(str(HERE.parent / "faults"))

from machine import ShiftedClock, Unavailable

PATIENCE = 30.0
HOURS = 3.0
# What the function may take for a call on a dead connection; and what making a client may.
CALL_SECONDS, MAKE_SECONDS = 0.4, 0.05


class Forwarder:
    """Passes bytes on, until it is told to treat the connections that there are in another way."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._swallowed: set[int] = set()
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self.connected = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        """Nothing that is sent on them arrives, and nobody is told."""
        with self._lock:
            self._swallowed |= {id(pair) for pair in self._pairs}

    def reset(self) -> None:
        """They end with RST."""
        with self._lock:
            for client, upstream in self._pairs:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                with contextlib.suppress(OSError):  # the client may have closed it
                    client.shutdown(socket.SHUT_RD)  # wakes the thread that reads it, so that it can be closed
                client.close()
                upstream.close()
            self._pairs.clear()

    def stop(self) -> None:
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            pair = (client, socket.create_connection((HOST, self._upstream)))
            for end in pair:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._pairs.append(pair)
            for source, sink in (pair, pair[::-1]):
                threading.Thread(target=self._pass, args=(pair, source, sink), daemon=True).start()

    def _pass(self, pair: tuple[socket.socket, socket.socket], source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if id(pair) not in self._swallowed:
                    sink.sendall(data)
                self.connected.set()
        except OSError:
            pass


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    try:
        yield programs
    finally:
        programs.end_all()


@pytest.fixture
def api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    api.start()
    yield api
    api.stop()


@pytest.fixture
def clock(tmp_path: Path) -> ShiftedClock:
    try:
        return ShiftedClock(tmp_path)
    except Unavailable as reason:
        skip_if([str(reason)])
        raise


@pytest.mark.parametrize("meanwhile", ["nothing", "reset", "swallow"])
@pytest.mark.parametrize("kind", ["python", "node"], indirect=True)
def test_the_first_event_comes_hours_after_init(
    built: None, programs: Programs, api: RuntimeApi, clock: ShiftedClock, kind: str, meanwhile: str
) -> None:
    command = [str(LOCAL_SERVER), "--port", "0", "--cache", "cache"]
    server = programs.start("momento-lambda-local", command)
    forwarder = Forwarder(int(server.wait_for_line(LISTENING, PATIENCE)[1]))
    key = {"endpoint": f"http://{HOST}:{forwarder.port}", "api_key": "key"}
    folder, handler = HERE / FUNCTIONS[kind][0], "provisioned.handler"
    variables = {
        "AWS_LAMBDA_INITIALIZATION_TYPE": "provisioned-concurrency",
        "MOMENTO_AUTH_TOKEN": base64.b64encode(json.dumps(key).encode()).decode(),
        **clock.environment,
    }
    environment = function_environment(folder, handler, variables, runtime_api=api.address)
    programs.start("the function", [*runtime_for(kind).command, handler], environment, folder, api.fail)
    try:
        assert forwarder.connected.wait(PATIENCE), "INIT begins the connection without a call"
        if meanwhile != "nothing":
            getattr(forwarder, meanwhile)()
        clock.advance(HOURS)
        reply = api.invoke({}, PATIENCE).value
        assert "Miss" in reply["response"], reply
        assert reply["seconds"] < CALL_SECONDS, reply
        assert reply["made_in"] < MAKE_SECONDS, reply
        assert reply["now"] > time.time() + HOURS * 3600 - 60, "the clock was not moved"
    finally:
        forwarder.stop()
