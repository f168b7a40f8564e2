"""`@invocation`: calls end before the function's time does, and what nobody waited for is done by then."""

from __future__ import annotations

import asyncio
import inspect
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from callers import DEFAULT_TTL, PATIENCE, local_client, make_caller, patient, v1_key
from conftest import local_program
from momento_lambda import CacheClient, CacheClientAsync, CredentialProvider, _native, invocation
from momento_lambda.errors import InvalidArgumentException, MomentoErrorCode
from momento_lambda.responses import CacheGet, CacheSet
from processes import LISTENING, Programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import WatchedSilentServer

REMAINING_MS = 300
GUIDE = Path(__file__).resolve().parents[2] / "docs/invocations.md"


class Context:
    """What Lambda's context says about time."""

    def __init__(self, remaining_ms: float) -> None:
        self._end = time.monotonic() + remaining_ms / 1000

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


@contextmanager
def async_client(port: int) -> Iterator[CacheClientAsync]:
    client = CacheClientAsync(patient(), CredentialProvider.for_momento_local(port=port), DEFAULT_TTL)
    yield client
    client.close()


def assert_cut_short(response: Any, began: float) -> None:
    assert time.monotonic() - began < REMAINING_MS / 1000
    assert isinstance(response, CacheGet.Error), response
    assert response.error_code is MomentoErrorCode.TIMEOUT_ERROR
    assert "invocation's time" in response.message


def value_of(client: CacheClient, cache: str, key: str) -> str | None:
    response = client.get(cache, key)
    return response.value_string if isinstance(response, CacheGet.Hit) else None


def test_a_silent_server_costs_the_time_of_the_invocation_at_most(flavour: str, silent: WatchedSilentServer) -> None:
    with make_caller(flavour, silent.port) as caller:

        @invocation
        def handler(event: str, context: Context) -> Any:
            return caller.call("get", cache_name="cache", key=event)

        began = time.monotonic()
        assert_cut_short(handler("key", Context(REMAINING_MS)), began)


def test_an_asyncio_handler_is_bound_too(silent: WatchedSilentServer) -> None:
    with async_client(silent.port) as client:

        @invocation
        async def handler(event: str, context: Context) -> Any:
            return await client.get("cache", event)

        began = time.monotonic()
        assert_cut_short(asyncio.run(handler("key", Context(REMAINING_MS))), began)


def test_the_margin_is_adjustable(silent: WatchedSilentServer) -> None:
    with local_client(silent.port) as client:

        @invocation(margin_ms=9_700)
        def handler(event: str, context: Context) -> Any:
            return client.get("cache", event)

        # Half of the time is the most that a margin takes.
        began = time.monotonic()
        response = handler("key", Context(800))
        assert 0.3 < time.monotonic() - began < 0.8
        assert isinstance(response, CacheGet.Error)


@pytest.fixture(scope="module")
def slow_port() -> Iterator[int]:
    """Of a server whose answers come after the handler has ended that does not wait for them."""
    programs = Programs()
    try:
        command = [local_program(), "--port", "0", "--cache", "cache", "--latency-ms", "50"]
        server = programs.start("momento-lambda-local", command)
        yield int(server.wait_for_line(LISTENING, PATIENCE).group(1))
    finally:
        programs.end_all()


