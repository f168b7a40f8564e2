"""Figures are what they are called: of a row, of its bound, of the soak."""

from __future__ import annotations

from typing import Any

import plot
import soak
from measure import call_figures, down_figures, write_figures
from report import breaches, markdown


def record(
    operation: str, start: float, milliseconds: float, code: str | None = None, key: str | None = None
) -> list[Any]:
    return [operation, int(start * 1e9), int(milliseconds * 1000), code, key]


def test_what_counts_after_the_fault_began() -> None:
    records = [
        record("get", 1.0, 10),
        record("get", 1.9, 300, "TIMEOUT_ERROR"),  # in flight when it began
        record("get", 2.5, 1, "raised ValueError"),
        record("get", 3.5, 1, "TIMEOUT_ERROR"),
        record("get", 3.6, 150),
    ]
    figures = call_figures(records, fault_at=int(2e9), healed_at=int(3e9))
    assert (figures["calls"], figures["failed"], figures["later"], figures["slow"]) == (4, 3, 1, 2)
    assert (figures["slowest_ms"], figures["recovered_ms"], figures["untyped"]) == (300, 750, 1)
    assert figures["codes"] == {"TIMEOUT_ERROR": 2, "raised ValueError": 1}


def test_a_write_is_counted_by_its_key() -> None:
    records = [
        record("increment", 1, 1, None, "write-1-1"),
        record("list_push_back", 2, 1, "TIMEOUT_ERROR", "write-1-2"),
        record("list_pop_front", 3, 1, None, "write-0-3"),
    ]
    figures = write_figures(records, None, {"write-1-1": 1, "write-1-2": 2, "write-0-3": 0}, memory_lost=False)
    assert (figures["executions"], figures["twice"], figures["lost"], figures["writes_failed"]) == (3, 1, 1, 1)


def test_the_first_second_of_an_outage_does_not_count() -> None:
    records = [
        record("get", 1.5, 400, "X"),
        record("get", 2.5, 4, "X"),
        record("get", 2.6, 2, "X"),
        record("get", 9, 50),
    ]
    figures = down_figures(records, down_at=int(1e9), healed_at=int(4e9))
    assert (figures["down_calls"], figures["down_p99_ms"]) == (2, 4)


def test_a_row_is_held_to_every_figure_of_its_bound() -> None:
    bound = {"at_most": {"failed": 0, "constructor_ms": 50}}
    assert breaches({"failed": 0, "constructor_ms": 50}, bound) == []
    assert breaches({"failed": 1, "constructor_ms": None}, bound) == [
        "failed is 1, at most 0 is allowed",
        "constructor_ms is None, at most 50 is allowed",
    ]
    wanted = {"at_most": {}, "at_least": {"lookups": 2}}
    assert breaches({"lookups": 2}, wanted) == []
    assert breaches({"lookups": 1}, wanted) == ["lookups is 1, at least 2 is wanted"]
    assert breaches({"trouble": "no server"}, bound) == ["not measured: no server"]


def test_the_rate_is_that_of_all_calls_after_the_fault() -> None:
    records = [record("get", 1 + number / 100, 1) for number in range(101)]
    records += [record("increment", 1.5 + number / 50, 1, None, "k") for number in range(26)]
    assert call_figures(records, fault_at=int(1.5e9), healed_at=None)["calls_per_s"] == 152


def test_rows_stand_beside_each_other_in_markdown() -> None:
    figures = {**call_figures([record("get", 1, 20)], None, None), **write_figures([], None, {}, memory_lost=False)}
    rows = [{"fault": "reset", "client": name, **figures, "note": "a | b"} for name in ("ours", "official")]
    lines = markdown([*rows, {"fault": "goaway", "client": "ours", "skipped": "why"}]).splitlines()
    assert lines[:4] == [
        "| fault | ours | official |",
        "| --- | --- | --- |",
        "| reset | 0/1, 20 ms | 0/1, 20 ms |",
        "| goaway | not run |  |",
    ]
    assert lines[-8].endswith("| a \\| b |")


def test_a_soak_that_is_not_flat_is_told() -> None:
    rest = {"descriptors": 8, "threads": 3, "left": 1}
    flat = {"failed": 0, "twice": 0, "lost": 0, "reconnects": 9, "memory_mb_growth": 1.0, "before": rest, "after": rest}
    assert soak.breaches(flat, 9) == []
    after = {**rest, "descriptors": 9, "threads": 2}
    grown = {**flat, "failed": 1, "memory_mb_growth": 9.0, "after": after}
    assert soak.breaches(grown, 10) == [
        "failed: 1",
        "9 reconnects were forced, not 10",
        "memory grew by 9.0 MB, at most 3 is allowed",
        "descriptors: 8 before, 9 after",
    ]


def test_an_acknowledged_write_that_is_not_there_is_lost_whatever_else_failed() -> None:
    keys = ["w-0", "w-1", "w-2", "w-3"]
    # The first two failed, one of which was executed all the same; the last one is nowhere.
    assert soak.lost(keys, [0, 1], {"w-1": 1, "w-2": 1, "w-3": 0}) == {"w-3"}
    assert soak.lost(keys, [0, 1], {"w-1": 1, "w-2": 1, "w-3": 2}) == set()


def test_a_client_is_at_rest_when_two_looks_agree() -> None:
    look = {"done": 9, "memory_mb": 50.0, "young_mb": 1.0, "descriptors": 8, "threads": 3, "left": 1}
    assert soak.agree(look, {**look, "memory_mb": 50.05})
    assert not soak.agree(look, {**look, "memory_mb": 51.0})
    assert not soak.agree(look, {**look, "threads": 2})
    assert not soak.agree(look, {**look, "done": 10})


def test_the_slope_of_a_line_and_its_picture() -> None:
    points = [(float(x), 3.0 * x + 1) for x in range(5)]
    assert round(plot.slope(points), 6) == 3
    assert plot.slope(points[:1]) == 0
    assert [plot.ceiling(value) for value in (0, 0.3, 1, 3, 9, 1000, 1001)] == [1, 0.4, 1, 4, 10, 1000, 2000]
    picture = plot.lines("t", "x", "y", {"a < b": points})
    assert "a &lt; b" in picture
    assert picture.count("<polyline") == 1
