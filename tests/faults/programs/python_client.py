"""A client program of the fault lab, in Python: ours or the official package, sync or asyncio.

    python python_client.py '{"control": PORT, "package": "momento_lambda", "style": "sync", "credentials": {...}}'

The same lines of JSON over the control port as programs/node_client.mjs:

    {"do": "make"}   -> {"event": "made", "ms": how long the constructor took, "error": ...}
    {"do": "start", "workers": [{"operation": "get" | "increment", "rate": calls a second, "calls": at most}, ...]}
    {"do": "tell", "id": n, "operation": ..., "count": n, "good": bool}   -> {"event": "told", "id": n} after so many
    {"do": "stop"}   -> {"event": "records", "records": [...], "last": bool}, perhaps several
    {"do": "end"}

A record is [operation, start in ns of the monotonic clock, duration in us, error code or null, answer]: the clock is
the machine's, so the lab can tell what was before a fault and what after. Increments have a new key each.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

CACHE = "cache"
PORTION = 5000
telling: Any = None  # the module, where all is to be told (canary.py)


class Reporter:
    """Sends events, keeps the records, and tells when enough calls have ended."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._lock = threading.Lock()
        self._records: list[list[Any]] = []
        self._awaited: list[dict[str, Any]] = []
        self._next_key = 0

    def orders(self) -> Any:
        return (json.loads(line) for line in self._socket.makefile())

    def send(self, event: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(event).encode() + b"\n")

    def tell(self, order: dict[str, Any]) -> None:
        with self._lock:
            self._awaited.append(order)

    def new_key(self) -> str:
        with self._lock:
            self._next_key += 1
            return f"write-{os.getpid()}-{self._next_key}"

    def record(self, operation: str, start: int, code: str | None, answer: Any) -> None:
        duration = (time.monotonic_ns() - start) // 1000
        with self._lock:
            self._records.append([operation, start, duration, code, answer])
            for order in self._awaited:
                if order["operation"] == operation and not (order["good"] and code is not None):
                    order["count"] -= 1
            done = [order for order in self._awaited if order["count"] <= 0]
            self._awaited = [order for order in self._awaited if order["count"] > 0]
        for order in done:
            self.send({"event": "told", "id": order["id"]})

    def send_records(self) -> None:
        with self._lock:
            records, self._records = self._records, []
        for start in range(0, max(len(records), 1), PORTION):
            last = start + PORTION >= len(records)
            self.send({"event": "records", "records": records[start : start + PORTION], "last": last})