class Mocked:
    """A context of somebody's tests."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    def get_remaining_time_in_millis(self) -> object:
        return self._answer


@pytest.mark.parametrize(
    "context",
    [None, object(), {"remaining": 1}, *map(Mocked, [None, float("nan"), float("inf"), "soon"])],
)
def test_without_a_context_that_knows_there_is_no_bound(context: object, slow_port: int) -> None:
    with local_client(slow_port) as client:

        @invocation
        def handler(event: str, context: object) -> Any:
            return client.get("cache", event)

        assert isinstance(handler("key", context), CacheGet.Miss)
        assert isinstance(handler(event="key", context=context), CacheGet.Miss)

    with async_client(slow_port) as other:

        @invocation
        async def leaves(event: str, context: object) -> asyncio.Future[Any]:
            return asyncio.ensure_future(other.get("cache", event))

        left = run_once(leaves, "key", context)
        assert not left.cancelled(), "it was not waited for"
        assert isinstance(left.result(), CacheGet.Miss)


def test_the_context_is_found_wherever_it_stands(silent: WatchedSilentServer) -> None:
    with local_client(silent.port) as client:

        class Handlers:
            @invocation
            def handle(self, event: str, *, context: Context) -> Any:
                return client.get("cache", event)

        began = time.monotonic()
        assert_cut_short(Handlers().handle("key", context=Context(REMAINING_MS)), began)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was said about calls that were not finished."""
    messages = [record.getMessage() for record in caplog.records if record.name == "momentosdk"]
    return [message for message in messages if "did not wait for" in message]


def run_once(handler: Any, *arguments: Any) -> Any:
    """As a sandbox that is frozen after the handler: the loop has no turn more than the handler takes."""
    event_loop = asyncio.new_event_loop()
    try:
        return event_loop.run_until_complete(handler(*arguments))
    finally:
        for task in asyncio.all_tasks(event_loop):
            task.cancel()
            event_loop.run_until_complete(asyncio.wait([task]))
        event_loop.close()


async def set_one_by_one(client: CacheClientAsync, cache: str) -> None:
    """So many that some are left when a loop ends, however fast."""
    for number in range(20):
        await client.set(cache, f"link {number}", "value")


@pytest.mark.parametrize("decorated", [False, True])
@pytest.mark.parametrize("raises", [False, True])
def test_tasks_that_nobody_awaits_are_done(
    decorated: bool, raises: bool, local_port: int, cache: str, setup_client: CacheClient
) -> None:
    with async_client(local_port) as client:
        tasks: list[Any] = []

        async def handler(event: str, context: object) -> str:
            tasks.append(asyncio.create_task(set_one_by_one(client, cache)))
            tasks.append(
                asyncio.gather(
                    *(client.set(cache, str(number), "value") for number in range(20)), return_exceptions=True
                )
            )
            if raises:
                raise ValueError(event)
            return event

        run = invocation(handler) if decorated else handler
        if raises:
            with pytest.raises(ValueError, match="event"):
                run_once(run, "event", Context(20_000))
        else:
            assert run_once(run, "event", Context(20_000)) == "event"
    # The other half shows that the test would see it if they were not: what is sent before the end may arrive.
    keys = ("link 0", "link 19", "0", "19") if decorated else ("link 19",)
    found = {key: value_of(setup_client, cache, key) for key in keys}
    assert found == dict.fromkeys(keys, "value" if decorated else None)


def test_a_function_that_passes_on_a_coroutine_is_waited_for(
    local_port: int, cache: str, setup_client: CacheClient
) -> None:
    with async_client(local_port) as client:
        tasks: list[Any] = []

        async def inner() -> str:
            tasks.append(asyncio.create_task(set_one_by_one(client, cache)))
            return "done"

        @invocation
        def handler(event: str, context: Context) -> Any:
            return inner()

        async def run() -> Any:
            return await handler("event", Context(20_000))

        assert run_once(run) == "done"
    assert value_of(setup_client, cache, "link 19") == "value"


def test_calls_of_other_threads_are_waited_for_and_what_is_lost_is_told(
    silent: WatchedSilentServer, caplog: pytest.LogCaptureFixture
) -> None:
    with local_client(silent.port) as client, ThreadPoolExecutor(1) as pool:
        calls: list[Any] = []

        @invocation
        def handler(event: str, context: Context) -> str:
            calls.append(pool.submit(client.get, "cache", event))
            assert silent.wait_for_connection(PATIENCE)
            return "answer"

        began = time.monotonic()
        with caplog.at_level(logging.WARNING):
            assert handler("key", Context(REMAINING_MS)) == "answer"
        assert_cut_short(calls[0].result(PATIENCE), began)
    assert told(caplog)[0].startswith("1 call(s)")


