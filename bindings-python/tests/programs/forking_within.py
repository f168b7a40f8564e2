"""Forks from within what runs: an event loop, a middleware, a signal handler. See forks.py."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from forks import (
    LONG,
    PATIENCE,
    Child,
    async_client,
    configuration,
    end_of,
    provider,
    run_scenario,
    use,
    use_async,
)
from momento_lambda import CacheClient, Configurations
from momento_lambda.config.middleware import synchronous as middleware
from momento_lambda.errors import MomentoErrorCode
from momento_lambda.responses import CacheGet, CacheSet


def inside_a_running_loop() -> int:
    return _inside_a_running_loop(asyncio.run)


def inside_a_running_uvloop() -> int:
    import uvloop

    def run_with_uvloop(work: Coroutine[Any, Any, None]) -> None:
        loop = uvloop.new_event_loop()
        try:
            loop.run_until_complete(work)
        finally:
            loop.close()

    return _inside_a_running_loop(run_with_uvloop)


def _inside_a_running_loop(run_a_loop: Callable[[Coroutine[Any, Any, None]], None]) -> int:
    client = async_client()

    async def parent() -> None:
        await use_async(client, "parent")
        under_way = [asyncio.ensure_future(use_async(client, f"task-{number}")) for number in range(20)]
        await asyncio.sleep(0)
        child = Child(lambda: run_a_loop(asyncio.wait_for(use_async(client, "child"), PATIENCE)))
        await asyncio.gather(*under_way)
        await asyncio.get_running_loop().run_in_executor(None, child.wait)
        await use_async(client, "parent")

    run_a_loop(asyncio.wait_for(parent(), 2 * PATIENCE))
    return 1 + 1


def a_loop_that_goes_on_in_the_child() -> int:
    """The loop does not run at the fork, and the parent leaves it alone meanwhile."""
    client = async_client()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(use_async(client, "parent"))
    Child(lambda: loop.run_until_complete(use_async(client, "child"))).wait()
    loop.run_until_complete(use_async(client, "parent"))
    loop.close()
    return 1 + 1


class Handler(middleware.MiddlewareRequestHandler):
    def on_request_metadata(self, metadata: Any) -> Any:
        return metadata

    def on_request_body(self, body: Any) -> Any:
        return body

    def on_response_metadata(self, metadata: Any) -> Any:
        return metadata

    def on_response_body(self, body: Any) -> Any:
        return body

    def on_response_status(self, status: Any) -> Any:
        return status


class ForkingMiddleware(middleware.Middleware):
    """Forks within its first call."""

    def __init__(self) -> None:
        self.parent = os.getpid()
        self.child: int | None = None

    def on_new_request(self, _context: object) -> Any:
        if self.child is None:
            self.child = os.fork()
        return Handler()


def a_middleware_that_forks() -> int:
    forking = ForkingMiddleware()
    client = CacheClient(configuration().with_middlewares([forking]), provider(), LONG)
    answer = client.set("cache", "key", "value")
    if os.getpid() != forking.parent:
        _expect_the_parents(answer, lambda: use(client, "child"))
    assert isinstance(answer, CacheSet.Success), answer
    assert forking.child is not None
    assert end_of(forking.child) == 0
    use(client, "parent")
    return 1 + 1


def a_signal_handler_that_forks() -> int:
    """While a call waits for a server that says nothing: the port is that server's."""
    parent, forked = os.getpid(), []
    signal.signal(signal.SIGALRM, lambda *_: forked.append(os.fork()))
    signal.setitimer(signal.ITIMER_REAL, 0.15)
    settings = Configurations.Lambda.latest().with_client_timeout(timedelta(seconds=1))
    client = CacheClient(settings, provider(), LONG)
    began = time.monotonic()
    answer = client.get("cache", "key")
    if os.getpid() != parent:
        _expect_the_parents(answer, lambda: None)
    assert isinstance(answer, CacheGet.Error)
    assert answer.error_code is MomentoErrorCode.TIMEOUT_ERROR, answer
    assert time.monotonic() - began < PATIENCE
    assert end_of(forked[0]) == 0
    return -1


def _expect_the_parents(answer: Any, then: Callable[[], None]) -> None:
    """In the child: the call was the parent's."""
    said = 1
    try:
        assert answer.error_code is MomentoErrorCode.CANCELLED_ERROR, answer
        assert "forked" in answer.message
        then()
        said = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(said)


if __name__ == "__main__":
    run_scenario(
        inside_a_running_loop,
        inside_a_running_uvloop,
        a_loop_that_goes_on_in_the_child,
        a_middleware_that_forks,
        a_signal_handler_that_forks,
    )
