"""Middlewares: what they see and change, and what becomes of a call when one misbehaves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from callers import DEFAULT_TTL, PATIENCE, caller_of, client_class, make_caller, patient, v1_key
from hooks_of_tests import AsyncRecorder, Recorder, recorder_for
from momento_lambda import CacheClient, CacheClientAsync, CredentialProvider, get_momento_client
from momento_lambda.config.middleware import aio, synchronous
from momento_lambda.responses import CacheGet, CacheSet
from momento_lambda.retry import (
    EligibilityStrategy,
    RetryStrategy,
)

if TYPE_CHECKING:
    pass


def get(caller: Any, cache: str) -> Any:
    return caller.call("get", cache_name=cache, key="key")


def test_a_middleware_sees_requests_and_replies(flavour: str, local_port: int, cache: str) -> None:
    middleware, recorder = recorder_for(flavour)
    with make_caller(flavour, local_port, patient().add_middleware(middleware)) as caller:
        assert isinstance(caller.call("set", cache_name=cache, key="key", value="value"), CacheSet.Success)
        kinds = [each[0] for each in recorder.seen]
        assert kinds == ["metadata", "request", "reply's metadata", "reply", "status"]
        metadata = recorder.seen[0][1]
        assert metadata["cache"] == cache
        assert "authorization" not in metadata
        assert recorder.seen[1] == ("request", "_SetRequest", recorder.seen[1][2])
        assert recorder.seen[1][2] > len("keyvalue")
        assert recorder.seen[3][1] == "_SetResponse"
        assert recorder.seen[4] == ("status", "OK")
        assert isinstance(caller.call("get", cache_name="there-is-none", key="k"), CacheGet.Error)
        assert recorder.statuses() == ["OK", "NOT_FOUND"]
        assert len({context["connectionID"] for context in recorder.contexts}) == 1
    assert recorder.closed == 1


def test_middlewares_of_the_other_flavour_are_left_alone(flavour: str, local_port: int, cache: str) -> None:
    middleware, recorder = recorder_for("async" if flavour == "sync" else "sync")
    with make_caller(flavour, local_port, patient().add_middleware(middleware)) as caller:
        assert isinstance(get(caller, cache), CacheGet.Miss)
    assert recorder.seen == []


def test_middlewares_come_in_order_and_go_in_reverse(flavour: str, local_port: int, cache: str) -> None:
    order: list[str] = []

    class Named(Recorder):
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

        def on_request_body(self, request: Any) -> Any:
            order.append(f"{self.name} request")
            return super().on_request_body(request)

        def on_response_body(self, response: Any) -> Any:
            order.append(f"{self.name} reply")
            return super().on_response_body(response)

    middlewares: list[Any] = []
    for name in ("first", "second"):
        if flavour == "sync":
            middlewares.append(Named(name))
        else:
            middleware = AsyncRecorder()
            middleware.recorder = Named(name)
            middlewares.append(middleware)
    with make_caller(flavour, local_port, patient().with_middlewares(middlewares)) as caller:
        assert isinstance(get(caller, cache), CacheGet.Miss)
    assert order == ["first request", "second request", "second reply", "first reply"]


class BoomError(Exception):
    """What hooks raise here."""


METHODS = [
    "on_new_request",
    "on_request_metadata",
    "on_request_body",
    "on_response_metadata",
    "on_response_body",
    "on_response_status",
]


def raising(flavour: str, method: str) -> Any:
    """A middleware one of whose methods raises."""

    def fail(*_: object) -> Any:
        raise BoomError(method)

    async def fail_async(*_: object) -> Any:
        raise BoomError(method)

    base = Recorder if flavour == "sync" else AsyncRecorder
    return type("Raising", (base,), {method: fail if flavour == "sync" else fail_async})()


@pytest.mark.parametrize("method", METHODS)
def test_a_middleware_that_raises_ends_the_call(flavour: str, local_port: int, cache: str, method: str) -> None:
    with make_caller(flavour, local_port, patient().add_middleware(raising(flavour, method))) as caller:
        response = get(caller, cache)
        assert isinstance(response, CacheGet.Error)
        assert response.error_code.name == "UNKNOWN_ERROR"
        assert f"BoomError: {method}" in response.message
        assert isinstance(get(caller, cache), CacheGet.Error)


@pytest.mark.parametrize("result", [None, 5, [("only one",)], "text"])
def test_a_middleware_that_returns_nonsense_ends_the_call(
    flavour: str, local_port: int, cache: str, result: object
) -> None:
    def nonsense(*_: object) -> object:
        return result

    async def nonsense_async(*_: object) -> object:
        return result

    base = Recorder if flavour == "sync" else AsyncRecorder
    method = nonsense if flavour == "sync" else nonsense_async
    middleware: Any = type("Nonsense", (base,), {"on_request_metadata": method})()
    with make_caller(flavour, local_port, patient().add_middleware(middleware)) as caller:
        response = get(caller, cache)
    assert isinstance(response, CacheGet.Error)
    assert response.error_code.name == "UNKNOWN_ERROR"


def test_a_middleware_may_use_the_client(flavour: str, local_port: int, cache: str) -> None:
    class Nested(Recorder):
        client: CacheClient

        def on_request_body(self, request: Any) -> Any:
            if self.client is not None and request.constructor_name == "_GetRequest":
                assert isinstance(self.client.set(cache, "nested", "value"), CacheSet.Success)
            return super().on_request_body(request)

    class NestedAsync(AsyncRecorder):
        client: CacheClientAsync

        async def on_request_body(self, request: Any) -> Any:
            if request.constructor_name == "_GetRequest":
                assert isinstance(await self.client.set(cache, "nested", "value"), CacheSet.Success)
            return await super().on_request_body(request)

    middleware: Any = Nested() if flavour == "sync" else NestedAsync()
    with make_caller(flavour, local_port, patient().add_middleware(middleware)) as caller:
        middleware.client = caller.client
        assert isinstance(get(caller, cache), CacheGet.Miss)
        assert isinstance(caller.call("get", cache_name=cache, key="nested"), CacheGet.Hit)


def test_a_hook_that_never_answers_meets_the_deadline(local_port: int, cache: str) -> None:
    cancelled: list[str] = []

    class Stuck(AsyncRecorder):
        reached: asyncio.Event

        async def on_request_body(self, request: Any) -> Any:
            self.reached.set()
            try:
                await asyncio.Event().wait()  # for ever
            except asyncio.CancelledError:
                cancelled.append(request.constructor_name)
                raise

    stuck = Stuck()
    configuration = patient().with_client_timeout(timedelta(milliseconds=100)).add_middleware(stuck)
    provider = CredentialProvider.for_momento_local(port=local_port)

    async def use() -> None:
        stuck.reached = asyncio.Event()  # of this loop: before Python 3.10 an event is bound to one
        async with CacheClientAsync(configuration, provider, DEFAULT_TTL) as client:
            response = await asyncio.wait_for(client.get(cache, "key"), PATIENCE)
            assert isinstance(response, CacheGet.Error)
            assert response.error_code.name == "TIMEOUT_ERROR"
            await asyncio.sleep(0)
            assert cancelled == ["_GetRequest"]
            stuck.reached.clear()
            task = asyncio.ensure_future(client.get(cache, "key"))
            await asyncio.wait_for(stuck.reached.wait(), PATIENCE)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)
            assert len(cancelled) == 2

    asyncio.run(use())


def test_the_context_of_the_call_is_the_hook_s(local_port: int, cache: str) -> None:
    import contextvars

    who: contextvars.ContextVar[str] = contextvars.ContextVar("who", default="nobody")
    seen: list[str] = []

    class Looking(AsyncRecorder):
        async def on_request_body(self, request: Any) -> Any:
            seen.append(who.get())
            return request

    provider = CredentialProvider.for_momento_local(port=local_port)

    async def use() -> None:
        async with CacheClientAsync(patient().add_middleware(Looking()), provider, DEFAULT_TTL) as client:
            who.set("the caller")
            await client.get(cache, "key")

    asyncio.run(use())
    assert seen == ["the caller"]


def test_ctrl_c_in_a_middleware_is_raised(local_port: int, cache: str) -> None:
    class Interrupted(Recorder):
        def on_request_body(self, request: Any) -> Any:
            raise KeyboardInterrupt(request.constructor_name)

    configuration = patient().add_middleware(Interrupted())
    with make_caller("sync", local_port, configuration) as caller, pytest.raises(KeyboardInterrupt):
        get(caller, cache)


def test_shared_clients_with_other_hooks_are_others(
    environment: pytest.MonkeyPatch, local_port: int, cache: str
) -> None:
    environment.setenv("MOMENTO_AUTH_TOKEN", v1_key("token", f"http://127.0.0.1:{local_port}"))
    first, second = Recorder(), Recorder()
    client = get_momento_client(configuration=patient().add_middleware(first))
    assert get_momento_client(configuration=patient().add_middleware(first)) is client
    other = get_momento_client(configuration=patient().add_middleware(second))
    assert other is not client
    assert isinstance(client.get(cache, "key"), CacheGet.Miss)
    assert first.requests() == 1
    assert second.requests() == 0
    client.close()


def test_hooks_of_a_client_are_asked_by_many_threads(local_port: int, cache: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    recorder = Recorder()
    with make_caller("sync", local_port, patient().add_middleware(recorder)) as caller, ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: get(caller, cache), range(80)))
    assert all(isinstance(response, CacheGet.Miss) for response in responses)
    assert recorder.requests() == 80


def test_the_abstract_classes_are_abstract() -> None:
    for abstract in (
        RetryStrategy,
        EligibilityStrategy,
        aio.Middleware,
        aio.MiddlewareRequestHandler,
        synchronous.Middleware,
        synchronous.MiddlewareRequestHandler,
    ):
        make: Any = abstract
        with pytest.raises(TypeError, match="abstract"):
            make()


def test_a_client_class_of_each_flavour_closes_its_middlewares(flavour: str, local_port: int) -> None:
    middleware, recorder = recorder_for(flavour)
    provider = CredentialProvider.for_momento_local(port=local_port)
    caller = caller_of(client_class(flavour)(patient().add_middleware(middleware), provider, DEFAULT_TTL))
    caller.end()
    assert recorder.closed == 1
