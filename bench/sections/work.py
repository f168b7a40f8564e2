"""What a call costs that no neighbour changes: instructions, allocations and system calls.

Of a get that hits and of a set of 100 bytes, one at a time. Each figure is the difference of two whole runs, one with
twice as many calls, over the number of calls more: see work/counters.py. Instructions are those of user mode, of all
threads of the client; the kernel's work shows in the number of system calls. Python's own small objects come from its
own allocator and are not among the allocations; nor are JavaScript's objects.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from lab import Lab, Options
from row import OFFICIAL, Row
from work import counters
from work.counters import Counter, Counts
from work.subjects import Work, works

UNITS = {"instructions": "instructions", "allocations": "calls", "bytes allocated": "B", "system calls": "calls"}
# They repeat: more turns would tell no more.
TURNS = 3
# The official packages do seven to thirty times the work; under callgrind a turn of theirs takes minutes. They get one,
# with a part of the calls: their figures are rougher than ours, and have no spread.
FEWER = 5
# So that the order of a dictionary's items, and with it the work, is the same in each run of Python.
STEADY = {"PYTHONHASHSEED": "0"}
# operation, figure, subject -> a value a turn.
Values = dict[tuple[str, str, str], list[float]]


def measure(lab: Lab, options: Options) -> list[Row]:
    environment = {**lab.environment, **STEADY}
    turns = 1 if options.quick else min(TURNS, options.turns)
    rows = []
    with ExitStack() as stack:
        tools = counting_tools(stack)
        for work in works():
            values: Values = {}
            for turn in range(turns):
                for subject, command in work.commands.items():
                    if turn == 0 or subject != OFFICIAL:
                        count_into(values, tools, work, subject, command, environment, options.quick)
            rows += rows_of(work, values)
    return rows


def plots(rows: Sequence[Row]) -> dict[str, str]:
    """Counts are a table, not a picture."""
    return {}


def counting_tools(stack: ExitStack) -> list[Counter]:
    """Those that this machine has; what is missing is said."""
    tools = []
    for make in (counters.instructions, counters.system_calls, lambda: stack.enter_context(counters.Allocations())):
        try:
            tools.append(make())
        except counters.Unavailable as missing:
            print(f"bench: NOT COUNTED: {missing}", file=sys.stderr, flush=True)
    return tools


def count_into(
    values: Values,
    tools: Sequence[Counter],
    work: Work,
    subject: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    quick: bool = False,
) -> None:
    """One turn of one subject."""
    calls = work.gets_and_sets
    if quick or subject == OFFICIAL:
        calls //= FEWER
    # The first run after an installation compiles byte code, which the second does not.
    counters.run([*command, "1", "1"], environment)
    for tool in tools:
        for operation, counts in per_call(tool, command, calls, environment).items():
            for figure in UNITS.keys() & counts.keys():
                values.setdefault((operation, figure, subject), []).append(counts[figure])


def per_call(
    counter: Counter, command: Sequence[str], calls: int, environment: Mapping[str, str]
) -> Mapping[str, Counts]:
    """The figures of one get and of one set."""
    fewer, more = str(calls), str(2 * calls)
    few = counter([*command, fewer, fewer], environment)
    many = {
        "get": counter([*command, more, fewer], environment),
        "set": counter([*command, fewer, more], environment),
    }
    return {
        operation: {name: (count - few.get(name, 0.0)) / calls for name, count in counts.items()}
        for operation, counts in many.items()
    }


def rows_of(work: Work, values: Values) -> list[Row]:
    keys = sorted({key[:2] for key in values}, key=lambda key: (key[0], list(UNITS).index(key[1])))
    return [
        Row(
            section="work",
            name=f"{operation}, {work.name}",
            figure=figure,
            unit=UNITS[figure],
            values={
                subject: values[operation, figure, subject]
                for subject in work.commands
                if (operation, figure, subject) in values
            },
        )
        for operation, figure in keys
    ]
