"""Get and set of 100 bytes at one in flight: how long a caller waits.

The bare crate and the floor are the same for all three languages. The floor is a ping-pong over TCP of as many bytes as
the call has on the wire, which wire.py counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from clients import ASYNCIO, NODE_JS, SYNC, VALUE_BYTES, WHOSE, ask, interleaved, keys, percentile
from lab import Lab, Options
from row import BARE, FLOOR, OFFICIAL, SUBJECTS, Budget, Row
from wire import Traffic, exchanges

SECTION = "latency"
HOSTS = (SYNC, ASYNCIO, NODE_JS)
OPERATIONS = ("get", "set")
PERCENTS = (50, 90, 99, 99.9)
BUDGETS: Mapping[tuple[str, str, float], Sequence[Budget]] = {
    ("get", SYNC, 50): (
        Budget(at_most=1.05, of=BARE),
        Budget(at_most=1.5, of=FLOOR),
        Budget(at_most=1 / 2.5, of=OFFICIAL),
    )
}


def measure(lab: Lab, options: Options) -> list[Row]:
    wire = exchanges(lab)
    warmup, calls = (100, 500) if options.quick else (1000, 5000)
    task = {"task": SECTION, "operations": OPERATIONS, "size": VALUE_BYTES, "warmup": warmup, "calls": calls}
    jobs: dict[tuple[str, str], Callable[[], Mapping[str, Sequence[float]]]] = {
        (host, subject): partial(ask, lab, host, subject, task) for host in HOSTS for subject in WHOSE
    }
    jobs["", BARE] = partial(ask, lab, "", BARE, task)
    jobs["", FLOOR] = partial(ask, lab, "", FLOOR, floor_task(wire, warmup, calls))
    # The kernel keeps a process and the server on two cores or moves them: medians of five turns differ by a tenth.
    figures = interleaved(SECTION, jobs, options.turns if options.quick else 2 * options.turns)
    return [
        row_of(operation, host, percent, figures, wire[operation])
        for operation in OPERATIONS
        for host in HOSTS
        for percent in PERCENTS
    ]


def floor_task(wire: Mapping[str, Traffic], warmup: int, calls: int) -> dict[str, Any]:
    return {
        "task": "floor",
        "exchanges": [(operation, wire[operation].out, wire[operation].back, warmup, calls) for operation in wire],
    }


def row_of(
    operation: str,
    host: str,
    percent: float,
    figures: Mapping[tuple[str, str], Sequence[Mapping[str, Sequence[float]]]],
    traffic: Traffic,
) -> Row:
    return Row(
        section=SECTION,
        name=f"{operation}, 1 in flight, {host}",
        figure=f"p{percent:g}",
        unit="us",
        values={
            subject: [percentile(turn[operation], percent) for turn in figures[key]]
            for subject, key in keys(host, SUBJECTS).items()
        },
        budgets=BUDGETS.get((operation, host, percent), ()),
        notes={
            BARE: "the momento crate on a current-thread runtime",
            FLOOR: f"TCP ping-pong, {traffic.out} bytes out and {traffic.back} back, as counted of our {operation}",
        },
    )


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """A curve over the percentiles for each subject, a picture a language."""
    from plot import curves

    pictures = {}
    for host in HOSTS:
        mine = [row for row in rows if row.name == f"get, 1 in flight, {host}"]
        series = {
            subject: [(float(row.figure[1:]), row.median(subject)) for row in mine]
            for subject in SUBJECTS
            if mine and mine[0].values.get(subject)
        }
        file = f"latency-{host.lower().replace(' ', '-')}.svg"
        pictures[file] = curves(f"get of 100 bytes, one in flight, {host}", "microseconds", series)
    return pictures
