"""Where these tests find their neighbours, and the notices of what was not run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "wheels"), str(HERE.parent / "stubs")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"INTERPRETERS NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)
