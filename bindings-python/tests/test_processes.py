"""Processes that fork: child and parent go on with the same client, each on a connection of its own.

What is run stands in programs/forking*.py. A connection that the server counts is a dial: a parent that is disturbed by
its child dials again, and a child that uses the parent's does not dial.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from callers import PATIENCE, v1_key, v2_key
from conftest import ADMIN, local_program
from processes import LISTENING, Programs
from secrets_stub import SecretsStub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import WatchedSilentServer
    from processes import Program

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
PROGRAMS = Path(__file__).parent / "programs"
DEADLINE = 60.0
# program -> its scenarios, but for those that have a test of their own
SCENARIOS = {
    "forking.py": [
        "before_first_use",
        "after_first_use",
        "asyncio_before_first_use",
        "asyncio_after_first_use",
        "a_pool",
        "other_ways_to_start",
        "a_server_that_loads_first",
        "children_of_children",
        "ways_to_let_go",
    ],
    "forking_busy.py": [
        "while_threads_call",
        "while_an_event_loop_calls",
        "threads_at_their_first_call",
        "two_threads_that_fork",
        "polite_ends",
    ],
    "forking_within.py": [
        "inside_a_running_loop",
        "inside_a_running_uvloop",
        "a_loop_that_goes_on_in_the_child",
        "a_middleware_that_forks",
    ],
}


@pytest.fixture(scope="module")
def server() -> Iterator[Program]:
    programs = Programs()
    try:
        arguments = [local_program(), "--port", "0", "--admin-port", "0", "--cache", "cache"]
        started = programs.start("momento-lambda-local", arguments)
        started.wait_for_line(ADMIN, PATIENCE)
        yield started
    finally:
        programs.end_all()


@pytest.fixture(scope="module")
def port(server: Program) -> int:
    return int(server.wait_for_line(LISTENING, PATIENCE).group(1))


def admin(server: Program, path: str, method: str = "GET") -> dict[str, int]:
    address = f"http://127.0.0.1:{server.wait_for_line(ADMIN, PATIENCE).group(1)}{path}"
    with urlopen(Request(address, method=method), timeout=PATIENCE) as answer:  # noqa: S310  # the address is this test's own
        answered: dict[str, int] = json.load(answer)
    return answered


def run(program: str, scenario: str, *arguments: str) -> int:
    """How many connections the program expects; less than 0 where any number will do."""
    command = [sys.executable, "-W", "ignore", str(PROGRAMS / program), scenario, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            said, _ = process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0, said
    last = said.strip().splitlines()[-1]
    assert last.startswith("connections "), said
    return int(last.split()[1])


@pytest.mark.parametrize(
    ("program", "scenario"), [(program, scenario) for program, scenarios in SCENARIOS.items() for scenario in scenarios]
)
def test_fork(server: Program, port: int, program: str, scenario: str) -> None:
    if scenario.endswith("uvloop"):
        pytest.importorskip("uvloop", reason="NOT RUN: uvloop is not installed")
    admin(server, "/reset", "POST")
    expected = run(program, scenario, str(port))
    if expected >= 0:
        assert admin(server, "/counters")["connections"] == expected


def test_the_shared_client_is_the_same_in_a_child(server: Program, port: int, environment: pytest.MonkeyPatch) -> None:
    assert environment is not None
    admin(server, "/reset", "POST")
    expected = run(
        "forking.py", "the_shared_client_stays_the_same", str(port), v1_key("token", f"http://127.0.0.1:{port}")
    )
    assert admin(server, "/counters")["connections"] == expected


def test_fork_in_the_middle_of_a_look_up(server: Program, port: int, secrets: SecretsStub) -> None:
    """The AWS SDK makes tables, under locks, while the parent forks."""
    secret = {"MOMENTO_API_KEY": v2_key(), "MOMENTO_ENDPOINT": f"http://127.0.0.1:{port}"}
    secrets.change({"secret_string": json.dumps(secret)})
    admin(server, "/reset", "POST")
    expected = run("forking_busy.py", "in_the_middle_of_a_look_up", str(port))
    assert admin(server, "/counters")["connections"] == expected


def test_a_signal_handler_that_forks(silent: WatchedSilentServer) -> None:
    run("forking_within.py", "a_signal_handler_that_forks", str(silent.port))
