"""Momento's published Python package through the cases that momento-lambda's own clients are held to.

The cases say what the clients do. Where the official package does something else, differences.json says so and why; a
difference that it does not list fails, and so does one that it lists and that is none (any more).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from momento.errors import SdkException
from official import connected, local, serving
from python_calls import CannotExpress, Names, arguments, difference
from vectors import Case, cases, check, summary

UNTIL_SECONDS = 5.0
# The async client waits for ever on a call whose cache name no header can carry.
ANSWER_SECONDS = 5.0


class NoAnswer(Exception):
    """The client gave no answer at all."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


async def answer(client: Any, step: dict[str, Any], names: Names) -> Any:
    """The answer, or the exception that came instead."""
    try:
        given = arguments(step, names)
        return await asyncio.wait_for(getattr(client, step["operation"])(**given), ANSWER_SECONDS)
    except asyncio.TimeoutError:
        raise NoAnswer from None
    except Exception as error:
        return error


async def run(client: Any, case: Case, cache: str) -> str | None:
    names = Names(cache)
    step = {"operation": case.written["operation"], "arguments": case.written["arguments"]}
    await client.create_cache(cache)
    for before in case.written.get("before", []):
        came = await answer(client, before, names)
        if hasattr(came, "key_id"):
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


def expressible(case: Case) -> bool:
    """Whether the SDK has the operations and arguments; what it refuses is the case's matter."""
    for step in [*case.written.get("before", []), case.written]:
        with contextlib.suppress(SdkException, TypeError):
            try:
                arguments(step, Names(""))
            except CannotExpress:
                return False
    return True


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_official_python_differs_where_it_is_known_to(
    kind: str, port: int, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "momentosdk")  # it warns of every refusal
    ran: dict[str, str | None] = {}
    groups: dict[str, str] = {}
    silent: dict[str, str] = {}
    skipped = 0

    async def run_all() -> None:
        nonlocal skipped
        async with connected(kind, local(port)) as client:
            for number, case in enumerate(cases()):
                if not expressible(case):
                    skipped += 1
                    continue
                groups[case.name] = case.group
                try:
                    # Waiting for one of a group is enough.
                    ran[case.name] = silent.get(case.group) or await run(client, case, f"{kind}-{number}")
                except NoAnswer:
                    ran[case.name] = silent[case.group] = f"no answer within {ANSWER_SECONDS} s"

    asyncio.run(run_all())
    with capsys.disabled():
        print(f"\nofficial Python, {kind}: {len(ran)} ran, {skipped} skipped (it has no such operation or argument)")
        for line in summary(ran, groups):
            print(f"  {line}")
    wrong = check("python", ran, groups)
    assert not wrong, "\n".join(wrong)
    assert ran
