"""The programs that the loops are measured with, asked for one task at a time, and in turn.

Problem: a machine that is shared has slow minutes. Choice: the subjects take turns, each in a fresh process, and the
order is rotated from turn to turn, so that none always comes first.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from lab import NODE, PROGRAMS, PYTHON, ROOT, BenchError, Lab
from row import BARE, FLOOR, OFFICIAL, OURS

BASELINE = ROOT / "target" / "bench" / "release" / "momento-bench-baseline"
SYNC, ASYNCIO, UVLOOP, NODE_JS = "Python sync", "Python asyncio", "Python uvloop", "Node"
# Who is measured in each language, and below all of them.
WHOSE = (OURS, OFFICIAL)
VALUE_BYTES = 100

Key = TypeVar("Key", bound=Hashable)
Figures = TypeVar("Figures")


class Missing(Exception):
    """A program can't do the task here; the text says why."""


def ask(lab: Lab, host: str, subject: str, task: Mapping[str, Any], more: Mapping[str, str] | None = None) -> Any:
    """One fresh process of the subject; -> its answer, as programs/tasks.py has it."""
    if host == UVLOOP:
        task = {**task, "loop": "uvloop"}
    answer = json.loads(lab.run([*command(host, subject), json.dumps(task)], more))
    if isinstance(answer, dict) and "missing" in answer:
        raise Missing(answer["missing"])
    return answer


def command(host: str, subject: str) -> list[str]:
    if subject in (BARE, FLOOR):
        if not BASELINE.is_file():
            raise BenchError(f"{BASELINE.relative_to(ROOT)} is missing: `make bench` builds it")
        return [str(BASELINE)]
    if host == NODE_JS:
        return [NODE, str(PROGRAMS / "node.mjs"), subject]
    program = "python.py" if host == SYNC else "python_async.py"
    return [PYTHON[subject], str(PROGRAMS / program), subject]


def interleaved(name: str, jobs: Mapping[Key, Callable[[], Figures]], turns: int) -> dict[Key, list[Figures]]:
    """Every job once a turn; -> what each gave, turn by turn."""
    figures: dict[Key, list[Figures]] = {key: [] for key in jobs}
    keys = list(jobs)
    for turn in range(turns):
        print(f"{name}: turn {turn + 1} of {turns}", file=sys.stderr, flush=True)
        first = turn % len(keys)
        for key in keys[first:] + keys[:first]:
            figures[key].append(jobs[key]())
    return figures


def keys(host: str, subjects: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The jobs of a language's row: what is below the languages is the same for all, under no language's name."""
    return {subject: (host if subject in WHOSE else "", subject) for subject in subjects}


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that so many percent are not above."""
    return sorted(samples)[max(math.ceil(len(samples) * percent / 100), 1) - 1]
