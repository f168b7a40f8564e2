"""The regression guard: what it calls worse, on made-up figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from check import Budget, Verdict, compare, default_margin, read, report, updated, write
from work.tools import unlike

ROW = "get, Rust sync: instructions"
TOOLS = {"processor": "x86_64 avx2", "Rust": "rustc 1", "Python": "Python 3", "Node": "v20"}


def judged(measured: dict[str, float], budgets: dict[str, Budget] | None = None) -> dict[str, Verdict]:
    lines = compare(budgets or {ROW: Budget(50_000, 0.03)}, measured)
    return {line.name: line.verdict for line in lines}


@pytest.mark.parametrize(
    ("instructions", "verdict"),
    [
        (55_000, Verdict.WORSE),  # ten per cent more
        (51_501, Verdict.WORSE),
        (51_499, Verdict.HOLDS),
        (50_000, Verdict.HOLDS),
        (48_501, Verdict.HOLDS),
        (48_499, Verdict.BETTER),
    ],
)
def test_a_figure_is_judged_by_its_margin(instructions: float, verdict: Verdict) -> None:
    assert judged({ROW: instructions}) == {ROW: verdict}


def test_ten_per_cent_more_instructions_fail_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    lines = compare({ROW: Budget(50_000, default_margin(ROW))}, {ROW: 55_000})
    assert report(lines, TOOLS, TOOLS) == 1
    printed = capsys.readouterr().out
    assert f"FAILED: {ROW}" in printed
    assert "+10.0%" in printed


def test_one_allocation_more_among_twenty_five_fails_the_check() -> None:
    row = "get, Python sync: allocations"
    assert judged({row: 26.0}, {row: Budget(25.0, default_margin(row))}) == {row: Verdict.WORSE}


def test_what_can_not_be_measured_any_more_fails_the_check() -> None:
    assert judged({}) == {ROW: Verdict.MISSING}
    assert report(compare({ROW: Budget(50_000, 0.03)}, {}), TOOLS, TOOLS) == 1


def test_what_holds_passes_and_what_is_better_or_new_asks_for_an_update(capsys: pytest.CaptureFixture[str]) -> None:
    assert report(compare({ROW: Budget(50_000, 0.03)}, {ROW: 50_100}), TOOLS, TOOLS) == 0
    assert "--update" not in capsys.readouterr().out
    assert report(compare({ROW: Budget(50_000, 0.03)}, {ROW: 40_000, "new: p50, ours": 1.0}), TOOLS, TOOLS) == 0
    assert f"2 figures ask for bench/check.py --update, in the commit that changed them: {ROW}; new" in (
        capsys.readouterr().out
    )


def test_counts_of_other_tools_are_not_judged_but_ratios_are(capsys: pytest.CaptureFixture[str]) -> None:
    other = {**TOOLS, "Python": "Python 4"}
    ratio = "get, Python sync: p50, ours / official"
    assert unlike("get, Python sync: instructions", TOOLS, other)
    assert not unlike(ROW, TOOLS, other)
    assert unlike(ROW, TOOLS, {**TOOLS, "Rust": "rustc 2"})
    assert not unlike(ratio, TOOLS, {**TOOLS, "Rust": "rustc 2"})
    budgets = {ROW: Budget(50_000, 0.03)}
    assert report(compare(budgets, {ROW: 99_000}, {ROW}), TOOLS, {**TOOLS, "Rust": "rustc 2"}) == 1
    assert "nothing could be judged" in capsys.readouterr().out


def test_an_update_keeps_the_margins_that_stand_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "budgets.json"
    write(file, updated({ROW: Budget(50_000, 0.07)}, {ROW: 40_000.123456, "get, Node: allocations": 42.0}), TOOLS)
    assert read(file) == ({ROW: Budget(40_000, 0.07), "get, Node: allocations": Budget(42.0, 0.02)}, TOOLS)
    assert read(tmp_path / "none.json") == ({}, {})
