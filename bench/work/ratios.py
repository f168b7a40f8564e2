"""The two times that a change is held to: a synchronous get in Python beside the official package's, and beside the
momento crate's, in programs that take turns.

A ratio is taken turn by turn, and the median of them is what counts: a busy moment is in both. The turns are short, so
that it is.
"""

from __future__ import annotations

import statistics
import subprocess
from collections.abc import Mapping, Sequence

from lab import PYTHON
from row import BARE, OFFICIAL, OURS

from work.subjects import HERE, build

TURNS = 15
CALLS = 1_000
RUN_SECONDS = 60.0
# The work that the rows are of.
RATIOS = "Python sync"


def ratios(environment: Mapping[str, str]) -> Mapping[str, float]:
    """By the name of the row in the table of the check."""
    program = str(HERE / "latency.py")
    commands = {
        OURS: [PYTHON[OURS], program, "momento_lambda"],
        OFFICIAL: [PYTHON[OFFICIAL], program, "momento"],
        BARE: [build("bare"), "latency"],
    }
    turns = [{subject: p50(command, environment) for subject, command in commands.items()} for _ in range(TURNS)]
    return {
        f"get, {RATIOS}: p50, ours / {of}": statistics.median(turn[OURS] / turn[of] for turn in turns)
        for of in (OFFICIAL, BARE)
    }


def p50(command: Sequence[str], environment: Mapping[str, str]) -> float:
    done = subprocess.run(
        [*command, str(CALLS)],
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        timeout=RUN_SECONDS,
        check=True,
    )
    return float(done.stdout)
