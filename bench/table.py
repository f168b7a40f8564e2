"""The rows of a section as text: a line each, with medians, spread, ratios and what they are held to.

A ratio is ours / theirs: "0.3x" of a time and "3x" of a rate are both good. Whether a row's budgets hold stands at its
end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from row import OURS, SUBJECTS, Row, rounded


def table(section: str, rows: Sequence[Row]) -> str:
    """Only the subjects that a row of the section has are columns."""
    subjects = [subject for subject in SUBJECTS if any(subject in {*row.values, *row.notes} for row in rows)]
    notes = marks(rows)
    head = [section, "figure"]
    for subject in subjects:
        head += [subject] if subject == OURS else [subject, f"ours/{subject}"]
    lines = [[*head, "budgets"], *(line(row, subjects, notes) for row in rows)]
    widths = [max(len(cells[column]) for cells in lines) for column in range(len(head))]
    text = ["  ".join([*map(aligned, cells, widths, range(len(widths))), cells[-1]]).rstrip() for cells in lines]
    return "\n".join([*text, *(f"{mark} {subject}: {note}".lstrip() for (subject, note), mark in notes.items())])


def aligned(cell: str, width: int, column: int) -> str:
    """Names to the left, numbers to the right."""
    return cell.ljust(width) if column < 2 else cell.rjust(width)


def marks(rows: Sequence[Row]) -> dict[tuple[str, str], str]:
    """How a row refers to a subject's note: not at all where all of the subject's rows have the same one."""
    notes = dict.fromkeys((subject, note) for row in rows for subject, note in row.notes.items())
    found: dict[tuple[str, str], str] = {}
    for subject, note in notes:
        there = [row for row in rows if row.values.get(subject)]
        of_all = bool(there) and all(row.notes.get(subject) == note for row in there)
        found[subject, note] = "" if of_all else f"({1 + sum(map(bool, found.values()))})"
    return found


def line(row: Row, subjects: Sequence[str], notes: Mapping[tuple[str, str], str]) -> list[str]:
    cells = [row.name, row.figure if row.figure == row.unit else f"{row.figure}, {row.unit}"]
    for subject in subjects:
        there = bool(row.values.get(subject))
        note = row.notes.get(subject)
        figure = spread(row, subject) if there else "" if note is None else "none"
        cells.append(figure if note is None else f"{figure} {notes[subject, note]}".rstrip())
        if subject != OURS:
            cells.append(f"{number(row.ratio(subject))}x" if there and row.values.get(OURS) else "")
    judged = [f"{budget.text(row.unit)}: {'holds' if met else 'MISSED'}" for budget, _, met in row.verdicts()]
    return [*cells, "; ".join(judged)]


def spread(row: Row, subject: str) -> str:
    """The median and, of more than one, the lowest and the highest."""
    values = row.values[subject]
    median = number(row.median(subject))
    return median if len(values) == 1 else f"{median} ({number(min(values))}-{number(max(values))})"


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
