"""The rows as a table, and what they are held to.

`bounds.json` has for each fault the most that a row may show, and the clients that are held to it already. A figure
that a bound names and the row lacks is a breach too: a blocked constructor has no time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

BOUNDS = Path(__file__).resolve().parent / "bounds.json"
# Heading -> the figure of a row.
COLUMNS = {
    "fault": "fault",
    "client": "client",
    "calls": "calls",
    "failed": "failed",
    "later": "later",
    "slowest ms": "slowest_ms",
    "slow": "slow",
    "writes": "writes",
    "w.failed": "writes_failed",
    "executions": "executed",
    "twice": "twice",
    "look-ups": "lookups",
    "connections": "connections",
    "note": "note",
}
LEGEND = """\
calls: gets that ended after the fault began; failed of these; later: failed though begun when the fault was over.
slow: above 100 ms. writes: increments with a key each; executions: on the server (~ at the proxy), of all writes
called; twice: keys executed more than once. look-ups at Secrets Manager; connections that the proxy accepted. The
official packages are given their token: no look-ups."""


def bounds() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads(BOUNDS.read_text(encoding="utf-8"))
    return read


def breaches(row: Mapping[str, Any], bound: Mapping[str, Any]) -> list[str]:
    """What of a row is more than its bound allows."""
    found = [f"not measured: {row[why]}" for why in ("skipped", "trouble") if why in row]
    for figure, most in bound["at_most"].items() if not found else ():
        value = row.get(figure)
        if value is None or value > most:
            found.append(f"{figure} is {value}, at most {most} is allowed")
    return found


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    lines = [list(COLUMNS)] + [[_cell(row, figure) for figure in COLUMNS.values()] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS) - 1)]
    text = []
    for line in lines:
        cells = [
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=False))
        ]
        text.append("  ".join([*cells, line[-1]]).rstrip())
    text.insert(1, "-" * max(len(line) for line in text[:2]))
    return "\n".join(text)


def _cell(row: Mapping[str, Any], figure: str) -> str:
    if figure == "note":
        return _note(row)
    if figure == "executed":
        if "executions" not in row:
            return ""
        mark = "~" if row["executions_counted_at"] == "proxy" else ""
        return f"{mark}{row['executions']}/{row['all_writes']}"
    value = row.get(figure)
    return "" if value is None else str(value)


def _note(row: Mapping[str, Any]) -> str:
    for why in ("skipped", "trouble"):
        if why in row:
            return f"{why.upper()}: {row[why]}"
    parts = [f"{count} {code}" for code, count in sorted({**row.get("codes", {})}.items())]
    if row.get("write_codes"):
        parts.append("w: " + ", ".join(f"{count} {code}" for code, count in sorted(row["write_codes"].items())))
    if row.get("down_p99_ms") is not None:
        parts.append(f"while down p99 {row['down_p99_ms']} ms")
    if row.get("constructor_ms", 0) and row["constructor_ms"] > 50:
        parts.append(f"constructor {row['constructor_ms']} ms")
    if row.get("later") and row.get("recovered_ms") is None:
        parts.append("NOT RECOVERED")
    elif (row.get("recovered_ms") or 0) > 400:
        parts.append(f"recovered after {row['recovered_ms']} ms")
    if row.get("lost"):
        parts.append(f"{row['lost']} ACKNOWLEDGED WRITES LOST")
    return "; ".join([*parts, *([row["note"]] if row.get("note") else [])])
