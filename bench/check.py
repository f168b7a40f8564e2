"""`make bench-check`: has a change made a call dearer? Counts, and two ratios, beside those of bench/budgets.json.

Problem: a time on a shared machine moves by tens of per cent on its own, a regression is a tenth. Choice: what a
neighbour does not change (work/counters.py), and of times only ratios of programs that take turns (work/ratios.py).
Exits 1 with what got worse, or can't be measured any more; what got better by more than its margin asks for `--update`,
so that it is not lost again unnoticed.

Counts belong to a compiler and an interpreter: with others than the file names, a row is measured but not judged.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from enum import Enum
from pathlib import Path
from typing import Any

from lab import BENCH, Lab
from row import OURS
from sections.work import STEADY, Values, count_into, counting_tools, rows_of
from work.ratios import RATIOS, ratios
from work.subjects import works
from work.tools import Tools, tools_of, unlike

BUDGETS = BENCH / "budgets.json"
# For rows that the file does not know yet: the first whose words are in the name. A margin in the file is kept.
# Counts of one thread repeat within a per cent, allocations exactly: one more among 25 is to fail. With two threads
# instructions move by 2 %, and system calls by a fifth, as one finds work before it sleeps or after: there only a
# call more in three shows. V8's own work is in Node's counts. Ratios of times still move by a twentieth.
MARGINS: Sequence[tuple[Sequence[str], float]] = (
    (("p50",), 0.15),
    (("allocations",), 0.02),
    (("Node", "system calls"), 0.3),
    (("async", "system calls"), 0.3),
    (("system calls",), 0.05),
    (("Node",), 0.07),
    (("async", "instructions"), 0.05),
    (("instructions",), 0.03),
    (("bytes allocated",), 0.03),
)


class Verdict(Enum):
    """What a figure is beside its budget."""

    HOLDS = "holds"
    WORSE = "WORSE"
    BETTER = "better: update"
    MISSING = "NOT MEASURED"
    NEW = "new: update"
    OTHER_TOOLS = "not judged"

    @property
    def fails(self) -> bool:
        return self in (Verdict.WORSE, Verdict.MISSING)

    @property
    def asks_for_update(self) -> bool:
        return self in (Verdict.BETTER, Verdict.NEW)


@dataclasses.dataclass(frozen=True)
class Budget:
    """`margin` is a share of the figure."""

    figure: float
    margin: float

    def judge(self, measured: float) -> Verdict:
        if measured > self.figure * (1 + self.margin):
            return Verdict.WORSE
        return Verdict.BETTER if measured < self.figure * (1 - self.margin) else Verdict.HOLDS


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the table."""

    name: str
    budget: Budget | None
    measured: float | None
    verdict: Verdict

    def text(self) -> str:
        budget = "" if self.budget is None else f"{self.budget.figure:,.2f}"
        margin = "" if self.budget is None else f"{self.budget.margin:.0%}"
        measured, change = "", ""
        if self.measured is not None:
            measured = f"{self.measured:,.2f}"
            if self.budget is not None:
                change = f"{self.measured / self.budget.figure - 1:+.1%}"
        return f"{self.name:<44}{budget:>14}{margin:>8}{measured:>14}{change:>9}  {self.verdict.value}"


def compare(budgets: Mapping[str, Budget], measured: Mapping[str, float], unlike: Iterable[str] = ()) -> Sequence[Line]:
    """`unlike`: names of rows whose budgets were measured with other tools."""
    lines = []
    for name in dict.fromkeys([*budgets, *measured]):
        budget, figure = budgets.get(name), measured.get(name)
        if figure is None:
            verdict = Verdict.MISSING
        elif budget is None:
            verdict = Verdict.NEW
        else:
            verdict = Verdict.OTHER_TOOLS if name in unlike else budget.judge(figure)
        lines.append(Line(name, budget, figure, verdict))
    return lines


def updated(budgets: Mapping[str, Budget], measured: Mapping[str, float]) -> Mapping[str, Budget]:
    """What was measured, with the margins that stand in the file."""
    return {
        name: Budget(float(f"{figure:.5g}"), budgets[name].margin if name in budgets else default_margin(name))
        for name, figure in measured.items()
    }


def default_margin(name: str) -> float:
    return next(margin for words, margin in MARGINS if all(word in name for word in words))


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(only: str) -> Mapping[str, float]:
    """Ours, once: counts repeat. -> figures by row."""
    measured: dict[str, float] = {}
    with Lab() as lab, ExitStack() as stack:
        tools = counting_tools(stack)
        environment = {**lab.environment, **STEADY}
        for work in works(only):
            values: Values = {}
            count_into(values, tools, work, OURS, work.commands[OURS], environment)
            measured |= {f"{row.name}: {row.figure}": row.median(OURS) for row in rows_of(work, values)}
        if only in RATIOS:
            measured |= ratios(lab.environment)
    return measured


def read(path: Path) -> tuple[Mapping[str, Budget], Tools]:
    """Budgets by row, and the tools that they were measured with."""
    document = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"tools": {}, "figures": {}}
    return {name: Budget(**budget) for name, budget in document["figures"].items()}, document["tools"]


def write(path: Path, budgets: Mapping[str, Budget], tools: Tools) -> None:
    document: dict[str, Any] = {
        "tools": tools,
        "figures": {name: dataclasses.asdict(budget) for name, budget in budgets.items()},
    }
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def report(lines: Sequence[Line], made_with: Tools, tools: Tools) -> int:
    """Prints the table and what follows from it. -> the exit code."""
    print(f"{'':<44}{'budget':>14}{'margin':>8}{'measured':>14}{'change':>9}")
    for line in lines:
        print(line.text())
    failed = [line.name for line in lines if line.verdict.fails]
    ask = [line.name for line in lines if line.verdict.asks_for_update]
    if any(line.verdict is Verdict.OTHER_TOOLS for line in lines):
        other = [
            f"{name} {tools[name]} instead of {made_with.get(name)}"
            for name in tools
            if tools[name] != made_with.get(name)
        ]
        print(f"\nNOT JUDGED where it matters: {'; '.join(other)}. Budgets hold for the tools that made them.")
    if ask:
        print(
            f"\n{len(ask)} figures ask for bench/check.py --update, in the commit that changed them: {'; '.join(ask)}"
        )
    if failed:
        print(f"\nFAILED: {'; '.join(failed)}")
    if not any(line.verdict in (Verdict.HOLDS, Verdict.BETTER, Verdict.WORSE) for line in lines):
        print("\nFAILED: nothing could be judged")
        return 1
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write what is measured to bench/budgets.json")
    parser.add_argument("--only", default="", metavar="NAME", help="rows with this in their names, such as Rust")
    options = parser.parse_args()
    if options.update and options.only:
        parser.error("--update is of all rows: the file names one set of tools")
    budgets, made_with = read(BUDGETS)
    budgets = {name: budget for name, budget in budgets.items() if options.only in name}
    tools = tools_of()
    measured = measure(options.only)
    if options.update:
        budgets, made_with = updated(budgets, measured), tools
        write(BUDGETS, budgets, tools)
    lines = compare(budgets, measured, {name for name in budgets if unlike(name, made_with, tools)})
    return report(lines, made_with, tools)


if __name__ == "__main__":
    sys.exit(main())
