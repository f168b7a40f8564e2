"""A handler that raises, runs out of time or dies: what the caller sees, and what the next invocation costs."""

from __future__ import annotations

import pytest
from backend import Backend
from conftest import Function

# Long enough for a cold start on a busy machine, short enough to wait for.
TIMEOUT_SECONDS = 3


@pytest.fixture
def started(function: Function, backend: Backend) -> Function:
    """The function after its first, good invocation."""
    backend.create_secret(function.secret, backend.secret_value())
    function.start(timeout_seconds=TIMEOUT_SECONDS)
    function.expect("first")
    return function


def test_an_exception_leaves_the_client_as_it_is(started: Function) -> None:
    process = started.expect("second")
    error = started.invoke("raise", message="on purpose").value
    assert error["errorMessage"] == "on purpose"
    assert error["errorType"] in ("ValueError", "RangeError")
    assert started.expect("third") == process
    assert (started.lookups(), started.connections) == (1, 1)


def test_after_a_time_out_the_new_process_looks_up_once(started: Function) -> None:
    process = started.expect("second")
    reply = started.invoke("sleep", seconds=60, key="never", value="set")
    assert "Task timed out" in reply.text, reply
    assert started.expect("third") != process
    assert (started.lookups(), started.connections) == (2, 2)


def test_after_a_crash_the_new_process_looks_up_once(started: Function) -> None:
    process = started.expect("second")
    reply = started.invoke("exit", status=3)
    assert (reply.status, reply.value["errorType"]) == (502, "Runtime.ExitError"), reply
    assert started.expect("third") != process
    assert (started.lookups(), started.connections) == (2, 2)
