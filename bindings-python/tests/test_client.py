"""How clients are made, shared, used from threads and event loops, and closed."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from callers import DEFAULT_TTL, PATIENCE, caller_of, client_class, local_client, make_caller, patient, v1_key
from loopback import RefusingPort
from momento_lambda import (
    CacheClient,
    CacheClientAsync,
    Configurations,
    CredentialProvider,
    __version__,
    get_momento_client,
    get_momento_client_async,
)
from momento_lambda.config.transport.transport_strategy import StaticGrpcConfiguration, StaticTransportStrategy
from momento_lambda.errors import ConnectionException, InvalidArgumentException, MomentoErrorCode
from momento_lambda.responses import CacheGet, CacheSet, CreateCache, ListCaches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from momento_lambda.config import Configuration
    from silent_server import SilentServer


@pytest.fixture
def source(environment: pytest.MonkeyPatch, local_port: int) -> str:
    """A token source for the local server, in a variable."""
    environment.setenv("MOMENTO_AUTH_TOKEN", v1_key("token", f"http://127.0.0.1:{local_port}"))
    return "env:MOMENTO_AUTH_TOKEN"


@pytest.fixture
def async_client(local_port: int) -> Iterator[CacheClientAsync]:
    client = CacheClientAsync(patient(), CredentialProvider.for_momento_local(port=local_port), DEFAULT_TTL)
    yield client
    client.close()


def test_the_shared_client_is_the_same_object_for_the_same_arguments(source: str) -> None:
    client = get_momento_client()
    assert get_momento_client() is client
    assert get_momento_client(source) is client
    other = get_momento_client(default_ttl=timedelta(seconds=7))
    assert other is not client
    assert get_momento_client(default_ttl=timedelta(seconds=7)) is other
    assert get_momento_client(configuration=Configurations.Lambda.latest()) is client
    laptop = get_momento_client(configuration=Configurations.Laptop.latest())
    assert laptop is not client
    assert isinstance(client, CacheClient)
    shared_async = get_momento_client_async()
    assert isinstance(shared_async, CacheClientAsync)
    assert get_momento_client_async() is shared_async
    for opened in (client, other, laptop):
        opened.close()


def test_with_leaves_the_shared_client_open_and_close_closes_it(source: str, cache: str) -> None:
    with get_momento_client(source) as client:
        assert isinstance(client.set(cache, "k", "v"), CacheSet.Success)
    assert get_momento_client(source) is client
    assert isinstance(client.get(cache, "k"), CacheGet.Hit)
    client.close()
    closed = client.get(cache, "k")
    assert isinstance(closed, CacheGet.Error)
    assert closed.error_code is MomentoErrorCode.FAILED_PRECONDITION_ERROR
    renewed = get_momento_client(source)
    assert renewed is not client
    assert isinstance(renewed.get(cache, "k"), CacheGet.Hit)
    client.close()  # closing the old one again does nothing to the new one
    assert get_momento_client(source) is renewed
    renewed.close()


def test_async_with_leaves_the_shared_client_open(source: str, cache: str) -> None:
    async def use() -> CacheClientAsync:
        async with get_momento_client_async(source) as client:
            assert isinstance(await client.set(cache, "k", "v"), CacheSet.Success)
        assert isinstance(await client.get(cache, "k"), CacheGet.Hit)
        return client

    client = asyncio.run(use())
    assert asyncio.run(use()) is client
    client.close()


def test_a_race_for_the_shared_client_gives_one_object(source: str) -> None:
    barrier = threading.Barrier(16)

    def get() -> int:
        barrier.wait(PATIENCE)
        return id(get_momento_client(source, default_ttl=timedelta(seconds=9)))

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda _: get(), range(16)))) == 1
    get_momento_client(source, default_ttl=timedelta(seconds=9)).close()


def test_with_closes_a_client_of_its_own(local_port: int, cache: str) -> None:
    with local_client(local_port) as client:
        assert isinstance(client.get(cache, "k"), CacheGet.Miss)
    assert isinstance(client.get(cache, "k"), CacheGet.Error)


def test_create_connects_first(local_port: int, cache: str) -> None:
    provider = CredentialProvider.for_momento_local(port=local_port)
    with CacheClient.create(patient(), provider, DEFAULT_TTL) as client:
        assert isinstance(client.get(cache, "k"), CacheGet.Miss)

    async def use() -> None:
        async with await CacheClientAsync.create(patient(), provider, DEFAULT_TTL, timedelta(seconds=5)) as client:
            assert isinstance(await client.get(cache, "k"), CacheGet.Miss)

    asyncio.run(use())


def create(flavour: str, port: int, timeout: timedelta) -> Any:
    provider = CredentialProvider.for_momento_local(port=port)
    made: Any = client_class(flavour).create(patient(), provider, DEFAULT_TTL, timeout)
    return made if flavour == "sync" else asyncio.run(asyncio.wait_for(made, PATIENCE))


def test_create_raises_when_it_can_not_connect(flavour: str) -> None:
    with RefusingPort() as refusing:
        with pytest.raises(ConnectionException) as caught:
            create(flavour, refusing.port, timedelta(milliseconds=300))
        assert caught.value.error_code is MomentoErrorCode.CONNECTION_ERROR
        assert str(refusing.port) in caught.value.message


def test_create_with_a_timeout_of_zero_does_not_connect(flavour: str) -> None:
    with RefusingPort() as refusing:
        create(flavour, refusing.port, timedelta(0)).close()
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        create(flavour, 1, timedelta(seconds=-1))


def with_deadline(deadline: timedelta) -> Configuration:
    return patient().with_transport_strategy(StaticTransportStrategy(StaticGrpcConfiguration(deadline)))


def test_constructors_raise_for_bad_arguments(flavour: str) -> None:
    cls: Any = client_class(flavour)
    provider = CredentialProvider.for_momento_local()
    for arguments, message in [
        ((patient(), provider, 60), "TTL must be a timedelta."),
        ((patient(), provider, None), "TTL must be a timedelta."),
        ((patient(), provider, timedelta(0)), "TTL must be a positive amount of time."),
        ((patient(), provider, timedelta(seconds=-1)), "TTL must be a positive amount of time."),
        ((with_deadline(timedelta(0)), provider, DEFAULT_TTL), "request timeout"),
        (("lambda", provider, DEFAULT_TTL), "must be a Configuration"),
        ((patient(), "key", DEFAULT_TTL), "must be a CredentialProvider"),
    ]:
        with pytest.raises(InvalidArgumentException) as caught:
            cls(*arguments)
        assert message.lower() in caught.value.message.lower()


def test_many_threads_share_a_client(local_port: int, cache: str) -> None:
    with local_client(local_port) as client:

        def work(number: int) -> None:
            for turn in range(20):
                key, value = f"key-{number}-{turn}", os.urandom(64)
                assert isinstance(client.set(cache, key, value), CacheSet.Success)
                response = client.get(cache, key)
                assert isinstance(response, CacheGet.Hit)
                assert response.value_bytes == value

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(work, range(32), timeout=PATIENCE))


def test_an_event_loop_per_invocation_reuses_the_client(async_client: CacheClientAsync, cache: str) -> None:
    async def invocation(number: int) -> None:
        assert isinstance(await async_client.set(cache, "k", str(number)), CacheSet.Success)
        response = await async_client.get(cache, "k")
        assert isinstance(response, CacheGet.Hit)
        assert response.value_string == str(number)

    for number in range(50):
        asyncio.run(asyncio.wait_for(invocation(number), PATIENCE))


def test_two_event_loops_in_two_threads(async_client: CacheClientAsync, cache: str) -> None:
    barrier = threading.Barrier(2)

    def work(number: int) -> None:
        async def calls() -> None:
            barrier.wait(PATIENCE)
            for turn in range(100):
                key = f"key-{number}-{turn}"
                assert isinstance(await async_client.set(cache, key, key), CacheSet.Success)
                response = await async_client.get(cache, key)
                assert isinstance(response, CacheGet.Hit)
                assert response.value_string == key

        asyncio.run(asyncio.wait_for(calls(), PATIENCE))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2), timeout=PATIENCE))


def test_a_thousand_calls_at_a_time(async_client: CacheClientAsync, cache: str) -> None:
    async def calls() -> None:
        await asyncio.gather(*(async_client.set(cache, f"k{number}", f"v{number}") for number in range(1000)))
        responses = await asyncio.gather(*(async_client.get(cache, f"k{number}") for number in range(1000)))
        values = [response.value_string for response in responses if isinstance(response, CacheGet.Hit)]
        assert values == [f"v{number}" for number in range(1000)]

    asyncio.run(asyncio.wait_for(calls(), PATIENCE))


def test_a_cancelled_task_leaves_the_client_usable(async_client: CacheClientAsync, cache: str) -> None:
    async def calls() -> None:
        await async_client.set(cache, "k", "v")
        for pauses in range(3):
            tasks = [asyncio.create_task(async_client.get(cache, "k")) for _ in range(20)]
            for _ in range(pauses):
                await asyncio.sleep(0)
            for task in tasks[::2]:
                task.cancel()
            for number, ended in enumerate(await asyncio.gather(*tasks, return_exceptions=True)):
                if number % 2:
                    assert isinstance(ended, CacheGet.Hit)
                else:
                    assert isinstance(ended, (asyncio.CancelledError, CacheGet.Hit))
        assert isinstance(await async_client.get(cache, "k"), CacheGet.Hit)

    asyncio.run(asyncio.wait_for(calls(), PATIENCE))


def test_a_time_out_of_the_caller_gives_the_call_up(silent: SilentServer) -> None:
    async def call() -> None:
        client = CacheClientAsync(patient(), CredentialProvider.for_momento_local(port=silent.port), DEFAULT_TTL)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.get("cache", "k"), 0.05)
        client.close()

    asyncio.run(asyncio.wait_for(call(), PATIENCE))


def test_an_event_loop_that_ends_with_calls_in_flight_drops_them(async_client: CacheClientAsync, cache: str) -> None:
    async def leave() -> None:
        task = asyncio.create_task(async_client.get(cache, "k"))
        await asyncio.sleep(0)
        assert not task.done()

    for _ in range(10):
        asyncio.run(leave())

    async def call() -> None:
        assert isinstance(await async_client.get(cache, "k"), CacheGet.Miss)

    asyncio.run(asyncio.wait_for(call(), PATIENCE))


def test_methods_are_coroutines(async_client: CacheClientAsync, cache: str) -> None:
    async def call() -> None:
        task = asyncio.create_task(async_client.get(cache, "k"))
        assert isinstance(await task, CacheGet.Miss)

    assert asyncio.iscoroutinefunction(CacheClientAsync.get)
    asyncio.run(call())


def test_uvloop_works_as_well(async_client: CacheClientAsync, cache: str) -> None:
    uvloop = pytest.importorskip("uvloop", reason="NOT RUN: uvloop is not installed")

    async def calls() -> None:
        responses = await asyncio.gather(*(async_client.get(cache, "k") for _ in range(100)))
        assert {type(response) for response in responses} == {CacheGet.Miss}

    for _ in range(5):
        loop = uvloop.new_event_loop()
        try:
            loop.run_until_complete(asyncio.wait_for(calls(), PATIENCE))
        finally:
            loop.close()


def test_a_sync_call_within_an_event_loop_does_not_hang(local_port: int, async_client: CacheClientAsync) -> None:
    async def calls() -> None:
        with local_client(local_port) as client:
            assert isinstance(client.list_caches(), ListCaches.Success)
            assert isinstance(await async_client.list_caches(), ListCaches.Success)
            assert isinstance(client.list_caches(), ListCaches.Success)

    asyncio.run(asyncio.wait_for(calls(), PATIENCE))


def test_the_first_call_says_who_calls(flavour: str, local_port: int, admin_url: str, cache: str) -> None:
    with make_caller(flavour, local_port) as caller:
        caller.call("get", cache_name=cache, key="k")
        with urlopen(f"{admin_url}/last-metadata", timeout=PATIENCE) as answer:  # noqa: S310  # the address is this test's own
            metadata = json.load(answer)
    assert metadata["agent"] == f"python:momento-lambda:{__version__}"
    assert metadata["runtime-version"] == f"python {platform.python_version()}"


def test_the_default_ttl_holds(flavour: str, local_port: int, cache: str, source: str) -> None:
    short = timedelta(milliseconds=50)
    own: Any = client_class(flavour)(patient(), CredentialProvider.for_momento_local(port=local_port), short)
    get: Any = get_momento_client if flavour == "sync" else get_momento_client_async
    for client in (own, get(source, default_ttl=short)):
        with caller_of(client) as caller:
            deadline = time.monotonic() + PATIENCE
            caller.call("set", cache_name=cache, key="k", value="v")
            caller.call("set", cache_name=cache, key="kept", value="v", ttl=timedelta(minutes=1))
            while isinstance(caller.call("get", cache_name=cache, key="k"), CacheGet.Hit):
                assert time.monotonic() < deadline
            assert isinstance(caller.call("get", cache_name=cache, key="kept"), CacheGet.Hit)


def test_cache_info_has_limits(flavour: str, local_port: int, cache: str) -> None:
    provider = CredentialProvider.for_momento_local(port=local_port)
    with caller_of(client_class(flavour)(patient(), provider, DEFAULT_TTL)) as caller:
        assert isinstance(caller.call("create_cache", cache_name=cache), CreateCache.CacheAlreadyExists)
        response = caller.call("list_caches")
    assert isinstance(response, ListCaches.Success)
    (info,) = [info for info in response.caches if info.name == cache]
    assert info.cache_limits.max_item_size_kb > 0
    assert info.topic_limits.max_publish_rate > 0
    assert repr(info) == f"CacheInfo(name='{cache}')"