def credential_provider(package: str, given: dict[str, Any]) -> Any:
    if package == "momento_lambda":
        provider = importlib.import_module("momento_lambda").CredentialProvider
        return provider.for_momento_local(given["host"], given["port"])
    # The official SDK leaves TLS out only where a port is set, and a v1 key is the only one that takes a host beside.
    import base64
    import warnings

    key = base64.b64encode(json.dumps({"endpoint": "unused.example", "api_key": given["token"]}).encode()).decode()
    host = given["host"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        provider = importlib.import_module("momento").CredentialProvider.from_string(key, host, host, host)
    provider.port = given["port"]
    return provider


def make(options: dict[str, Any]) -> Any:
    """The client, or for asyncio what `await` gives it."""
    package, style, credentials = options["package"], options["style"], options["credentials"]
    module = importlib.import_module(package)
    if credentials["kind"] == "environment":
        shared = module.get_momento_client if style == "sync" else module.get_momento_client_async
        if "root_certificates" not in credentials:
            return shared()
        trusted = Path(credentials["root_certificates"])
        return shared(configuration=module.Configurations.Lambda.latest().with_root_certificates_pem(trusted))
    made = module.CacheClient if style == "sync" else module.CacheClientAsync
    preset = module.Configurations.Lambda.latest()
    return made.create(preset, credential_provider(package, credentials), timedelta(days=1))


def outcome(response: Any) -> tuple[str | None, Any]:
    """The error's code, or None and what an increment answered."""
    if telling is not None:
        telling.answer(response)
    error = getattr(response, "error_code", None)
    if error is not None:
        return str(error.name), None
    return None, getattr(response, "value", None)


def arguments(operation: str, reporter: Reporter) -> tuple[list[Any], str | None]:
    if operation == "get":
        return [CACHE, "present"], None
    key = reporter.new_key()
    return [CACHE, key, 1], key


def raised_by(error: Exception) -> str:
    if telling is not None:
        telling.error(error)
    return f"raised {type(error).__name__}"


def tell_of(client: Any) -> None:
    if telling is not None:
        telling.everything_of(client)


def worker(given: dict[str, Any]) -> tuple[str, Pulse, float]:
    return given["operation"], Pulse(given["rate"]), given.get("calls") or float("inf")


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


def run_sync(options: dict[str, Any], reporter: Reporter) -> None:
    client: Any = None
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def work(operation: str, pulse: Pulse, calls: float) -> None:
        while not stop.is_set() and (calls := calls - 1) >= 0:
            given, key = arguments(operation, reporter)
            start = time.monotonic_ns()
            try:
                code, answer = outcome(getattr(client, operation)(*given))
            except Exception as error:
                code, answer = raised_by(error), None
            reporter.record(operation, start, code, answer if key is None else [key, answer])
            stop.wait(pulse.pause())

    for order in reporter.orders():
        if order["do"] == "make":
            client = timed(lambda: make(options), reporter)
            tell_of(client)
        elif order["do"] == "start":
            stop.clear()
            threads = [threading.Thread(target=work, args=worker(one)) for one in order["workers"]]
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


def timed(make_it: Callable[[], Any], reporter: Reporter) -> Any:
    start = time.monotonic_ns()
    client = error = None
    try:
        client = make_it()
    except Exception as raised:
        error = type(raised).__name__
    reporter.send({"event": "made", "ms": (time.monotonic_ns() - start) / 1e6, "error": error})
    return client


async def run_async(options: dict[str, Any], reporter: Reporter) -> None:
    client: Any = None
    stop = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []
    orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for order in reporter.orders():
            if order["do"] == "tell":
                reporter.tell(order)
            else:
                loop.call_soon_threadsafe(orders.put_nowait, order)

    threading.Thread(target=read, daemon=True).start()

    async def work(operation: str, pulse: Pulse, calls: float) -> None:
        while not stop.is_set() and (calls := calls - 1) >= 0:
            given, key = arguments(operation, reporter)
            start = time.monotonic_ns()
            try:
                code, answer = outcome(await getattr(client, operation)(*given))
            except Exception as error:
                code, answer = raised_by(error), None
            reporter.record(operation, start, code, answer if key is None else [key, answer])
            await asyncio.sleep(pulse.pause())

    while True:
        order = await orders.get()
        if order["do"] == "make":
            start = time.monotonic_ns()
            error = None
            try:
                client = make(options)
                if asyncio.iscoroutine(client):
                    client = await client
            except Exception as raised:
                error = type(raised).__name__
            reporter.send({"event": "made", "ms": (time.monotonic_ns() - start) / 1e6, "error": error})
        elif order["do"] == "start":
            stop.clear()
            tasks = [asyncio.create_task(work(*worker(one))) for one in order["workers"]]
        elif order["do"] == "stop":
            stop.set()
            await asyncio.gather(*tasks)
            tell_of(client)
            reporter.send_records()
        else:
            return


def main() -> None:
    options = json.loads(sys.argv[1])
    reporter = Reporter(options["control"])
    if options["verbose"]:
        global telling
        telling = importlib.import_module("telling")
        telling.begin(options["package"])
    importlib.import_module(options["package"])
    reporter.send({"event": "up"})
    if options["style"] == "sync":
        run_sync(options, reporter)
    else:
        asyncio.run(run_async(options, reporter))
    sys.stdout.flush()
    # What a client leaves behind at exit is not measured here, and must not keep the lab waiting.
    os._exit(0)


if __name__ == "__main__":
    main()
