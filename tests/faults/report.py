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
slow: above 100 ms. writes: increments, pushes, pops and conditional sets, a key each;
executions: on the server (~ at the proxy), of all writes called; twice: keys executed more than once. look-ups at
Secrets Manager; connections that the proxy accepted. The official packages are given their token: no look-ups."""

BRIEF_LEGEND = "Gets failed/called, the slowest one; w: writes failed/called; down p99: after the first second of it."


def bounds() -> dict[str, dict[str, Any]]:
    read: dict[str, dict[str, Any]] = json.loads(BOUNDS.read_text(encoding="utf-8"))
    return read


def breaches(row: Mapping[str, Any], bound: Mapping[str, Any]) -> list[str]:
    """What of a row is more than its bound allows, or less than it wants."""
    found = [f"not measured: {row[why]}" for why in ("skipped", "trouble") if why in row]
    not_measured = bool(found)
    for figure, most in bound["at_most"].items() if not not_measured else ():
        value = row.get(figure)
        if value is None or value > most:
            found.append(f"{figure} is {value}, at most {most} is allowed")
    for figure, least in bound.get("at_least", {}).items() if not not_measured else ():
        value = row.get(figure)
        if value is None or value < least:
            found.append(f"{figure} is {value}, at least {least} is wanted")
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


def markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """Ours beside the peers, one line for each fault; then every row in full."""
    clients = list(dict.fromkeys(row["client"] for row in rows))
    cells = {(row["fault"], row["client"]): _in_brief(row) for row in rows}
    brief = [
        [fault, *(cells.get((fault, client), "") for client in clients)]
        for fault in dict.fromkeys(row["fault"] for row in rows)
    ]
    full = [[_cell(row, figure) for figure in COLUMNS.values()] for row in rows]
    parts = [_markdown_table(["fault", *clients], brief), BRIEF_LEGEND, _markdown_table(list(COLUMNS), full), LEGEND]
    return "\n\n".join(parts) + "\n"


def _markdown_table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _in_brief(row: Mapping[str, Any]) -> str:
    if "skipped" in row or "trouble" in row:
        return "not run" if "skipped" in row else "TROUBLE"
    if "calls" not in row or row["slowest_ms"] is None:
        return "no call: the constructor blocked"
    parts = [f"{row['failed']}/{row['calls']}, {row['slowest_ms']:.0f} ms"]
    if row["writes_failed"]:
        parts.append(f"w {row['writes_failed']}/{row['writes']}")
    if row["twice"]:
        parts.append(f"{row['twice']} TWICE")
    if row.get("down_p99_ms") is not None:
        parts.append(f"down p99 {row['down_p99_ms']} ms")
    if row["later"] and row.get("recovered_ms") is None:
        parts.append("never recovered")
    return ", ".join(parts)


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
    if row.get("loaded"):
        parts.append(f"{row['calls_per_s']} calls/s")
    if row.get("attempts_per_s") is not None:
        parts.append(f"{row['attempts_per_s']} attempts to connect/s")
    if row.get("previous_lookups"):
        parts.append(f"{row['previous_lookups']} look-ups of AWSPREVIOUS")
    if row.get("constructor_ms", 0) and row["constructor_ms"] > 50:
        parts.append(f"constructor {row['constructor_ms']} ms")
    if row.get("later") and row.get("recovered_ms") is None:
        parts.append("NOT RECOVERED")
    elif row.get("failed") and (row.get("recovered_ms") or 0) > 400:
        parts.append(f"recovered after {row['recovered_ms']} ms")
    if row.get("lost"):
        parts.append(f"{row['lost']} ACKNOWLEDGED WRITES LOST")
    return "; ".join([*parts, *([row["note"]] if row.get("note") else [])])
