"""The asyncio client in Python, ours or the official one: one call at a time, or many workers on one loop.

python python_async.py ours|official TASK     see tasks.py; of its own:

{..., "loop": "asyncio" | "uvloop"}   -> {"missing": why} where that loop is not installed
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import time
from collections.abc import Awaitable, Callable
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
    value_of,
)


async def timed_async(warm: int, calls: int, call: Callable[[], Awaitable[object]]) -> list[float]:
    clock = time.perf_counter_ns
    taken = []
    for _ in range(warm + calls):
        begun = clock()
        await call()
        taken.append(clock() - begun)
    return [nanoseconds / 1000 for nanoseconds in taken[warm:]]


async def latency(client: Any, task: dict[str, Any]) -> object:
    size = task["size"]
    value = b"v" * size

    async def get() -> None:
        value_of(await client.get(CACHE, KEY), size)

    async def put() -> None:
        stored(await client.set(CACHE, KEY, value))

    await put()
    calls = {"get": get, "set": put}
    return {name: await timed_async(task["warmup"], task["calls"], calls[name]) for name in task["operations"]}


async def throughput(client: Any, task: dict[str, Any]) -> object:
    stored(await client.set(CACHE, KEY, b"v" * task["size"]))
    return [await loop_of(client, in_flight, task) for in_flight in task["in_flight"]]


async def loop_of(client: Any, in_flight: int, task: dict[str, Any]) -> dict[str, Any]:
    """A closed loop: each worker begins its next call when the last has been answered."""
    size, first = task["size"], task["warmup"]
    clock = time.perf_counter_ns
    calls: list[tuple[int, int]] = []
    opened, closed = 0, False

    async def work() -> None:
        nonlocal opened, closed
        while not closed:
            begun = clock()
            value_of(await client.get(CACHE, KEY), size)
            ended = clock()
            calls.append((begun, ended))
            finished = len(calls)
            if finished == first:
                opened = ended
            if finished > first and closes(finished, ended - opened, in_flight, task):
                closed = True

    await asyncio.gather(*(work() for _ in range(in_flight)))
    return measured(calls, in_flight, task)


async def values(client: Any, task: dict[str, Any]) -> object:
    figures = []
    for size, calls in task["sizes"]:
        value = b"v" * size
        warm = -(-calls // 5)

        async def put(value: bytes = value) -> None:
            stored(await client.set(CACHE, "value", value))

        async def get(size: int = size) -> None:
            value_of(await client.get(CACHE, "value"), size)

        figures.append(
            {"size": size, "set": await timed_async(warm, calls, put), "get": await timed_async(warm, calls, get)}
        )
    return figures


async def collections(client: Any, task: dict[str, Any]) -> object:
    batch = items(task)
    keys = list(batch)

    async def set_batch() -> None:
        stored(await client.set_batch(CACHE, batch))

    async def get_batch() -> None:
        check(len((await client.get_batch(CACHE, keys)).value_dictionary_string_bytes), len(keys))

    async def list_fetch() -> None:
        check(len((await client.list_fetch(CACHE, task["list"])).value_list_bytes), task["elements"])

    async def dictionary_fetch() -> None:
        found = await client.dictionary_fetch(CACHE, task["dictionary"])
        check(len(found.value_dictionary_string_bytes), task["elements"])

    return {
        call.__name__: await timed_async(task["warmup"], task["calls"], call)
        if hasattr(client, call.__name__)
        else None
        for call in (set_batch, get_batch, list_fetch, dictionary_fetch)
    }


TASKS = {"latency": latency, "throughput": throughput, "values": values, "collections": collections}


async def measure(whose: str, task: dict[str, Any]) -> Any:
    package, configuration, credentials = settings(whose)
    async with package.CacheClientAsync(configuration, credentials, TTL) as client:
        return await TASKS[task["task"]](client, task)


def main() -> None:
    whose, task = arguments()
    if task.get("loop", "asyncio") == "asyncio":
        tell(asyncio.run(measure(whose, task)))
    elif importlib.util.find_spec("uvloop") is None:
        tell({"missing": "uvloop is not installed"})
    else:
        # Not `run`, which the oldest Python's uvloop lacks.
        importlib.import_module("uvloop").install()
        tell(asyncio.run(measure(whose, task)))


if __name__ == "__main__":
    main()
