"""Values from 100 bytes to 5 MB, batches of 1,000 and collections of 100,000 elements, one call at a time.

A value's rate is its size over the median time. The largest is 5,000,000 bytes: an item may have no more than 5 MB, and
the official package's messages for Python no more than 5,243,000 bytes. A process takes all sizes, the smallest first,
since a large value costs what the allocator makes of it after others, and few functions have but one size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from clients import ASYNCIO, NODE_JS, SYNC, VALUE_BYTES, WHOSE, ask, interleaved, keys, percentile
from lab import Lab, Options
from row import BARE, FLOOR, OFFICIAL, OURS, SUBJECTS, Row
from wire import Traffic, exchanges

SECTION = "values"
HOSTS = (SYNC, ASYNCIO, NODE_JS)
# Bytes of a value; its name; calls a turn.
SIZES = (
    (100, "100 B", 1000),
    (1000, "1 kB", 1000),
    (10_000, "10 kB", 500),
    (100_000, "100 kB", 200),
    (1_000_000, "1 MB", 40),
    (5_000_000, "5 MB", 10),
)
BATCH, ELEMENTS = 1000, 100_000
COLLECTIONS = {
    "get_batch": f"get_batch of {BATCH:,}",
    "set_batch": f"set_batch of {BATCH:,}",
    "list_fetch": f"list_fetch of {ELEMENTS:,}",
    "dictionary_fetch": f"dictionary_fetch of {ELEMENTS:,}",
}
STORED = {"list": "list", "dictionary": "dictionary", "elements": ELEMENTS}


def measure(lab: Lab, options: Options) -> list[Row]:
    return [*of_sizes(lab, options), *of_collections(lab, options)]


def of_sizes(lab: Lab, options: Options) -> list[Row]:
    wire = exchanges(lab)
    sizes = [(size, max(calls // 10, 2) if options.quick else calls) for size, _, calls in SIZES]
    task = {"task": SECTION, "sizes": sizes}
    jobs = of_all(lab, task)
    jobs["", FLOOR] = partial(floor, lab, wire, sizes)
    figures = interleaved(SECTION, jobs, options.turns)
    rows = []
    for operation in ("get", "set"):
        for number, (size, name, _) in enumerate(SIZES):
            for host in HOSTS:
                times = {
                    subject: [percentile(turn[number][operation], 50) for turn in figures[key]]
                    for subject, key in keys(host, SUBJECTS).items()
                }
                rates = {subject: [size / time for time in values] for subject, values in times.items()}
                row = partial(Row, SECTION, f"{operation}, {name}, {host}")
                rows += [row("p50", "us", times), row("rate", "MB/s", rates)]
    return rows


def floor(lab: Lab, wire: Mapping[str, Traffic], sizes: Iterable[tuple[int, int]]) -> list[dict[str, Any]]:
    """The ping-pong of each size. Beyond what a call of VALUE_BYTES has, a larger value adds about its own bytes."""
    exchanges_of: list[tuple[str, int, int, int, int]] = []
    for size, calls in sizes:
        more, warmup = size - VALUE_BYTES, -(-calls // 5)
        exchanges_of.append((f"get {size}", wire["get"].out, wire["get"].back + more, warmup, calls))
        exchanges_of.append((f"set {size}", wire["set"].out + more, wire["set"].back, warmup, calls))
    answer = ask(lab, "", FLOOR, {"task": "floor", "exchanges": exchanges_of})
    return [{"size": size, "get": answer[f"get {size}"], "set": answer[f"set {size}"]} for size, _ in sizes]


def of_collections(lab: Lab, options: Options) -> list[Row]:
    ask(lab, SYNC, OURS, {"task": "fill", **STORED})
    length = {"warmup": 1, "calls": 2 if options.quick else 5}
    task = {"task": "collections", "batch": BATCH, "size": VALUE_BYTES, **STORED, **length}
    figures = interleaved(f"{SECTION}, collections", of_all(lab, task), options.turns)
    rows = []
    for call, name in COLLECTIONS.items():
        for host in HOSTS:
            asked = keys(host, (OURS, OFFICIAL, BARE))
            answers = {subject: [turn[call] for turn in figures[key]] for subject, key in asked.items()}
            there = {subject: turns for subject, turns in answers.items() if None not in turns}
            values = {subject: [percentile(times, 50) / 1000 for times in turns] for subject, turns in there.items()}
            notes = {subject: "not supported" for subject in answers if subject not in there}
            rows.append(Row(SECTION, f"{name}, {host}", "p50", "ms", values, notes=notes))
    return rows


def of_all(lab: Lab, task: Mapping[str, Any]) -> dict[tuple[str, str], Callable[[], Any]]:
    jobs: dict[tuple[str, str], Callable[[], Any]] = {
        (host, subject): partial(ask, lab, host, subject, task) for host in HOSTS for subject in WHOSE
    }
    jobs["", BARE] = partial(ask, lab, "", BARE, task)
    return jobs


def plots(rows: Sequence[Row]) -> dict[str, str]:
    return {}
