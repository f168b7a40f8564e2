"""The cases that all languages share, tests/vectors, with both clients."""

from __future__ import annotations

import itertools
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from callers import AsyncCaller, make_caller
from momento_lambda.errors import MomentoErrorCode, SdkException
from vector_arguments import OPERATIONS, ROOT, Case
from vector_replies import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callers import Caller
    from momento_lambda import CacheClient

VECTORS = ROOT / "tests/vectors"
CALLS = json.loads((VECTORS / "sets/calls.json").read_text(encoding="utf-8"))
UNTIL_SECONDS = 5.0
_numbers = itertools.count()


@pytest.fixture(scope="module", params=["sync", "async"])
def vector_caller(request: pytest.FixtureRequest, local_port: int) -> Iterator[Caller]:
    """One client for all cases of a flavour: they are many."""
    with make_caller(request.param, local_port) as made:
        yield made


def fresh(caller: Caller, setup_client: CacheClient) -> Case:
    name = f"vectors-{next(_numbers)}"
    assert "Success" in str(setup_client.create_cache(name))
    return Case(caller, name)


def cases() -> list[Any]:
    found = []
    for file in sorted(VECTORS.glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


def expected_of(case: Any) -> Any:
    """What Python is to answer."""
    return case.get("python", case)


@pytest.mark.parametrize("case", cases())
def test_vector(case: Any, vector_caller: Caller, setup_client: CacheClient, count_vector: dict[str, int]) -> None:
    running = fresh(vector_caller, setup_client)
    for step in case.get("before", []):
        begun = running.run(step)
        assert type(begun).__name__ != "Error", begun
    deadline = time.monotonic() + UNTIL_SECONDS

    def differs() -> str | None:
        return difference(running, case["operation"], running.run(case), expected_of(case))

    found = differs()
    while found and case.get("until") and time.monotonic() < deadline:
        time.sleep(0.01)  # between two looks at something that takes its time on the server
        found = differs()
    assert found is None
    count(count_vector, vector_caller, "cases")


def count(counts: dict[str, int], caller: Caller, what: str) -> None:
    flavour = "async" if isinstance(caller, AsyncCaller) else "sync"
    name = f"vectors, {flavour}, {what}"
    counts[name] = counts.get(name, 0) + 1


def sets() -> list[Any]:
    """Each set with each argument that it is about."""
    found = []
    for file in sorted((VECTORS / "sets").glob("*.json")):
        if file.stem == "calls":
            continue
        behaviour = json.loads(file.read_text(encoding="utf-8"))
        for operation, call in CALLS.items():
            if operation in behaviour.get("except", []):
                continue
            for argument in OPERATIONS[operation]["arguments"]:
                name = argument["name"]
                if argument["kind"] == behaviour["kind"] and name in behaviour.get("names", [name]):
                    made = (operation, call, name, behaviour["cases"])
                    found.append(pytest.param(*made, id=f"{file.stem}: {operation}, {name}"))
    return found


def wrong_in_set(running: Case, operation: str, call: Any, name: str, case: Any) -> str | None:
    """What is wrong with a call whose argument a set says; None if nothing is."""
    expected = expected_of(case)
    try:
        arguments = running.arguments(operation, {**call["arguments"], name: case["argument"]})
        response = running.caller.call(operation, **arguments)
    except SdkException as refused:  # by the class of the argument
        if "error" not in expected or refused.error_code.name != expected["error"]["code"]:
            return f"refused: {refused.message}"
        return None if expected["error"]["message"].lower() in refused.message.lower() else refused.message
    if "error" in expected:
        return difference(running, operation, response, expected)
    code = getattr(response, "error_code", None)
    return f"not accepted: {response}" if code is MomentoErrorCode.INVALID_ARGUMENT_ERROR else None


@pytest.mark.parametrize(("operation", "call", "name", "behaviours"), sets())
def test_set(
    operation: str,
    call: Any,
    name: str,
    behaviours: Any,
    vector_caller: Caller,
    setup_client: CacheClient,
    count_vector: dict[str, int],
) -> None:
    wrong = {}
    for case in behaviours:
        running = fresh(vector_caller, setup_client)
        for step in call.get("before", []):
            assert type(running.run(step)).__name__ != "Error"
        found = wrong_in_set(running, operation, call, name, case)
        if found:
            wrong[case["name"]] = found
        count(count_vector, vector_caller, "cases of behaviour sets")
    assert not wrong


def test_every_operation_has_a_good_call(vector_caller: Caller, setup_client: CacheClient) -> None:
    assert set(CALLS) == set(OPERATIONS)
    for operation, call in CALLS.items():
        running = fresh(vector_caller, setup_client)
        for step in call.get("before", []):
            assert type(running.run(step)).__name__ != "Error"
        response = running.run({"operation": operation, **call})
        code = getattr(response, "error_code", None)
        assert code is not MomentoErrorCode.INVALID_ARGUMENT_ERROR, response
