"""What the programs in Python share: the task, the client under test and the clock.

A program is given whose package it is to use, "ours" or "official", and a task as one JSON object; it prints one JSON
document. Beside them, node.mjs and ../baseline take the same tasks:

    {"task": "latency", "operations": ["get", "set"], "size": bytes, "warmup": calls, "calls": calls}
        -> {"get": [microseconds of each call], "set": [...]}
    {"task": "throughput", "size": bytes, "in_flight": [n, ...], "warmup": calls, "seconds": s}
        -> [{"in_flight": n, "per_second": calls, "latencies": [microseconds of each call]}, ...]
    {"task": "values", "sizes": [[bytes, calls], ...]}
        -> [{"size": bytes, "set": [microseconds], "get": [...]}, ...]
    {"task": "collections", "batch": items, "size": bytes, "list": name, "dictionary": name, "elements": n,
     "warmup": calls, "calls": calls}
        -> {"set_batch": [microseconds], "get_batch", "list_fetch", "dictionary_fetch"}; what is null the package hasn't

Some tasks have more fields, which stand where they are read. Every get checks what it found, and reads it, as bytes.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

CACHE = "cache"
KEY = "key"
TTL = timedelta(hours=1)
# Of all subjects: 10,000 calls at once must not run into the preset's 1.1 s.
DEADLINE = timedelta(minutes=1)
PACKAGES = {"ours": "momento_lambda", "official": "momento"}


class WrongAnswer(Exception):
    """A call found something else than was stored."""


def arguments() -> tuple[str, dict[str, Any]]:
    """Whose package, and the task."""
    return sys.argv[1], json.loads(sys.argv[2])


def settings(whose: str) -> tuple[Any, Any, Any]:
    """The package, and the configuration and credentials for its clients: the preset for Lambda, one connection."""
    package = importlib.import_module(PACKAGES[whose])
    configuration = package.Configurations.Lambda.latest().with_client_timeout(DEADLINE)
    endpoint = os.environ["BENCH_ENDPOINT"]
    if whose == "ours":
        return package, configuration, package.CredentialProvider.from_api_key_v2(os.environ["BENCH_KEY"], endpoint)
    # The official package speaks plaintext only through its local provider, which sends no key.
    place = urlsplit(endpoint)
    return package, configuration, package.CredentialProvider.for_momento_local(place.hostname, place.port)


def check(found: int, wanted: int) -> None:
    if found != wanted:
        raise WrongAnswer(f"{found} bytes or elements, {wanted} were wanted")


def value_of(response: Any, size: int) -> None:
    """Of a hit; anything else has no such attribute."""
    check(len(response.value_bytes), size)


def stored(response: Any) -> None:
    """A set's answer, or a batch's."""
    if type(response).__name__ != "Success":
        raise WrongAnswer(str(response))


def measured(calls: Sequence[tuple[int, int]], in_flight: int, task: Mapping[str, Any]) -> dict[str, Any]:
    """Of a closed loop, whose calls are given as start and end in ns: those after the warm-up, for the time wanted, but
    at least one from each worker."""
    by_end = sorted(calls, key=lambda call: call[1])
    first = task["warmup"]
    opened = by_end[first - 1][1]
    last = first
    while last < len(by_end) and not closes(last, by_end[last][1] - opened, in_flight, task):
        last += 1
    window = by_end[first:last]
    seconds = (window[-1][1] - opened) / 1e9
    latencies = [round((ended - begun) / 1000, 2) for begun, ended in window]
    return {"in_flight": in_flight, "per_second": len(window) / seconds, "latencies": latencies}


def closes(finished: int, nanoseconds: int, in_flight: int, task: Mapping[str, Any]) -> bool:
    """Whether a loop has measured enough: so many calls have ended, so long after the warm-up's last."""
    return bool(finished >= task["warmup"] + in_flight and nanoseconds >= task["seconds"] * 1e9)


def items(task: Mapping[str, Any]) -> dict[str, bytes]:
    return {f"batch-{number}": b"v" * task["size"] for number in range(task["batch"])}


def timed(warm: int, calls: int, call: Callable[[], object]) -> list[float]:
    """Calls one after the other; -> the microseconds of each after the warm-up."""
    clock = time.perf_counter_ns
    taken = []
    for _ in range(warm + calls):
        begun = clock()
        call()
        taken.append(clock() - begun)
    return [nanoseconds / 1000 for nanoseconds in taken[warm:]]


def tell(figures: object) -> None:
    print(json.dumps(figures))
