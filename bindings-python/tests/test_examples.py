"""Every example of docs/operations.md, run as it stands, with both clients."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import momento_lambda.requests
import momento_lambda.responses
from callers import local_client
from momento_lambda import CacheClientAsync, Configurations, CredentialProvider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from momento_lambda import CacheClient

DOCUMENTATION = (Path(__file__).resolve().parents[2] / "docs/operations.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"\n## (\w+) / .*?```python\n(.*?)```", DOCUMENTATION, re.DOTALL))
# Only a key that there is can be revoked, and the example does not make one.
MAY_FAIL = {"revoke_signing_key"}


def names() -> dict[str, Any]:
    """What an example may use."""
    known: dict[str, Any] = {"timedelta": timedelta}
    for module in (momento_lambda.requests, momento_lambda.responses):
        known.update({name: getattr(module, name) for name in dir(module) if not name.startswith("_")})
    return known


@pytest.fixture
def seeded(local_port: int) -> Iterator[CacheClient]:
    """A client, and a cache named `cache` in which most examples find what they look for."""
    with local_client(local_port) as client:
        client.delete_cache("cache")
        client.create_cache("cache")
        client.set("cache", "key", "5")
        client.dictionary_set_fields("cache", "dictionary", {"field": "5", "other": "value"})
        client.set_add_elements("cache", "set", ["element", "other"])
        client.list_concatenate_back("cache", "list", ["value", "other"])
        client.sorted_set_put_elements("cache", "sorted-set", {"value": 1.0, "other": 2.0})
        yield client
        client.delete_cache("cache")


def test_every_operation_has_an_example() -> None:
    assert len(EXAMPLES) > 70
    assert set(EXAMPLES) == set(re.findall(r"\n## (\w+) / ", DOCUMENTATION))


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(name: str, seeded: CacheClient, capsys: pytest.CaptureFixture[str]) -> None:
    known = {**names(), "client": seeded}
    exec(compile(EXAMPLES[name], name, "exec"), known)
    judge(name, known["response"], capsys.readouterr().out)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_awaited(name: str, seeded: CacheClient, local_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    awaited = EXAMPLES[name].replace("= client.", "= await client.", 1)
    code = compile(awaited, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    async def run() -> Any:
        provider = CredentialProvider.for_momento_local(port=local_port)
        async with CacheClientAsync(Configurations.Laptop.latest(), provider, timedelta(minutes=1)) as client:
            known = {**names(), "client": client}
            running = eval(code, known)
            if inspect.isawaitable(running):
                await running
            return known["response"]

    judge(name, asyncio.run(run()), capsys.readouterr().out)


def judge(name: str, response: Any, printed: str) -> None:
    failed = type(response).__name__ == "Error"
    assert not failed or name in MAY_FAIL, str(response)
    if type(response).__name__ == "Hit":
        assert printed.strip(), f"{response} was not printed"
