"""The bench's arithmetic on made-up rows, and one quick section end to end.

.venv/bin/python -m pytest -q bench/test_bench.py     what is measured must be built: `make bench` says how
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import clients
import lab
import run
import table
from row import BARE, FLOOR, OFFICIAL, OURS, Budget, Row

END_TO_END_SECONDS = 55
PEERS = ("bench/.venv/.installed", "bench/node_modules/.installed", "target/bench/release/momento-bench-baseline")


def row(budgets: tuple[Budget, ...] = (), **values: tuple[float, ...]) -> Row:
    return Row("made", "get", "p50", "us", values, budgets)


def test_a_ratio_is_the_median_of_the_turns_ratios() -> None:
    """The second turn was slow for both: of the medians it would be 10 / 20, of the pairs it is 0.4."""
    made = row(ours=(10, 40, 4), official=(20, 100, 10))
    assert made.ratio(OFFICIAL) == 0.4
    assert made.median(OURS) == 10
    assert made.median(OFFICIAL) == 20


@pytest.mark.parametrize(
    ("budget", "ours", "met"),
    [
        (Budget(at_most=0.5, of=OFFICIAL), 49.0, True),
        (Budget(at_most=0.5, of=OFFICIAL), 51.0, False),
        (Budget(at_least=4, of=OFFICIAL), 401.0, True),
        (Budget(at_least=4, of=OFFICIAL), 399.0, False),
        (Budget(at_most=10), 10.0, True),
        (Budget(at_most=10), 10.1, False),
    ],
)
def test_a_verdict_says_whether_the_budget_holds(budget: Budget, ours: float, met: bool) -> None:
    made = row((budget,), ours=(ours,), official=(100.0,))
    assert [holds for _, _, holds in made.verdicts()] == [met]
    assert made.document()["budgets"][0]["met"] == met
    shown = table.table("made", [made])
    assert ("holds" if met else "MISSED") in shown
    assert ("1 of 1 hold" in table.summary([made])) == met


def test_a_budget_of_a_subject_that_was_not_measured_is_not_judged() -> None:
    assert row((Budget(at_most=1, of=BARE),), ours=(1.0,)).verdicts() == []


def test_the_table_says_what_is_not_there() -> None:
    made = [
        Row("made", "batch", "p50", "ms", {OURS: (1.0, 2.0, 4.0)}, notes={OFFICIAL: "not supported"}),
        Row("made", "get", "p50", "us", {OURS: (1234.0,), OFFICIAL: (2468.0,), FLOOR: (1.0,)}, notes={FLOOR: "TCP"}),
    ]
    assert table.table("made", made).splitlines() == [
        "made   figure      ours  official  ours/official  floor  ours/floor  budgets",
        "batch  p50, ms  2 (1-4)  none (1)",
        "get    p50, us    1,234     2,468           0.5x      1      1,234x",
        "(1) official: not supported",
        "floor: TCP",
    ]
    assert made[0].document()["notes"] == {OFFICIAL: "not supported"}


def test_a_row_without_ours_has_no_ratios() -> None:
    made = Row("made", "get", "p50", "us", {OFFICIAL: (2.0,)}, notes={OURS: "uvloop is not installed"})
    assert made.document()["ratios"] == {}
    assert "none (1)  " in table.table("made", [made])


def test_a_percentile_is_a_sample() -> None:
    samples = [float(number) for number in range(1000, 0, -1)]
    assert [clients.percentile(samples, percent) for percent in (50, 99, 99.9, 100)] == [500, 990, 999, 1000]
    assert clients.percentile([7.0], 50) == 7.0


def test_each_turn_begins_with_another_subject() -> None:
    order: list[str] = []
    jobs = {name: lambda name=name: order.append(name) or len(order) for name in ("a", "b", "c")}
    assert clients.interleaved("made", jobs, 3) == {"a": [1, 6, 8], "b": [2, 4, 9], "c": [3, 5, 7]}
    assert "".join(order) == "abcbcacab"


def test_results_keep_the_rows_of_sections_that_were_not_measured() -> None:
    there = {"sections": {"other": {}, "made": {}}, "rows": [{"section": "other"}, {"section": "made", "name": "old"}]}
    document = run.merged(there, "made", [row(ours=(1.0,))], lab.Options(turns=1, quick=True))
    assert [(found["section"], found.get("name")) for found in document["rows"]] == [("made", "get"), ("other", None)]
    assert document["sections"]["made"]["turns"] == 1


def test_a_machine_is_described_without_names_and_paths() -> None:
    described = json.dumps(run.describe())
    assert "crates.io momento" in described
    assert "/" not in described.replace("@gomomento/", "").replace("@grpc/", "").replace("@aws-sdk/", "")


@pytest.mark.skipif(
    not all((lab.ROOT / built).exists() for built in PEERS),
    reason="the peers are not installed: `make bench` does that",
)
def test_quick_latency_runs_end_to_end(tmp_path: Path) -> None:
    """All four subjects in all languages; half a minute on a busy machine."""
    results, plots = tmp_path / "results.json", tmp_path / "plots"
    command = [sys.executable, str(lab.BENCH / "run.py"), "--quick", "--only", "latency"]
    done = subprocess.run(
        [*command, "--results", str(results), "--plots", str(plots)],
        capture_output=True,
        text=True,
        timeout=END_TO_END_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(results.read_text())["rows"]
    assert {(found["section"], found["name"].partition(", ")[0]) for found in rows} == {
        ("latency", "get"),
        ("latency", "set"),
    }
    for found in rows:
        assert set(found["values"]) == {OURS, OFFICIAL, BARE, FLOOR}, found["name"]
        assert all(value["median"] > 0 for value in found["values"].values())
    assert {picture.name for picture in plots.iterdir()} == {
        "latency-python-sync.svg",
        "latency-python-asyncio.svg",
        "latency-node.svg",
    }
    assert "TCP ping-pong" in done.stdout
