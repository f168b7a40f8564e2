"""The sync client in Python, ours or the official one: one call at a time, or one from each of several threads.

python python.py ours|official TASK     see tasks.py; of its own:

{"task": "threads", "size": bytes, "threads": n, "warmup": calls, "seconds": s}   -> as one of throughput's
"""

from __future__ import annotations

import threading
import time
from typing import Any

from tasks import (
    CACHE,
    KEY,
    TTL,
    arguments,
    check,
    closes,
    items,
    measured,
    settings,
    stored,
    tell,
    timed,
    value_of,
)


def latency(client: Any, task: dict[str, Any]) -> object:
    size = task["size"]
    value = b"v" * size
    stored(client.set(CACHE, KEY, value))
    calls = {
        "get": lambda: value_of(client.get(CACHE, KEY), size),
        "set": lambda: stored(client.set(CACHE, KEY, value)),
    }
    return {name: timed(task["warmup"], task["calls"], calls[name]) for name in task["operations"]}


def threads(client: Any, task: dict[str, Any]) -> object:
    size, count = task["size"], task["threads"]
    stored(client.set(CACHE, KEY, b"v" * size))
    clock = time.perf_counter_ns
    lists: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    opened: list[int] = []
    first = task["warmup"]
    closed = threading.Event()

    def work(calls: list[tuple[int, int]]) -> None:
        while not closed.is_set():
            begun = clock()
            value_of(client.get(CACHE, KEY), size)
            ended = clock()
            calls.append((begun, ended))
            finished = sum(map(len, lists))
            if finished >= first and not opened:
                opened.append(ended)
            if opened and closes(finished, ended - opened[0], count, task):
                closed.set()

    workers = [threading.Thread(target=work, args=(calls,)) for calls in lists]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return measured([call for calls in lists for call in calls], count, task)


def values(client: Any, task: dict[str, Any]) -> object:
    figures = []
    for size, calls in task["sizes"]:
        value = b"v" * size
        warm = -(-calls // 5)
        put = timed(warm, calls, lambda: stored(client.set(CACHE, "value", value)))  # noqa: B023  called in this round
        got = timed(warm, calls, lambda: value_of(client.get(CACHE, "value"), size))  # noqa: B023
        figures.append({"size": size, "set": put, "get": got})
    return figures


def fill(client: Any, task: dict[str, Any]) -> object:
    """Stores the list and the dictionary that `collections` fetches, in pieces below any limit of a message."""
    piece = 20_000
    for start in range(0, task["elements"], piece):
        numbers = range(start, min(start + piece, task["elements"]))
        pushed = client.list_concatenate_back(CACHE, task["list"], [b"element-%06d" % number for number in numbers])
        stored(pushed)
        fields = {f"field-{number:06}": b"value-%06d" % number for number in numbers}
        stored(client.dictionary_set_fields(CACHE, task["dictionary"], fields))
    return {}


def collections(client: Any, task: dict[str, Any]) -> object:
    batch = items(task)
    keys = list(batch)
    calls = {
        "set_batch": lambda: stored(client.set_batch(CACHE, batch)),
        "get_batch": lambda: check(len(client.get_batch(CACHE, keys).value_dictionary_string_bytes), len(keys)),
        "list_fetch": lambda: check(len(client.list_fetch(CACHE, task["list"]).value_list_bytes), task["elements"]),
        "dictionary_fetch": lambda: check(
            len(client.dictionary_fetch(CACHE, task["dictionary"]).value_dictionary_string_bytes), task["elements"]
        ),
    }
    return {
        name: timed(task["warmup"], task["calls"], call) if hasattr(client, name) else None
        for name, call in calls.items()
    }


TASKS = {"latency": latency, "threads": threads, "values": values, "collections": collections, "fill": fill}


def main() -> None:
    whose, task = arguments()
    package, configuration, credentials = settings(whose)
    with package.CacheClient(configuration, credentials, TTL) as client:
        tell(TASKS[task["task"]](client, task))


if __name__ == "__main__":
    main()