def test_tasks_that_are_lost_are_told(silent: WatchedSilentServer, caplog: pytest.LogCaptureFixture) -> None:
    with async_client(silent.port) as client:
        tasks: list[Any] = []

        @invocation
        async def handler(event: str, context: Context) -> str:
            tasks.extend(asyncio.create_task(client.get("cache", event)) for _ in range(3))
            return "answer"

        began = time.monotonic()
        with caplog.at_level(logging.WARNING):
            assert run_once(handler, "key", Context(REMAINING_MS)) == "answer"
        assert time.monotonic() - began < REMAINING_MS / 1000
    assert told(caplog)[0].startswith("3 call(s)")


def test_nothing_is_told_where_nothing_is_lost(local_port: int, cache: str, caplog: pytest.LogCaptureFixture) -> None:
    with local_client(local_port) as client, caplog.at_level(logging.DEBUG):

        @invocation
        def handler(event: str, context: Context) -> Any:
            return client.set(cache, event, "value")

        assert isinstance(handler("key", Context(20_000)), CacheSet.Success)
    assert told(caplog) == []


def test_what_ends_more_than_the_handler_is_not_held_up(silent: WatchedSilentServer) -> None:
    configuration = patient().with_client_timeout(timedelta(seconds=2))
    with local_client(silent.port, configuration) as client, ThreadPoolExecutor(1) as pool:

        @invocation
        def handler(event: str, context: Context) -> None:
            pool.submit(client.get, "cache", event)
            assert silent.wait_for_connection(PATIENCE)
            raise KeyboardInterrupt

        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            handler("key", Context(60_000))
        assert time.monotonic() - began < 1


def test_a_cancelled_handler_ends_at_once(silent: WatchedSilentServer) -> None:
    with async_client(silent.port) as client:

        @invocation
        async def handler(event: str, context: Context) -> Any:
            return await client.get("cache", event)

        began = time.monotonic()
        with pytest.raises(asyncio.TimeoutError):
            asyncio.run(asyncio.wait_for(handler("key", Context(60_000)), 0.1))
        assert time.monotonic() - began < 5
    assert_nothing_is_left()


def assert_nothing_is_left() -> None:
    """No invocation binds any more, and no call is under way."""
    deadline = time.monotonic() + PATIENCE
    probe = _native.begin_invocation(None, 0)
    while probe.under_way() and time.monotonic() < deadline:
        time.sleep(0.001)
    assert probe.under_way() == 0
    assert probe.may_settle(), "another invocation is left over"
    probe.end()


def test_invocations_nest_and_the_latest_limit_binds(silent: WatchedSilentServer) -> None:
    with local_client(silent.port) as client:

        @invocation
        def inner(event: str, context: Context) -> Any:
            return client.get("cache", event)

        @invocation
        def outer(event: str, context: Context) -> Any:
            return inner(event, Context(REMAINING_MS / 3))

        began = time.monotonic()
        assert_cut_short(outer("key", Context(REMAINING_MS)), began)
        assert time.monotonic() - began > REMAINING_MS / 3 / 1000
    assert_nothing_is_left()


def test_invocations_at_a_time_do_not_cut_each_other_short(silent: WatchedSilentServer) -> None:
    with async_client(silent.port) as client:

        @invocation
        async def handler(event: str, context: Context) -> Any:
            began = time.monotonic()
            await client.get("cache", event)
            return time.monotonic() - began

        async def both() -> list[float]:
            return list(await asyncio.gather(handler("a", Context(100)), handler("b", Context(REMAINING_MS))))

        # The first one's call began when there was no other invocation, and is bound by its own.
        short, long = asyncio.run(both())
        assert short < 0.1
        assert 0.1 < long < REMAINING_MS / 1000
    assert_nothing_is_left()


def test_invocations_of_many_threads(local_port: int, cache: str) -> None:
    with local_client(local_port) as client:
        barrier = threading.Barrier(16)

        @invocation
        def handler(event: str, context: Context) -> Any:
            return client.set(cache, event, event)

        def warm(number: int) -> bool:
            barrier.wait(PATIENCE)
            return all(isinstance(handler(str(number), Context(20_000)), CacheSet.Success) for _ in range(50))

        with ThreadPoolExecutor(16) as pool:
            assert all(pool.map(warm, range(16)))
    assert_nothing_is_left()


