"""A client program of the fault lab, in Python: ours or the official package, sync or asyncio.

    python python_client.py '{...}'      see control.py

The same lines of JSON over the control port as programs/node_client.mjs, beside those of control.py:

    {"do": "start", "lists": n, "workers": [
        {"operation": "get" | "write", "rate": calls a second, "calls": at most, "turn": the first of WRITES}, ...]}
    {"do": "tell", "id": n, "operation": "get" | "write", "count": n, "good": bool}
                     -> {"event": "told", "id": n} after so many
    {"do": "stop"}   -> {"event": "records", "records": [...], "last": bool}, perhaps several

A record is [operation, start in ns of the monotonic clock, duration in us, error code or null, key or null]: the clock
is the machine's, so the lab can tell what was before a fault and what after. Writes are those of WRITES in turn, each
with a key of its own: a new one, or for a pop the next of the lists that the lab has filled, while there is one.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

from control import CACHE, Control, attempt, attempt_async, make, make_async, run, tell_of

PORTION = 5000
POP = "list_pop_front"
# What each takes beside the key. No value may look like a key.
WRITES: dict[str, list[Any]] = {"increment": [1], "list_push_back": ["pushed"], "set_if_not_exists": ["set"], POP: []}


class Reporter:
    """Chooses the calls, keeps their records, and tells when enough of them have ended."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._records: list[list[Any]] = []
        self._awaited: list[dict[str, Any]] = []
        self._keys = (f"write-{os.getpid()}-{number}" for number in itertools.count(1))
        self._lists: Iterator[str] | None = None

    def fill(self, lists: int) -> None:
        """How many there are; those that were popped are gone."""
        if self._lists is None:
            self._lists = (f"write-0-{number}" for number in range(lists))

    def tell(self, order: dict[str, Any]) -> None:
        with self._lock:
            self._awaited.append(order)

    def calls(self, given: dict[str, Any]) -> Iterator[tuple[str, str | None, list[Any]]]:
        """-> operation, key, arguments"""
        calls: Iterator[tuple[str, str | None, list[Any]]] = self._writes(given.get("turn", 0))
        if given["operation"] == "get":
            calls = itertools.repeat(("get", None, [CACHE, "present"]))
        return itertools.islice(calls, given.get("calls"))

    def _writes(self, turn: int) -> Iterator[tuple[str, str | None, list[Any]]]:
        for operation in itertools.islice(itertools.cycle(WRITES), turn, None):
            with self._lock:
                key = next(self._lists or iter(()), None) if operation == POP else next(self._keys)
            if key is not None:
                yield operation, key, [CACHE, key, *WRITES[operation]]

    def record(self, operation: str, start: int, code: str | None, key: str | None) -> None:
        duration = (time.monotonic_ns() - start) // 1000
        kind = "get" if key is None else "write"
        with self._lock:
            self._records.append([operation, start, duration, code, key])
            for order in self._awaited:
                if order["operation"] == kind and not (order["good"] and code is not None):
                    order["count"] -= 1
            done = [order for order in self._awaited if order["count"] <= 0]
            self._awaited = [order for order in self._awaited if order["count"] > 0]
        for order in done:
            self._control.send({"event": "told", "id": order["id"]})

    def send_records(self) -> None:
        with self._lock:
            records, self._records = self._records, []
        for start in range(0, max(len(records), 1), PORTION):
            last = start + PORTION >= len(records)
            self._control.send({"event": "records", "records": records[start : start + PORTION], "last": last})


class Pulse:
    """When the next call is due, at a steady rate. What was missed while a call hung is not made up for."""

    def __init__(self, rate: float) -> None:
        self._period = 1 / rate
        self._due = time.monotonic()

    def pause(self) -> float:
        """How long to wait for it, from now on."""
        now = time.monotonic()
        self._due = max(self._due + self._period, now - self._period)
        return max(0.0, self._due - now)


def run_sync(options: dict[str, Any], control: Control) -> None:
    client: Any = None
    reporter = Reporter(control)
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def work(given: dict[str, Any]) -> None:
        pulse = Pulse(given["rate"])
        for operation, key, arguments in reporter.calls(given):
            start = time.monotonic_ns()
            reporter.record(operation, start, attempt(getattr(client, operation), arguments), key)
            if stop.wait(pulse.pause()):
                return

    for order in control.orders():
        if order["do"] == "make":
            with control.making():
                client = make(options)
            tell_of(client)
        elif order["do"] == "start":
            stop.clear()
            reporter.fill(order["lists"])
            threads = [threading.Thread(target=work, args=(one,)) for one in order["workers"]]
            for thread in threads:
                thread.start()
        elif order["do"] == "tell":
            reporter.tell(order)
        elif order["do"] == "stop":
            stop.set()
            for thread in threads:
                thread.join()
            tell_of(client)
            reporter.send_records()
        else:
            return


async def run_async(options: dict[str, Any], control: Control) -> None:
    client: Any = None
    reporter = Reporter(control)
    stop = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []

    async def work(given: dict[str, Any]) -> None:
        pulse = Pulse(given["rate"])
        for operation, key, arguments in reporter.calls(given):
            start = time.monotonic_ns()
            reporter.record(operation, start, await attempt_async(getattr(client, operation), arguments), key)
            await asyncio.sleep(pulse.pause())
            if stop.is_set():
                return

    async for order in control.orders_async():
        if order["do"] == "make":
            with control.making():
                client = await make_async(options)
        elif order["do"] == "start":
            stop.clear()
            reporter.fill(order["lists"])
            tasks = [asyncio.create_task(work(one)) for one in order["workers"]]
        elif order["do"] == "tell":
            reporter.tell(order)
        elif order["do"] == "stop":
            stop.set()
            await asyncio.gather(*tasks)
            tell_of(client)
            reporter.send_records()
        else:
            return


if __name__ == "__main__":
    run(run_sync, run_async)
