"""Each fault whose bound a client is held to: one row of the lab, against bounds.json.

.venv/bin/pytest tests/faults/test_faults.py -k 'black-hole and ours-node'
.venv/bin/pytest tests/faults/test_faults.py -m fast
"""

from __future__ import annotations

import pytest
import report
from kinds import KINDS
from lab import FAULTS, run
from scene import LOCAL_SERVER
from terms import Pace

BOUNDS = report.bounds()
HELD = [(fault, client) for fault, bound in BOUNDS.items() for client in bound["supported"]]
FAST = [(fault, client) for fault, bound in BOUNDS.items() for client in bound.get("fast", [])]
CASES = [
    pytest.param(fault, client, id=f"{fault}-{client}", marks=pytest.mark.fast if (fault, client) in FAST else ())
    for fault, client in HELD
]


@pytest.mark.parametrize(("fault", "client"), CASES)
def test_a_fault_stays_within_its_bound(fault: str, client: str) -> None:
    if not LOCAL_SERVER.exists():
        pytest.fail(f"there is no {LOCAL_SERVER}: make build, or name one in MOMENTO_LAMBDA_LOCAL")
    row = run(FAULTS[fault], KINDS[client], Pace(quick=True))
    if "skipped" in row:
        pytest.skip(f"{fault}: {row['skipped']}")
    assert report.breaches(row, BOUNDS[fault]) == [], report.table([row])


def test_every_fault_has_a_bound_and_every_bound_a_fault() -> None:
    assert set(BOUNDS) == set(FAULTS)
    assert {client for _, client in HELD} <= set(KINDS)


def test_the_fast_ones_are_among_those_that_are_held() -> None:
    assert FAST
    assert set(FAST) <= set(HELD)
