"""Where the tests of what is shipped find the scripts that make it, and the notices of what was not run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "wheels"), str(ROOT / "tests" / "stubs")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"WHEEL TESTS NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)
