"""Each fault whose bound a client is held to: one row of the lab, against bounds.json.

.venv/bin/pytest tests/faults/test_faults.py -k 'black-hole and ours-node'
"""

from __future__ import annotations

import pytest
import report
from kinds import KINDS
from lab import FAULTS, run
from scene import LOCAL_SERVER, Pace

HELD = [(fault, client) for fault, bound in report.bounds().items() for client in bound["supported"]]


@pytest.mark.parametrize(("fault", "client"), HELD, ids=[f"{fault}-{client}" for fault, client in HELD])
def test_a_fault_stays_within_its_bound(fault: str, client: str) -> None:
    if not LOCAL_SERVER.exists():
        pytest.fail(f"there is no {LOCAL_SERVER}: make build, or name one in MOMENTO_LAMBDA_LOCAL")
    row = run(FAULTS[fault], KINDS[client], Pace(quick=True))
    if "skipped" in row:
        pytest.skip(f"{fault}: {row['skipped']}")
    assert report.breaches(row, report.bounds()[fault]) == [], report.table([row])


def test_every_fault_has_a_bound_and_every_bound_a_fault() -> None:
    assert set(report.bounds()) == set(FAULTS)
    assert {client for _, client in HELD} <= set(KINDS)
