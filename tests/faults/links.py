"""The lab's ends of its two conversations in lines of JSON: with a client program, and with the proxy.

Problem: the lab must know that a fault is in place before it measures, and that calls have ended before it goes on,
without sleeping. Choice: every order is answered, every wait has a deadline; whoever waits longer learns that, as a
value where a slow client is a finding, as an error where the lab itself is at fault.
"""

from __future__ import annotations

import itertools
import json
import queue
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from loopback import HOST
from processes import Program

PATIENCE = 15.0


class LinkError(Exception):
    """A part of the lab did not do what it was told."""


class ProxyLink:
    """`treat`, `listen`, `upstream`, `revoke`: each returns once it is in place."""

    def __init__(self, control_port: int) -> None:
        self._socket = socket.create_connection((HOST, control_port), timeout=PATIENCE)
        self._lines = self._socket.makefile("rb")

    def treat(self, treatment: str, times: int = 1, in_flight: int = 0, rpc: str = "") -> int:
        """With `in_flight`, `wait_for("fired", 1)` says when. -> how many connections are treated so"""
        order: dict[str, Any] = {"treatment": treatment, "times": times, "in_flight": in_flight}
        if rpc:
            order["rpc"] = rpc
        return int(self._order(do="treat", **order)["treated"])

    def listen(self, mode: str, address: str = HOST) -> None:
        self._order(do="listen", mode=mode, address=address)

    def upstream(self, port: int) -> None:
        self._order(do="upstream", port=port)

    def revoke(self, token: str, address: str | None = None) -> None:
        """At this address, or at all of them."""
        self._order(do="revoke", token=token, address=address)

    def admit(self, token: str) -> None:
        self._order(do="admit", token=token)

    def cycle(self, treatments: Sequence[str], every: int, count: int) -> None:
        self._order(do="cycle", treatments=list(treatments), every=every, count=count)

    def wait_for(self, what: str, count: int, seconds: float = PATIENCE) -> bool:
        self._socket.settimeout(seconds + PATIENCE)
        return bool(self._order(do="wait", what=what, count=count, seconds=seconds)["reached"])

    def state(self) -> dict[str, Any]:
        return self._order(do="state")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    def _order(self, **order: Any) -> dict[str, Any]:
        self._socket.sendall(json.dumps(order).encode() + b"\n")
        line = self._lines.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "it has ended"}
        if "error" in answer:
            raise LinkError(f"the proxy did not {order['do']}: {answer['error']}")
        return answer


class ClientLink:
    """A client program. It is started with the port that this listens on, and connects to it."""

    def __init__(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self._socket: socket.socket | None = None
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        self._told: dict[int, threading.Event] = {}
        self._numbers = itertools.count()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def accept(self, program: Program) -> None:
        self._listener.settimeout(PATIENCE)
        try:
            self._socket, _ = self._listener.accept()
        except TimeoutError:
            raise LinkError(f"the client program did not come up: {program.output[-2000:]}") from None
        threading.Thread(target=self._read, args=(self._socket,), daemon=True).start()
        if self.next_event("up", PATIENCE) is None:
            raise LinkError(f"the client program ended early: {program.output[-2000:]}")

    def order(self, **order: Any) -> None:
        assert self._socket is not None, "the client program is not connected"
        self._socket.sendall(json.dumps(order).encode() + b"\n")

    def next_event(self, name: str, seconds: float) -> dict[str, Any] | None:
        """None if it did not come in time."""
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            return None
        if event["event"] != name:
            raise LinkError(f"the client program sent {event['event']} instead of {name}")
        return event

    def after_calls(self, operation: str, count: int, good: bool) -> Callable[[float], bool]:
        """Count from now on; what is returned waits, with a deadline, until so many more calls have ended."""
        number = next(self._numbers)
        told = self._told[number] = threading.Event()
        self.order(do="tell", id=number, operation=operation, count=count, good=good)
        return told.wait

    def records(self, seconds: float) -> list[list[Any]]:
        self.order(do="stop")
        records: list[list[Any]] = []
        while True:
            event = self.next_event("records", seconds)
            if event is None:
                raise LinkError(f"the calls under way did not end within {seconds:g} s")
            records += event["records"]
            if event["last"]:
                return records

    def close(self) -> None:
        self._listener.close()
        if self._socket is not None:
            self._socket.close()

    def _read(self, connected: socket.socket) -> None:
        try:
            for line in connected.makefile():
                event = json.loads(line)
                if event["event"] == "told":
                    self._told[event["id"]].set()
                else:
                    self._events.put(event)
        except OSError:
            pass  # closed from this side
        self._events.put({"event": "the end"})
