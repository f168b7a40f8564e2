"""How many bytes a call is on the wire: what the floor has to send, too.

Choice: counted, not computed. Our client, with a key as in production, calls through a relay; a run of more calls less
a run of fewer leaves the calls alone, without the connection's start.
"""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

from clients import SYNC, VALUE_BYTES, ask
from lab import Lab
from row import OURS

FEW, MANY = 200, 1200


@dataclasses.dataclass
class Traffic:
    """Bytes to the server and back."""

    out: int = 0
    back: int = 0


def exchanges(lab: Lab) -> dict[str, Traffic]:
    """Of a get and a set of VALUE_BYTES, one at a time."""
    return {operation: per_call(lab, operation) for operation in ("get", "set")}


def per_call(lab: Lab, operation: str) -> Traffic:
    few, many = (through_relay(lab, operation, calls) for calls in (FEW, MANY))
    return Traffic(round((many.out - few.out) / (MANY - FEW)), round((many.back - few.back) / (MANY - FEW)))


def through_relay(lab: Lab, operation: str, calls: int) -> Traffic:
    place = urlsplit(lab.environment["BENCH_ENDPOINT"])
    assert place.hostname is not None and place.port is not None
    task = {"task": "latency", "operations": [operation], "size": VALUE_BYTES, "warmup": 0, "calls": calls}
    with relay(place.hostname, place.port) as (port, traffic):
        ask(lab, SYNC, OURS, task, {"BENCH_ENDPOINT": f"http://{place.hostname}:{port}"})
    return traffic


@contextlib.contextmanager
def relay(host: str, port: int) -> Iterator[tuple[int, Traffic]]:
    """To that server, for one connection; counted in full when the block has ended."""
    traffic = Traffic()

    def serve() -> None:
        with listener.accept()[0] as client, socket.create_connection((host, port)) as server:
            other = threading.Thread(target=pump, args=(server, client, "back"))
            other.start()
            pump(client, server, "out")
            other.join()

    def pump(source: socket.socket, target: socket.socket, direction: str) -> None:
        # Either end may be gone first, with or without a word.
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                setattr(traffic, direction, getattr(traffic, direction) + len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    with socket.create_server((host, 0)) as listener:
        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield listener.getsockname()[1], traffic
        server.join(10)
