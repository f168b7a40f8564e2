"""A client program of the soak, in Python: very many calls by a few callers, and nothing kept of them but counts.

    python python_soak.py '{...}'      see control.py

The same lines of JSON over the control port as programs/node_soak.mjs, beside those of control.py:

    {"do": "run", "calls": n, "callers": n, "write_every": n}   each n-th call is an increment with a key of its own
    {"do": "state"}  -> {"event": "state", "done": n, "failed": {code: n}, "write_failed": {code: n},
                         "slowest_ms": n, "left": what the runtime has under way}
    {"do": "writes"} -> {"event": "writes", "keys": PREFIX, "begun": n, "failed": [number, ...]}

Keys are numbered, PREFIX-0 and so on, one number for each increment begun; `failed` has those that ended in an error.
"""

from __future__ import annotations

import asyncio
import collections
import os
import threading
import time
from typing import Any

from control import CACHE, Control, attempt, attempt_async, make, make_async, run


class Counts:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = 0
        self._slowest = 0
        self._failed: collections.Counter[str] = collections.Counter()
        self._write_failed: collections.Counter[str] = collections.Counter()
        self._begun = 0
        self._failed_numbers: list[int] = []
        self._keys = f"write-{os.getpid()}"

    def arguments(self, number: int, write_every: int) -> tuple[str, int, list[Any]]:
        """-> operation, number of the increment, arguments"""
        if number % write_every:
            return "get", -1, [CACHE, "present"]
        with self._lock:
            begun = self._begun
            self._begun += 1
        return "increment", begun, [CACHE, f"{self._keys}-{begun}", 1]

    def count(self, write: int, start: int, code: str | None) -> None:
        took = time.monotonic_ns() - start
        with self._lock:
            self._done += 1
            self._slowest = max(self._slowest, took)
            if code is None:
                return
            if write < 0:
                self._failed[code] += 1
            else:
                self._write_failed[code] += 1
                self._failed_numbers.append(write)

    def state(self, left: int) -> dict[str, Any]:
        with self._lock:
            return {
                "event": "state",
                "done": self._done,
                "failed": dict(self._failed),
                "write_failed": dict(self._write_failed),
                "slowest_ms": self._slowest / 1e6,
                "left": left,
            }

    def writes(self) -> dict[str, Any]:
        with self._lock:
            return {"event": "writes", "keys": self._keys, "begun": self._begun, "failed": list(self._failed_numbers)}


def run_sync(options: dict[str, Any], control: Control) -> None:
    counts = Counts()
    client: Any = None
    threads: list[threading.Thread] = []

    def call(numbers: Any, write_every: int) -> None:
        for number in numbers:
            operation, write, given = counts.arguments(number, write_every)
            start = time.monotonic_ns()
            counts.count(write, start, attempt(getattr(client, operation), given))

    for order in control.orders():
        if order["do"] == "make":
            with control.making():
                client = make(options)
        elif order["do"] == "run":
            numbers = iter(range(order["calls"]))
            threads = [
                threading.Thread(target=call, args=(numbers, order["write_every"])) for _ in range(order["callers"])
            ]
            for thread in threads:
                thread.start()
        elif order["do"] == "state":
            control.send(counts.state(left=sum(thread.is_alive() for thread in threads)))
        elif order["do"] == "writes":
            control.send(counts.writes())
        else:
            return


async def run_async(options: dict[str, Any], control: Control) -> None:
    counts = Counts()
    client: Any = None
    callers: set[asyncio.Task[None]] = set()

    async def call(numbers: Any, write_every: int) -> None:
        for number in numbers:
            operation, write, given = counts.arguments(number, write_every)
            start = time.monotonic_ns()
            counts.count(write, start, await attempt_async(getattr(client, operation), given))

    async for order in control.orders_async():
        if order["do"] == "make":
            with control.making():
                client = await make_async(options)
        elif order["do"] == "run":
            numbers = iter(range(order["calls"]))
            for _ in range(order["callers"]):
                task = asyncio.create_task(call(numbers, order["write_every"]))
                callers.add(task)
                task.add_done_callback(callers.discard)
        elif order["do"] == "state":
            control.send(counts.state(left=len(asyncio.all_tasks()) - 1))
        elif order["do"] == "writes":
            control.send(counts.writes())
        else:
            return


if __name__ == "__main__":
    run(run_sync, run_async)
