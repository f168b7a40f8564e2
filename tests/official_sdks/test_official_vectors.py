"""Momento's published Python package through the cases that momento-lambda's own clients are held to.

The cases say what the clients do. Where the official package does something else, differences.json says so and why; a
difference that it does not list fails, and so does one that it lists and that is none (any more).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from official import connected, local, serving
from python_calls import CannotExpress, Names, arguments, difference
from vectors import Case, cases, check

UNTIL_SECONDS = 5.0


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


async def answer(client: Any, step: dict[str, Any], names: Names) -> Any:
    """The answer, or the exception that came instead."""
    try:
        given = arguments(step, names)
        return await getattr(client, step["operation"])(**given)
    except CannotExpress:
        raise
    except Exception as error:
        return error


async def run(client: Any, case: Case, number: int) -> str | None:
    cache = f"vector-{number}"
    names = Names(cache)
    step = {"operation": case.written["operation"], "arguments": case.written["arguments"]}
    arguments_of(step, names)
    await client.create_cache(cache)
    for before in case.written.get("before", []):
        came = await answer(client, before, names)
        if type(came).__name__ == "CreateSigningKey.Success" or hasattr(came, "key_id"):
            names.texts["$signing_key"] = came.key_id
        if isinstance(came, Exception) or type(came).__name__ == "Error":
            return f"before: {came}"
    deadline = time.monotonic() + UNTIL_SECONDS
    while True:
        came = await answer(client, step, names)
        found = difference(case.expected("python"), step["operation"], came, names)
        if not found or not case.written.get("until") or time.monotonic() > deadline:
            break
        await asyncio.sleep(0.01)  # between two looks at something that takes its time on the server
    await client.delete_cache(cache)
    return found


def arguments_of(step: dict[str, Any], names: Names) -> None:
    """Raises where the SDK has no such operation or argument; what it refuses is the case's matter."""
    try:
        arguments(step, names)
    except CannotExpress:
        raise
    except Exception:
        pass


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_official_python_differs_where_it_is_known_to(kind: str, port: int, capsys: pytest.CaptureFixture[str]) -> None:
    ran: dict[str, str | None] = {}
    groups: dict[str, str] = {}
    skipped = 0

    async def run_all() -> None:
        nonlocal skipped
        async with connected(kind, local(port)) as client:
            for number, case in enumerate(cases()):
                try:
                    ran[case.name] = await run(client, case, number)
                    groups[case.name] = case.group
                except CannotExpress:
                    skipped += 1

    asyncio.run(run_all())
    differences = [name for name, found in ran.items() if found]
    with capsys.disabled():
        print(f"\nofficial Python, {kind}: {len(ran)} ran, {skipped} skipped (it has no such operation or argument)")
        for name in differences:
            print(f"  differs: {name}: {ran[name]}")
    wrong = check("python", ran, groups)
    assert not wrong, "\n".join(wrong)
    assert ran
