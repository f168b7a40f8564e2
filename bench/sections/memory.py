"""Memory of a function's process over that of the bare interpreter: after the import, and after 1,000 calls.

Resident memory (RSS) is what Lambda counts against a function's size. PSS divides what processes share, here the C
library and the interpreter's file, by how many share it at the moment; on Lambda nobody does. Both from
/proc/self/smaps_rollup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from clients import interleaved
from lab import NODE, PROGRAMS, PYTHON, Lab, Options
from row import OFFICIAL, OURS, Budget, Row

SECTION = "memory"
SUBJECTS = (OURS, OFFICIAL)
LANGUAGES = ("Python", "Node")
CALLS = 1000
IMPORTED, CALLED, BARE_PROGRAM = "after import", f"after {CALLS:,} calls", "bare"
STAGES = {BARE_PROGRAM: "bare", IMPORTED: "import", CALLED: "calls"}
BUDGETS = {("Python", CALLED, "RSS"): (Budget(at_most=12),), ("Node", CALLED, "RSS"): (Budget(at_most=20),)}
ROLLUP = Path("/proc/self/smaps_rollup")

Figures = Mapping[str, float]  # "RSS" and "PSS", in MB


def measure(lab: Lab, options: Options) -> list[Row]:
    if not ROLLUP.exists():
        print(f"{SECTION}: NOT MEASURED: this machine has no {ROLLUP} (Linux)", file=sys.stderr, flush=True)
        note = {OURS: f"not measured: no {ROLLUP}"}
        return [Row(SECTION, language, "over the bare interpreter", "MB", {}, (), note) for language in LANGUAGES]
    jobs: dict[tuple[str, str, str], Callable[[], Figures]] = {
        (language, subject, stage): partial(once, lab, language, subject, stage)
        for language in LANGUAGES
        for subject in SUBJECTS
        for stage in STAGES
    }
    figures = interleaved(SECTION, jobs, 1 if options.quick else options.turns)
    return [
        Row(
            SECTION,
            f"{language}, {stage}",
            f"{kind} over the bare interpreter's",
            "MB",
            {
                subject: [
                    whole[kind] - bare[kind]
                    for whole, bare in zip(figures[language, subject, stage], figures[language, subject, BARE_PROGRAM])
                ]
                for subject in SUBJECTS
            },
            BUDGETS.get((language, stage, kind), ()),
        )
        for language in LANGUAGES
        for stage in (IMPORTED, CALLED)
        for kind in ("RSS", "PSS")
    ]


def once(lab: Lab, language: str, subject: str, stage: str) -> Figures:
    """One fresh process; -> what it holds at the end of the stage."""
    name = str(PROGRAMS / "memory" / (f"{subject}.py" if language == "Python" else f"{subject}.cjs"))
    interpreter = PYTHON[subject] if language == "Python" else NODE
    found: Mapping[str, float] = json.loads(lab.run([interpreter, name, STAGES[stage], str(CALLS)]))
    return found


def plots(rows: Sequence[Row]) -> dict[str, str]:
    from plot import bars

    resident = [row for row in rows if row.figure.startswith("RSS") and row.values.get(OURS)]
    groups = {row.name: {subject: row.median(subject) for subject in SUBJECTS} for row in resident}
    return {"memory.svg": bars("Resident memory, over the bare interpreter's", "MB", groups)} if groups else {}
