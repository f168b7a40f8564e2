"""What could not be tried on this machine, and what no client is held to yet, is said again at the end of a run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stubs")]

import report  # noqa: E402  the paths must come first
from kinds import KINDS  # noqa: E402

OURS = [kind.name for kind in KINDS.values() if not kind.official]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fast: the faults that tell the most, in less than a minute (`-m fast`)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(run.longrepr[2]) for run in terminalreporter.stats.get("skipped", []) if run.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"FAULT NOT TRIED: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)
    for fault, bound in report.bounds().items():
        unheld = [client for client in OURS if client not in bound["supported"]]
        if unheld:
            clients = "any client" if unheld == OURS else ", ".join(unheld)
            terminalreporter.write_line(f"NOT HELD TO ITS BOUND YET: {fault}, {clients}", yellow=True)
