"""The cases that all languages share, tests/vectors, with both clients."""

from __future__ import annotations

import base64
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from callers import Caller

VECTORS = Path(__file__).resolve().parents[2] / "tests/vectors"
UNTIL_SECONDS = 5.0
PYTHON_VARIANTS = {"AlreadyExists": "CacheAlreadyExists"}


def cases() -> list[Any]:
    found = []
    for file in sorted(VECTORS.glob("*.json")):
        for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


def argument(written: Any, cache: str) -> Any:
    """What an argument in a vector stands for."""
    if isinstance(written, str):
        return {"$cache": cache, "$other": f"{cache}-other"}.get(written, written)
    if "base64" in written:
        return base64.b64decode(written["base64"])
    if "repeat" in written:
        return written["repeat"] * written["times"]
    if "seconds" in written:
        return timedelta(seconds=written["seconds"])
    return written["raw"]


def run(caller: Caller, step: Any, cache: str) -> Any:
    arguments = {name: argument(written, cache) for name, written in step["arguments"].items()}
    return caller.call(step["operation"], **arguments)


def as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def difference(response: Any, case: Any, cache: str) -> str | None:
    """How a response differs from what the case asks for; None if it does not."""
    variant = type(response).__name__
    if "error" in case:
        if variant != "Error":
            return f"no error but {response}"
        if response.error_code.name != case["error"]["code"]:
            return f"another code: {response}"
        if case["error"]["message"].lower() not in response.message.lower():
            return f"another message: {response}"
        return None
    reply = case["reply"]
    if variant != PYTHON_VARIANTS.get(reply["variant"], reply["variant"]):
        return f"another variant: {response}"
    if "value" in reply:
        expected = argument(reply["value"], cache)
        if response.value_bytes != as_bytes(expected):
            return f"another value: {response}"
        if isinstance(expected, str) and response.value_string != expected:
            return f"another text: {response}"
    if "includes_cache" in reply:
        name = argument(reply["includes_cache"], cache)
        if name not in [info.name for info in response.caches]:
            return f"no cache {name}"
    return None


@pytest.mark.parametrize("case", cases())
def test_vector(case: Any, caller: Caller, cache: str, flavour: str, count_vector: dict[str, int]) -> None:
    for step in case.get("before", []):
        assert type(run(caller, step, cache)).__name__ != "Error"
    deadline = time.monotonic() + UNTIL_SECONDS
    found = difference(run(caller, case, cache), case, cache)
    while found and case.get("until") and time.monotonic() < deadline:
        time.sleep(0.01)  # between two looks at something that takes its time on the server
        found = difference(run(caller, case, cache), case, cache)
    assert found is None
    count_vector[flavour] = count_vector.get(flavour, 0) + 1
