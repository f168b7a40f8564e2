"""The rows of a section as text: a line each, with medians, spread, ratios and what they are held to.

A ratio is ours / theirs: "0.3x" of a time and "3x" of a rate are both good. Whether a row's budgets hold stands at its
end.
"""

from __future__ import annotations

from collections.abc import Sequence

from row import OURS, SUBJECTS, Row, rounded


def table(section: str, rows: Sequence[Row]) -> str:
    """Only the subjects that a row of the section has are columns."""
    subjects = [subject for subject in SUBJECTS if any(subject in {*row.values, *row.notes} for row in rows)]
    notes = numbered(rows)
    head = [section, "figure"]
    for subject in subjects:
        head += [subject] if subject == OURS else [subject, "ours/it"]
    lines = [[*head, "budgets"], *(line(row, subjects, notes) for row in rows)]
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(head))]
    text = ["  ".join([*map(aligned, cells, widths, range(len(widths))), cells[-1]]).rstrip() for cells in lines]
    return "\n".join([*text, *(f"({number}) {note}" for note, number in notes.items())])


def aligned(cell: str, width: int, column: int) -> str:
    """Names to the left, numbers to the right."""
    return cell.ljust(width) if column < 2 else cell.rjust(width)


def numbered(rows: Sequence[Row]) -> dict[str, int]:
    """The notes, each once, in the order of their first row."""
    notes: dict[str, int] = {}
    for row in rows:
        for subject, note in row.notes.items():
            notes.setdefault(f"{subject}: {note}", len(notes) + 1)
    return notes


def line(row: Row, subjects: Sequence[str], notes: dict[str, int]) -> list[str]:
    cells = [row.name, f"{row.figure}, {row.unit}"]
    for subject in subjects:
        note = f" ({notes[f'{subject}: {row.notes[subject]}']})" if subject in row.notes else ""
        there = bool(row.values.get(subject))
        cells.append((spread(row, subject) if there else "none" if note else "") + note)
        if subject != OURS:
            cells.append(f"{number(row.ratio(subject))}x" if there and row.values.get(OURS) else "")
    judged = [f"{budget.text(row.unit)}: {'holds' if met else 'MISSED'}" for budget, _, met in row.verdicts()]
    return [*cells, "; ".join(judged)]


def spread(row: Row, subject: str) -> str:
    values = row.values[subject]
    return f"{number(row.median(subject))} ({number(min(values))}-{number(max(values))})"


def number(value: float) -> str:
    """Three figures; more of a number that has more before its point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{rounded(value):.3g}"


def summary(rows: Sequence[Row]) -> str:
    """How many budgets hold, and each that does not."""
    judged = [(row, verdict) for row in rows for verdict in row.verdicts()]
    missed = [
        f"  {row.section}: {row.name}, {row.figure}: {number(figure)}, {budget.text(row.unit)}"
        for row, (budget, figure, met) in judged
        if not met
    ]
    return "\n".join([f"budgets: {len(judged) - len(missed)} of {len(judged)} hold", *missed])
