"""`make demo` itself: it ends well, it says what was wrong, and a signal at any step leaves no process behind."""

from __future__ import annotations

import signal
import sys

import pytest
from measurement import Measurement, Row
from processes import Program, Programs, descendants, start_time_of
from runtimes import ROOT

SECONDS = 30.0
ATTEMPTS = 5
GOOD = Row(milliseconds=1, invocation_milliseconds=1, lookups=1, connections=1, process_id=7, right=True)


def start_demo(programs: Programs) -> Program:
    return programs.start("the demo", [sys.executable, str(ROOT / "demo" / "run.py")])


def test_the_demo_ends_well(programs: Programs) -> None:
    demo = start_demo(programs)
    assert demo.wait_for_end(SECONDS) == 0, demo.output
    assert "one look-up and one connection for each function" in demo.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("step", ["starting Secrets Manager", "Python: a cold", "Node: a cold"])
def test_a_signal_leaves_nothing_behind(programs: Programs, step: str, number: signal.Signals) -> None:
    for _ in range(ATTEMPTS):
        demo = start_demo(programs)
        demo.wait_for_line(step, SECONDS)
        started = descendants(demo.process_id)
        demo.send_signal(number)
        started |= descendants(demo.process_id)
        status = demo.wait_for_end(SECONDS)
        assert [process for process, start_time in started if start_time_of(process) == start_time] == []
        if status != 0:  # 0: on a busy machine the demo was over before the signal came
            break
    assert status == 128 + number, demo.output
    assert demo.output.splitlines()[-1] == "demo: stopped."
    assert "Traceback" not in demo.output


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        (Row(1, 1, lookups=2, connections=1, process_id=7, right=True), "2 look-ups in Secrets Manager"),
        (Row(1, 1, lookups=1, connections=3, process_id=7, right=True), "3 connections to Momento"),
        (Row(1, 1, lookups=1, connections=1, process_id=7, right=False), "1 of 2 invocations served a wrong value"),
        (Row(1, 1, lookups=1, connections=1, process_id=8, right=True), "not all served by one process"),
    ],
)
def test_the_demo_says_what_was_wrong(last: Row, sentence: str) -> None:
    assert Measurement("Python", [GOOD, GOOD]).problems() == []
    (problem,) = Measurement("Python", [GOOD, last]).problems()
    assert sentence in problem
