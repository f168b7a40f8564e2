"""The two times that a change is held to: a synchronous get in Python beside the official package's, and beside the
momento crate's, in programs that take turns.

A ratio is that of the quietest turns, the least p50 of each: a neighbour only ever adds, and it adds unevenly, up to
double where client and server no longer have a core each. So medians, even of pairs, tell more of the neighbour.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from lab import PYTHON
from row import BARE, OFFICIAL, OURS

from work.subjects import HERE, build

TURNS = 20
CALLS = 500
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
        f"get, {RATIOS}: p50, ours / {of}": min(turn[OURS] for turn in turns) / min(turn[of] for turn in turns)
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
