"""Momento's published Python package, unchanged, against momento-lambda-local.

The local server is worth something only as far as the official SDK cannot tell it from Momento. Both clients, sync and
async, go through the same cases: a case is a coroutine, and `Sync` makes awaitables of the sync client's answers.

Run with `pytest` here after `cargo build --release -p momento-lambda-local`, or name another binary in
MOMENTO_LAMBDA_LOCAL.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Callable

import pytest
from momento.errors import MomentoErrorCode
from momento.responses import (
    CacheDelete,
    CacheFlush,
    CacheGet,
    CacheSet,
    CreateCache,
    DeleteCache,
    ListCaches,
)
from official import PATIENCE, connected, local, serving, with_token

TOKEN = "the-one-accepted-token"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def on_a_new_cache(kind: str, port: int, case: Callable[[Any, str], Any]) -> None:
    async def run() -> None:
        async with connected(kind, local(port)) as client:
            name = f"cache-{uuid.uuid4()}"
            assert isinstance(await client.create_cache(name), CreateCache.Success)
            await case(client, name)
            assert isinstance(await client.delete_cache(name), DeleteCache.Success)

    asyncio.run(run())


def test_caches_are_created_and_listed(kind: str, port: int) -> None:
    async def case(client: Any, cache: str) -> None:
        assert isinstance(await client.create_cache(cache), CreateCache.CacheAlreadyExists)
        listed = await client.list_caches()
        assert isinstance(listed, ListCaches.Success)
        assert cache in [info.name for info in listed.caches]

    on_a_new_cache(kind, port, case)


def test_set_get_delete(kind: str, port: int) -> None:
    async def case(client: Any, cache: str) -> None:
        assert isinstance(await client.get(cache, "key"), CacheGet.Miss)
        assert isinstance(await client.set(cache, "key", "value"), CacheSet.Success)
        hit = await client.get(cache, "key")
        assert isinstance(hit, CacheGet.Hit)
        assert hit.value_string == "value"

        assert isinstance(await client.set(cache, b"\x00\xff", b"\xff\x00"), CacheSet.Success)
        hit = await client.get(cache, b"\x00\xff")
        assert isinstance(hit, CacheGet.Hit)
        assert hit.value_bytes == b"\xff\x00"

        assert isinstance(await client.delete(cache, "key"), CacheDelete.Success)
        assert isinstance(await client.get(cache, "key"), CacheGet.Miss)
        assert isinstance(await client.delete(cache, "key"), CacheDelete.Success)

    on_a_new_cache(kind, port, case)


def test_an_item_expires(kind: str, port: int) -> None:
    async def case(client: Any, cache: str) -> None:
        ttl = timedelta(milliseconds=300)
        start = time.monotonic()
        assert isinstance(await client.set(cache, "key", "value", ttl), CacheSet.Success)
        while isinstance(await client.get(cache, "key"), CacheGet.Hit):
            assert time.monotonic() - start < PATIENCE, "the item never expired"
        assert time.monotonic() - start >= ttl.total_seconds()

    on_a_new_cache(kind, port, case)


def test_flush(kind: str, port: int) -> None:
    async def case(client: Any, cache: str) -> None:
        for key in ("a", "b"):
            assert isinstance(await client.set(cache, key, "value"), CacheSet.Success)
        assert isinstance(await client.flush_cache(cache), CacheFlush.Success)
        for key in ("a", "b"):
            assert isinstance(await client.get(cache, key), CacheGet.Miss)

    on_a_new_cache(kind, port, case)


def test_an_unknown_cache_is_not_found(kind: str, port: int) -> None:
    async def case(client: Any, _cache: str) -> None:
        unknown = f"unknown-{uuid.uuid4()}"
        for answer in (
            await client.get(unknown, "key"),
            await client.set(unknown, "key", "value"),
            await client.delete(unknown, "key"),
            await client.flush_cache(unknown),
            await client.delete_cache(unknown),
        ):
            assert answer.error_code == MomentoErrorCode.NOT_FOUND_ERROR, answer

    on_a_new_cache(kind, port, case)


def test_five_megabytes_fit_and_more_does_not(kind: str, port: int) -> None:
    async def case(client: Any, cache: str) -> None:
        assert isinstance(await client.set(cache, "key", "x" * 5_000_000), CacheSet.Success)
        hit = await client.get(cache, "key")
        assert isinstance(hit, CacheGet.Hit)
        assert len(hit.value_bytes) == 5_000_000

        # Over the server's limit but under the SDK's own, so that the server's answer is seen.
        refused = await client.set(cache, "key", "x" * 5_100_000)
        assert isinstance(refused, CacheSet.Error)
        assert refused.error_code == MomentoErrorCode.LIMIT_EXCEEDED_ERROR
        assert refused.message.startswith("Request size limit exceeded for this account"), refused.message
        # Over both.
        refused = await client.set(cache, "key", "x" * 5_300_000)
        assert isinstance(refused, CacheSet.Error)
        assert refused.error_code == MomentoErrorCode.LIMIT_EXCEEDED_ERROR

    on_a_new_cache(kind, port, case)


def test_only_the_given_token_is_accepted(kind: str) -> None:
    async def run(port: int) -> None:
        async with connected(kind, with_token(port, TOKEN)) as client:
            assert isinstance(await client.get("cache", "key"), CacheGet.Miss)
        for provider in (with_token(port, "another-token"), local(port)):
            async with connected(kind, provider) as client:
                for answer in (
                    await client.get("cache", "key"),
                    await client.set("cache", "key", "value"),
                    await client.create_cache("new"),
                    await client.list_caches(),
                ):
                    assert answer.error_code == MomentoErrorCode.AUTHENTICATION_ERROR, answer
                    assert TOKEN not in answer.message

    with serving("--token", TOKEN, "--cache", "cache") as port:
        asyncio.run(run(port))
