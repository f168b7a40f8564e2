"""From the records of a run to the figures of its row.

A call counts if it ended after the fault began, so those that were in flight do. It is `later` if it began after the
fault was over: for a fault that is done at one blow, that is after it was in place; a failure there means that the
client has not recovered.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Mapping, Sequence
from typing import Any

SLOW_MS = 100.0
Record = Sequence[Any]  # operation, start in ns, duration in us, code, key of a write


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile; None of nothing."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def milliseconds(records: Sequence[Record]) -> list[float]:
    return [record[2] / 1000 for record in records]


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def call_figures(records: Sequence[Record], fault_at: int | None, healed_at: int | None) -> dict[str, Any]:
    """Of the idempotent calls. `untyped`, of all calls: an exception where the operation's response should tell."""
    begin = fault_at or 0
    healed = healed_at if healed_at is not None else begin
    gets = [record for record in records if record[0] == "get"]
    before = [record for record in gets if record[1] + record[2] * 1000 < begin]
    counted = [record for record in gets if record[1] + record[2] * 1000 >= begin]
    failed = [record for record in counted if record[3] is not None]
    times = milliseconds(counted)
    ends = [record[1] + record[2] * 1000 for record in counted if record[1] >= healed and record[3] is None]
    return {
        "calls": len(counted),
        "failed": len(failed),
        "later": sum(record[1] >= healed for record in failed),
        "codes": dict(collections.Counter(str(record[3]) for record in failed)),
        "untyped": sum(str(record[3]).startswith("raised ") for record in records if record[3] is not None),
        "slowest_ms": rounded(max(times, default=None)),
        "slow": sum(time > SLOW_MS for time in times),
        "calls_per_s": calls_per_second(records, begin),
        "p99_ms": rounded(percentile(times, 0.99)),
        "p50_before_ms": percentile(milliseconds(before), 0.5),
        "p50_ms": percentile(times, 0.5),
        "recovered_ms": rounded(min(ends, default=healed) / 1e6 - healed / 1e6) if ends and begin else None,
    }


def calls_per_second(records: Sequence[Record], begin: int) -> float | None:
    """Of all calls that began after the fault, writes too."""
    starts = sorted(record[1] for record in records if record[1] >= begin)
    span = starts[-1] - starts[0] if starts else 0
    return rounded((len(starts) - 1) / span * 1e9) if span else None


def down_figures(records: Sequence[Record], down_at: int, healed_at: int) -> dict[str, Any]:
    """While nobody was there: how long a call took to say so, after the first second."""
    during = [record for record in records if down_at + 1e9 <= record[1] and record[1] + record[2] * 1000 < healed_at]
    return {
        "down_calls": len(during),
        "down_p99_ms": rounded(percentile(milliseconds(during), 0.99)),
    }


def write_figures(
    records: Sequence[Record], fault_at: int | None, executed: Mapping[str, int], memory_lost: bool
) -> dict[str, Any]:
    """Of the calls that must not be executed twice: each has a key of its own, and `executed` says how often the server
    did it. `memory_lost`: the server was restarted, so it is how often the proxy let a request with the key through."""
    begin = fault_at or 0
    writes = [record for record in records if record[4] is not None]
    counted = [record for record in writes if record[1] + record[2] * 1000 >= begin]
    failed = [record for record in counted if record[3] is not None]
    return {
        "writes": len(counted),
        "writes_failed": len(failed),
        "write_codes": dict(collections.Counter(str(record[3]) for record in failed)),
        "writes_slowest_ms": rounded(max(milliseconds(counted), default=None)),
        "all_writes": len(writes),
        # So that a row shows of which operations it tells.
        "write_operations": dict(collections.Counter(str(record[0]) for record in counted)),
        "executions": sum(executed.values()),
        "twice": sum(times > 1 for times in executed.values()),
        # Acknowledged and yet not there.
        "lost": sum(record[3] is None and not executed.get(record[4]) for record in writes),
        "executions_counted_at": "proxy" if memory_lost else "server",
    }
