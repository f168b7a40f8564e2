"""A figure of the bench: what was measured, of whom, how often, and what it is held to.

Problem: one run's number says nothing on a shared machine. Choice: every subject is measured `runs` times, in turn with
the others, and a row keeps them all: medians and spread are shown, and a ratio is taken pairwise, turn by turn, so that
a busy minute, which slows both, is in both.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

# Subjects, in the order of the table's columns.
OURS, OFFICIAL, BARE, FLOOR = "ours", "official", "bare", "floor"
SUBJECTS = (OURS, OFFICIAL, BARE, FLOOR)


@dataclasses.dataclass(frozen=True)
class Budget:
    """What a row is held to. `of` None: `ours` itself, in the row's unit; else the ratio ours / `of`."""

    at_most: float | None = None
    at_least: float | None = None
    of: str | None = None

    def text(self, unit: str) -> str:
        bound = f"<= {self.at_most:g}" if self.at_most is not None else f">= {self.at_least:g}"
        return f"{bound} {unit}" if self.of is None else f"{bound} x {self.of}"

    def holds(self, figure: float) -> bool:
        return (self.at_most is None or figure <= self.at_most) and (self.at_least is None or figure >= self.at_least)


@dataclasses.dataclass(frozen=True)
class Row:
    """`values`: one number a turn for each subject; the n-th of all of them were taken in the n-th turn."""

    section: str  # "latency", the name of the module that measured it
    name: str  # "get, 1 in flight, Python sync"; unique within the section
    figure: str  # "p50", "op/s", "cold path"
    unit: str  # "us", "ms", "MB", "op/s", "instructions"
    values: Mapping[str, Sequence[float]]
    budgets: Sequence[Budget] = ()
    # Of a subject, what must be known with its number, or why it has none.
    notes: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def median(self, subject: str) -> float:
        return statistics.median(self.values[subject])

    def ratio(self, of: str) -> float:
        """ours / `of`: the median of the turns' ratios."""
        return statistics.median(ours / other for ours, other in zip(self.values[OURS], self.values[of]))

    def verdicts(self) -> list[tuple[Budget, float, bool]]:
        """Each budget that this run could judge, the figure judged, and whether it holds."""
        judged = []
        for budget in self.budgets:
            if budget.of is None:
                figure = self.median(OURS)
            elif self.values.get(budget.of):
                figure = self.ratio(budget.of)
            else:
                continue
            judged.append((budget, figure, budget.holds(figure)))
        return judged

    def document(self) -> dict[str, Any]:
        """As it stands in results.json."""
        return {
            "section": self.section,
            "name": self.name,
            "figure": self.figure,
            "unit": self.unit,
            "values": {
                subject: {
                    "median": rounded(self.median(subject)),
                    "low": rounded(min(self.values[subject])),
                    "high": rounded(max(self.values[subject])),
                    "runs": len(self.values[subject]),
                }
                for subject in SUBJECTS
                if self.values.get(subject)
            },
            "ratios": {
                of: rounded(self.ratio(of)) for of in SUBJECTS[1:] if self.values.get(OURS) and self.values.get(of)
            },
            "budgets": [
                {"budget": budget.text(self.unit), "figure": rounded(figure), "met": met}
                for budget, figure, met in self.verdicts()
            ],
            "notes": dict(self.notes),
        }


def rounded(value: float) -> float:
    """Four figures: more would be noise."""
    return float(f"{value:.4g}")
