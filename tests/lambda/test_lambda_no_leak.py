"""The key stands in no log and no reply, whatever happens; and the check that says so can fail."""

from __future__ import annotations

import pytest
from backend import Backend
from conftest import Function, assert_no_secret


def test_no_output_holds_the_key(function: Function, backend: Backend) -> None:
    """The same check runs after every other test; here all that can be logged happens in one sandbox."""
    function.start(timeout_seconds=3)
    function.roundtrip("secret is missing")
    backend.create_secret(function.secret, backend.secret_value())
    function.expect("secret is there")
    function.invoke("raise", message="on purpose")
    function.invoke("exit", status=3)
    function.expect("new process")
    function.invoke("sleep", seconds=60, key="never", value="set")
    said = function.everything_said
    for expected in ("function: roundtrip", "function: raise", "on purpose", "Task timed out", "RequestId"):
        assert expected in said, f"the logs are not complete: {expected!r} is missing"
    assert_no_secret(backend, said)


def test_the_check_finds_a_key(backend: Backend) -> None:
    with pytest.raises(pytest.fail.Exception, match="hold a secret: payload"):
        assert_no_secret(backend, f"a log line with {backend.key} in it")
