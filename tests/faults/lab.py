"""The fault lab: faults x clients, each in processes of its own, measured from outside.

    .venv/bin/python tests/faults/lab.py [--quick] [--fault NAME ...] [--client NAME ...] [--results FILE]

Prints one table, and writes it as Markdown to table.md and with every figure to results.json. It asserts nothing: what
holds already is in bounds.json, and `pytest tests/faults` compares. Ends with 1 only if the lab itself had trouble.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stubs")]

import connection_faults  # noqa: E402  the paths must come first
import server_faults  # noqa: E402
import start_faults  # noqa: E402
import token_faults  # noqa: E402
from kinds import KINDS, ROOT, Kind  # noqa: E402
from links import LinkError  # noqa: E402
from machine import Unavailable  # noqa: E402
from processes import ProgramError  # noqa: E402
from report import LEGEND, markdown, table  # noqa: E402
from scene import LOCAL_SERVER, Scene  # noqa: E402
from terms import Fault, Pace  # noqa: E402

MODULES = (connection_faults, server_faults, token_faults, start_faults)
FAULTS = {fault.name: fault for module in MODULES for fault in module.FAULTS}
RESULTS = ROOT / "target" / "faults" / "results.json"
# The quick mode has these two for each of its faults, and the others only where the main figures are.
QUICK_CLIENTS = ("ours-python-sync", "ours-node")
QUICK_MAIN_FAULTS = ("healthy", "black-hole", "reset", "frozen-black-hole", "token-rotated")
QUICK_MAIN_CLIENTS = ("ours-python-async", "official-python-sync", "official-python-async", "official-node")


def run(fault: Fault, kind: Kind, pace: Pace) -> dict[str, Any]:
    """One row. `skipped`: this machine can't; `trouble`: the lab or the client did not do its part."""
    row: dict[str, Any] = {"fault": fault.name, "client": kind.name}
    begin = time.monotonic()
    if kind.missing is not None:
        return {**row, "skipped": kind.missing}
    try:
        with Scene(kind, fault.setup, pace) as scene:
            fault.run(scene)
            row |= scene.result()
    except Unavailable as reason:
        row["skipped"] = str(reason)
    except (LinkError, ProgramError) as trouble:
        row["trouble"] = str(trouble)
    row["seconds"] = round(time.monotonic() - begin, 1)
    return row


def chosen(fault: Fault, kind: Kind, quick: bool) -> bool:
    if kind.official and not fault.official:
        return False
    if not quick:
        return True
    main = fault.name in QUICK_MAIN_FAULTS and kind.name in QUICK_MAIN_CLIENTS
    return fault.quick and (kind.name in QUICK_CLIENTS or main)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the main faults, short outages, some five minutes")
    parser.add_argument("--fault", action="append", choices=FAULTS, help="may be repeated; all if left out")
    parser.add_argument("--client", action="append", choices=KINDS, help="may be repeated; all if left out")
    parser.add_argument("--reconnects", type=int, default=100, help="how many, for the fault of this name")
    parser.add_argument("--outage-seconds", type=float, help="how long an hour takes: 60, quick 5, if left out")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="the file with every figure; table.md is put beside it"
    )
    parser.add_argument("--list", action="store_true", help="the faults, and what they are")
    options = parser.parse_args(arguments)
    if options.list:
        for fault in FAULTS.values():
            print(f"{fault.name:26} {fault.text}")
        return 0
    if not LOCAL_SERVER.exists():
        raise SystemExit(f"there is no {LOCAL_SERVER}: make build, or name one in MOMENTO_LAMBDA_LOCAL")
    # So that what was started and changed is ended and taken back also then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the fault lab was ended by SIGTERM"))
    pace = Pace(options.quick, options.reconnects, options.outage_seconds)
    rows: list[dict[str, Any]] = []
    begin = time.monotonic()
    for fault in FAULTS.values():
        for kind in KINDS.values():
            wanted = fault.name in (options.fault or FAULTS) and kind.name in (options.client or KINDS)
            # What is named is run, if quick then with its short times.
            if wanted and chosen(fault, kind, options.quick and options.fault is None):
                rows.append(run(fault, kind, pace))
                print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    print(table(rows))
    print(f"\n{LEGEND}\n{len(rows)} rows in {time.monotonic() - begin:.0f} s")
    options.results.parent.mkdir(parents=True, exist_ok=True)
    options.results.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    options.results.with_name("table.md").write_text(markdown(rows), encoding="utf-8")
    for row in rows:
        if "skipped" in row:
            print(f"NOT RUN: {row['fault']} for {row['client']}: {row['skipped']}", file=sys.stderr)
    return 1 if any("trouble" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