def test_a_task_that_goes_on_for_ever_is_not_waited_for_for_ever(local_port: int, cache: str) -> None:
    with async_client(local_port) as client:
        tasks: list[Any] = []

        async def poll() -> None:
            while True:
                await client.get(cache, "key")

        @invocation
        async def handler(event: str, context: object) -> str:
            tasks.append(asyncio.create_task(poll()))
            return "answer"

        began = time.monotonic()
        assert run_once(handler, "event", None) == "answer"
        assert time.monotonic() - began < PATIENCE
    assert_nothing_is_left()


def test_the_guide_s_examples_run(environment: pytest.MonkeyPatch, local_port: int, setup_client: CacheClient) -> None:
    environment.setenv("MOMENTO_AUTH_TOKEN", v1_key("token", f"http://127.0.0.1:{local_port}"))
    setup_client.create_cache("cache")
    guide = GUIDE.read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    spaces: list[dict[str, Any]] = [{} for _ in examples]
    for example, space in zip(examples, spaces):
        exec(example, space)  # noqa: S102  # the project's own documentation
    assert spaces[0]["asyncio_handler"]({"key": "k", "value": "v"}, Context(20_000)) == {"accepted": True}
    assert spaces[0]["handler"]({"key": "k"}, Context(20_000)) == {"value": "v"}
    assert len(examples) == 3


def test_the_handler_keeps_its_face() -> None:
    @invocation
    def handler(event: dict[str, str], context: object = None) -> str:
        """What it does."""
        return event["key"]

    handler.note = "a function may have attributes"  # type: ignore[attr-defined]

    @invocation(margin_ms=0)
    async def answer(event: str) -> str:
        return event

    assert handler.__name__ == "handler"
    assert handler.__qualname__.endswith("<locals>.handler")
    assert handler.__module__ == __name__
    assert handler.__doc__ == "What it does."
    assert str(inspect.signature(handler)) == "(event: 'dict[str, str]', context: 'object' = None) -> 'str'"
    assert inspect.unwrap(handler) is not handler
    assert not inspect.iscoroutinefunction(handler)
    assert inspect.iscoroutinefunction(answer)
    assert invocation(handler).note == "a function may have attributes"  # type: ignore[attr-defined]
    assert handler({"key": "value"}) == "value"
    assert asyncio.run(answer("value")) == "value"


def test_an_object_with_call_can_be_decorated() -> None:
    class Sync:
        def __call__(self, event: str, context: object) -> str:
            return event

    class Async:
        async def __call__(self, event: str, context: object) -> str:
            return event

    assert invocation(Sync())("event", None) == "event"
    asynchronous = invocation(Async())
    assert inspect.iscoroutinefunction(asynchronous)
    assert asyncio.run(asynchronous("event", None)) == "event"


@pytest.mark.parametrize("margin", [-1, float("nan"), "50", None, True])
def test_a_margin_that_is_no_time_is_refused(margin: Any) -> None:
    with pytest.raises(InvalidArgumentException, match="margin_ms"):
        invocation(margin_ms=margin)


def test_what_can_not_be_called_is_refused() -> None:
    with pytest.raises(InvalidArgumentException, match="can't be called"):
        invocation(50)  # type: ignore[call-overload]


def test_a_margin_or_a_time_without_end_is_no_bound(local_port: int, cache: str) -> None:
    class Endless:
        def get_remaining_time_in_millis(self) -> float:
            return float("inf")

    with local_client(local_port) as client:

        @invocation(margin_ms=float("inf"))
        def handler(event: str, context: object) -> Any:
            return client.get(cache, event)

        assert isinstance(handler("key", Endless()), CacheGet.Miss)
        assert isinstance(handler("key", Context(20_000)), CacheGet.Miss)
