"""Gets of 100 bytes in closed loops of 1 to 10,000 workers over one connection: calls a second.

The bare crate is measured on both of tokio's runtimes; a row takes the one that did better at that number in flight,
and says which. Threads share one sync client.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from clients import ASYNCIO, NODE_JS, SYNC, UVLOOP, VALUE_BYTES, WHOSE, Missing, ask, interleaved, percentile
from lab import Lab, Options
from row import BARE, OFFICIAL, OURS, SUBJECTS, Budget, Row

SECTION = "throughput"
HOSTS = (ASYNCIO, UVLOOP, NODE_JS)
IN_FLIGHT = (1, 10, 100, 1000, 10_000)
RUNTIMES = ("current_thread", "multi_thread")
THREADS = 8
# Where the budgets are, and the slowest calls are looked at.
BUSY = 100
BUDGETS: Mapping[tuple[str, str], Sequence[Budget]] = {
    (ASYNCIO, "op/s"): (Budget(at_least=4, of=OFFICIAL), Budget(at_least=0.5, of=BARE)),
    (NODE_JS, "op/s"): (Budget(at_least=5, of=OFFICIAL), Budget(at_least=0.5, of=BARE)),
    (NODE_JS, "p99"): (Budget(at_most=1 / 5, of=OFFICIAL),),
}


@dataclasses.dataclass(frozen=True)
class Turn:
    """One answer: the figures for each number in flight, or why there are none."""

    figures: Sequence[Mapping[str, Any]] = ()
    missing: str = ""


def measure(lab: Lab, options: Options) -> list[Row]:
    length = {"warmup": 200, "seconds": 0.1} if options.quick else {"warmup": 1000, "seconds": 0.4}
    # The official packages take half a minute for the most.
    numbers = IN_FLIGHT[:-1] if options.quick else IN_FLIGHT
    task = {"task": SECTION, "size": VALUE_BYTES, "in_flight": numbers, **length}
    threads = {"task": "threads", "size": VALUE_BYTES, "threads": THREADS, **length}
    jobs: dict[tuple[str, str], Callable[[], Turn]] = {
        (host, subject): partial(loops, lab, host, subject, task) for host in HOSTS for subject in WHOSE
    }
    for runtime in RUNTIMES:
        jobs[runtime, BARE] = partial(loops, lab, runtime, BARE, {**task, "runtime": runtime})
    for subject in WHOSE:
        jobs[SYNC, subject] = partial(loops, lab, SYNC, subject, threads)
    figures = interleaved(SECTION, jobs, options.turns)
    rows = []
    for host in HOSTS:
        for number, in_flight in enumerate(numbers):
            rows += rows_of(host, f"get, {in_flight:,} in flight, {host}", number, figures)
    return rows + rows_of(SYNC, f"get, {THREADS} threads, one client, {SYNC}", 0, figures)


def loops(lab: Lab, host: str, subject: str, task: Mapping[str, Any]) -> Turn:
    try:
        answer = ask(lab, host, subject, task)
    except Missing as why:
        return Turn(missing=str(why))
    return Turn(answer if isinstance(answer, list) else [answer])


def rows_of(host: str, name: str, number: int, figures: Mapping[tuple[str, str], Sequence[Turn]]) -> list[Row]:
    """Calls a second and, where it is busy, p99, at one number in flight: the number-th of the answers'."""
    keys = {subject: (host, subject) for subject in WHOSE}
    notes = {}
    if host != SYNC:
        runtime = better_runtime(number, figures)
        keys[BARE] = (runtime, BARE)
        notes[BARE] = f"the better of the crate's runtimes here, {runtime}"
    notes.update({subject: figures[key][0].missing for subject, key in keys.items() if figures[key][0].missing})
    there = {
        subject: [turn.figures[number] for turn in figures[key]]
        for subject, key in keys.items()
        if not figures[key][0].missing
    }
    busy = host == SYNC or IN_FLIGHT[number] == BUSY
    rates = {subject: [float(turn["per_second"]) for turn in turns] for subject, turns in there.items()}
    slowest = {subject: [percentile(turn["latencies"], 99) for turn in turns] for subject, turns in there.items()}
    shown = [("op/s", "op/s", rates), ("p99", "us", slowest)]
    return [
        Row(SECTION, name, figure, unit, values, BUDGETS.get((host, figure), ()) if busy else (), notes)
        for figure, unit, values in (shown if busy else shown[:1])
    ]


def better_runtime(number: int, figures: Mapping[tuple[str, str], Sequence[Turn]]) -> str:
    def rate(runtime: str) -> float:
        return statistics.median(float(turn.figures[number]["per_second"]) for turn in figures[runtime, BARE])

    return max(RUNTIMES, key=rate)


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Calls a second over the number in flight, a picture a language."""
    from plot import lines

    pictures = {}
    for host in HOSTS:
        mine = [
            (in_flight, row)
            for in_flight in IN_FLIGHT
            for row in rows
            if row.name == f"get, {in_flight:,} in flight, {host}" and row.figure == "op/s" and row.values.get(OURS)
        ]
        series = {
            subject: [(float(in_flight), row.median(subject)) for in_flight, row in mine if row.values.get(subject)]
            for subject in SUBJECTS
        }
        series = {subject: points for subject, points in series.items() if points}
        if series:
            file = f"throughput-{host.lower().replace(' ', '-')}.svg"
            title = f"get of 100 bytes, one connection, {host}"
            pictures[file] = lines(title, "calls in flight", "calls a second", series, logarithmic_x=True)
    return pictures
