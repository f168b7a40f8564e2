"""Cold and warm invocations: one process, one look-up, one connection, the right value each time."""

from __future__ import annotations

from backend import Backend
from conftest import Function

WARM = 10


def test_warm_invocations_reuse_the_client(function: Function, backend: Backend) -> None:
    backend.create_secret(function.secret, backend.secret_value())
    function.start()
    processes = {function.expect(f"value {number}") for number in range(1 + WARM)}
    assert len(processes) == 1
    assert function.lookups() == 1
    assert function.connections == 1


def test_nothing_is_looked_up_before_the_function_asks(function: Function, backend: Backend) -> None:
    """Importing the package costs no look-up: a function that never uses the cache pays nothing."""
    backend.create_secret(function.secret, backend.secret_value())
    function.start()
    assert function.invoke("raise", message="before any use").value["errorMessage"] == "before any use"
    assert (function.lookups(), function.connections) == (0, 0)
