"""A client program of the soak, in Python: very many calls by a few callers, and nothing kept of them but counts.

    python python_soak.py '{"control": PORT, "package": "momento_lambda", "style": "sync", "credentials": {...}}'

The same lines of JSON over the control port as programs/node_soak.mjs:

    {"do": "make"}   -> {"event": "made", ...} as in python_client.py
    {"do": "run", "calls": n, "callers": n, "write_every": n}   each n-th call is an increment with a key of its own
    {"do": "state"}  -> {"event": "state", "done": n, "writes": n, "failed": {code: n}, "write_failed": {code: n},
                         "slowest_ms": n, "keys": PREFIX, "left": what the runtime has under way}
    {"do": "end"}

Keys are numbered, PREFIX-0 and so on, one number for each increment begun.
"""

from __future__ import annotations

import asyncio
import collections
import importlib
import itertools
import json
import os
import sys
import threading
import time
from typing import Any

from python_client import CACHE, Reporter, make, outcome, timed


class Counts:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = 0
        self.slowest = 0
        self.failed: collections.Counter[str] = collections.Counter()
        self.write_failed: collections.Counter[str] = collections.Counter()
        self.writes = itertools.count()
        self.writes_begun = 0
        self.keys = f"write-{os.getpid()}"

    def arguments(self, number: int, write_every: int) -> tuple[str, list[Any]]:
        if number % write_every:
            return "get", [CACHE, "present"]
        with self.lock:
            self.writes_begun = next(self.writes) + 1
            return "increment", [CACHE, f"{self.keys}-{self.writes_begun - 1}", 1]

    def count(self, operation: str, start: int, code: str | None) -> None:
        took = time.monotonic_ns() - start
        with self.lock:
            self.done += 1
            self.slowest = max(self.slowest, took)
            if code is not None:
                (self.failed if operation == "get" else self.write_failed)[code] += 1

    def state(self, left: int) -> dict[str, Any]:
        with self.lock:
            return {
                "event": "state",
                "done": self.done,
                "writes": self.writes_begun,
                "failed": dict(self.failed),
                "write_failed": dict(self.write_failed),
                "slowest_ms": self.slowest / 1e6,
                "keys": self.keys,
                "left": left,
            }


def run_sync(options: dict[str, Any], reporter: Reporter) -> None:
    counts = Counts()
    client: Any = None
    threads: list[threading.Thread] = []

    def call(numbers: Any, write_every: int) -> None:
        for number in numbers:
            operation, given = counts.arguments(number, write_every)
            start = time.monotonic_ns()
            try:
                code, _ = outcome(getattr(client, operation)(*given))
            except Exception as error:
                code = f"raised {type(error).__name__}"
            counts.count(operation, start, code)

    for order in reporter.orders():
        if order["do"] == "make":
            client = timed(lambda: make(options), reporter)
        elif order["do"] == "run":
            numbers = iter(range(order["calls"]))
            threads = [
                threading.Thread(target=call, args=(numbers, order["write_every"])) for _ in range(order["callers"])
            ]
            for thread in threads:
                thread.start()
        elif order["do"] == "state":
            reporter.send(counts.state(left=sum(thread.is_alive() for thread in threads)))
        else:
            return


async def run_async(options: dict[str, Any], reporter: Reporter) -> None:
    counts = Counts()
    client: Any = None
    orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    callers: set[asyncio.Task[None]] = set()

    def read() -> None:
        for order in reporter.orders():
            loop.call_soon_threadsafe(orders.put_nowait, order)

    threading.Thread(target=read, daemon=True).start()

    async def call(numbers: Any, write_every: int) -> None:
        for number in numbers:
            operation, given = counts.arguments(number, write_every)
            start = time.monotonic_ns()
            try:
                code, _ = outcome(await getattr(client, operation)(*given))
            except Exception as error:
                code = f"raised {type(error).__name__}"
            counts.count(operation, start, code)

    while True:
        order = await orders.get()
        if order["do"] == "make":
            client = timed(lambda: make(options), reporter)
        elif order["do"] == "run":
            numbers = iter(range(order["calls"]))
            for _ in range(order["callers"]):
                task = asyncio.create_task(call(numbers, order["write_every"]))
                callers.add(task)
                task.add_done_callback(callers.discard)
        elif order["do"] == "state":
            reporter.send(counts.state(left=len(asyncio.all_tasks()) - 1))
        else:
            return


def main() -> None:
    options = json.loads(sys.argv[1])
    reporter = Reporter(options["control"])
    importlib.import_module(options["package"])
    reporter.send({"event": "up"})
    if options["style"] == "sync":
        run_sync(options, reporter)
    else:
        asyncio.run(run_async(options, reporter))
    os._exit(0)


if __name__ == "__main__":
    main()
