"""A handler whose calls are bound by its time, with the context that Lambda's runtimes give it."""

from __future__ import annotations

import time

import pytest
from backend import Backend
from conftest import Function
from silent_server import SilentServer

# Shorter than the client's own deadline, which is a minute, and long enough for a cold start on a busy machine.
TIMEOUT_SECONDS = 3


@pytest.mark.parametrize("kind", ["python", "node"], indirect=True)
def test_a_silent_server_costs_an_answer_and_not_the_sandbox(function: Function, backend: Backend) -> None:
    silent = SilentServer()
    silent.start()
    try:
        source = {"MOMENTO_API_KEY": backend.key, "MOMENTO_ENDPOINT": silent.url}
        function.start(source, TIMEOUT_SECONDS, "bounded.handler")
        processes = set()
        for _ in range(2):
            began = time.monotonic()
            reply = function.invoke("get", key="key").value
            assert time.monotonic() - began > TIMEOUT_SECONDS / 2, "it had nearly all of its time"
            assert reply["error_code"] == "TIMEOUT_ERROR", reply
            assert "invocation's time" in reply["message"]
            processes.add(reply["pid"])
        assert len(processes) == 1, "Lambda did not have to end it"
    finally:
        silent.stop()
