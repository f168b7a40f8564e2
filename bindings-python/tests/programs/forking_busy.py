"""Forks of a process whose threads and event loops are in the middle of something. See forks.py."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time

from forks import (
    PATIENCE,
    Child,
    async_client,
    configuration,
    run,
    run_scenario,
    sync_client,
    use,
    use_async,
)
from momento_lambda import CacheClient, get_momento_client

FORKS_UNDER_LOAD = 60
# Processes that have done nothing yet, for what is done once.
FRESH = 40


def while_threads_call() -> int:
    return _while_threads_call(sync_client(), 8)


def _while_threads_call(client: CacheClient, many: int) -> int:
    """Forks one after the other, at whatever the threads are doing."""
    stop = threading.Event()
    failures: list[BaseException] = []
    calls = [0] * many

    def call(number: int) -> None:
        try:
            while not stop.is_set():
                use(client, f"thread-{number}", 1)
                calls[number] += 1
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    try:
        for number in range(FORKS_UNDER_LOAD):
            Child(lambda number=number: use(client, f"child-{number}", 1)).wait()  # type: ignore[misc]
            assert not failures, failures
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert not failures, failures
    assert not any(thread.is_alive() for thread in threads)
    assert min(calls) > 0, calls
    return 1 + FORKS_UNDER_LOAD


def while_an_event_loop_calls() -> int:
    """The loop runs in a thread, the core's own thread works for it, and the main thread forks."""
    client = async_client()
    stop = threading.Event()
    failures: list[BaseException] = []

    async def call(number: int) -> None:
        while not stop.is_set():
            await use_async(client, f"task-{number}", 1)

    async def calls() -> None:
        await asyncio.gather(*(call(number) for number in range(20)))

    def loop() -> None:
        try:
            asyncio.run(calls())
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        for number in range(FORKS_UNDER_LOAD):
            Child(lambda number=number: run(use_async(client, f"child-{number}", 1))).wait()  # type: ignore[misc]
    finally:
        stop.set()
        thread.join(PATIENCE)
    assert not failures, failures
    assert not thread.is_alive()
    return 1 + FORKS_UNDER_LOAD


def threads_at_their_first_call() -> int:
    """What is made with the first call, and the modules it imports, are being made when the process forks."""
    for number in range(FRESH):
        Child(lambda number=number: _threads_at_their_first_call(number)).wait()  # type: ignore[misc]
    return FRESH * (1 + 1)


class SlowImports:
    """Imports on a small function: another thread gets its turn in the middle of one."""

    def find_spec(self, name: str, *_: object) -> None:
        if name.startswith("momento_lambda."):
            time.sleep(0.01)


def _threads_at_their_first_call(number: int) -> None:
    sys.meta_path.insert(0, SlowImports())
    client = sync_client()
    barrier = threading.Barrier(5)

    def call(number: int) -> None:
        barrier.wait(PATIENCE)
        increment(f"thread-{number}")

    def increment(key: str) -> None:
        answer = client.increment("cache", f"{key}-{os.getpid()}")
        assert type(answer).__qualname__ == "CacheIncrement.Success", answer

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    barrier.wait(PATIENCE)
    time.sleep(number % 20 * 0.0005)

    def child() -> None:
        sys.meta_path.pop(0)
        increment("child")

    Child(child).wait()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def in_the_middle_of_a_look_up() -> int:
    """A server that loads an application forks as soon as the client is made."""
    for number in range(FRESH):
        Child(lambda number=number: _in_the_middle_of_a_look_up(number)).wait()  # type: ignore[misc]
    return FRESH * (1 + 1)


def _in_the_middle_of_a_look_up(number: int) -> None:
    client = get_momento_client("secretsmanager:momento/forking", configuration=configuration())
    time.sleep(number % 20 * 0.0005)
    Child(lambda: use(client, "child", 1)).wait()
    use(client, "parent", 1)


def polite_ends() -> int:
    """`sys.exit` in children of a process that has a thread with calls under way, and one with a loop."""
    client, other = sync_client(), async_client()
    stop = threading.Event()

    async def loop() -> None:
        while not stop.is_set():
            await use_async(other, "loop")

    def call() -> None:
        while not stop.is_set():
            use(client, "thread")

    threads = [threading.Thread(target=asyncio.run, args=(loop(),)), threading.Thread(target=call)]
    for thread in threads:
        thread.start()
    for number in range(5):
        began = time.monotonic()
        Child(lambda number=number: use(client, f"child-{number}"), politely=True).wait()  # type: ignore[misc]
        Child(lambda number=number: run(use_async(other, f"child-{number}")), politely=True).wait()  # type: ignore[misc]
        assert time.monotonic() - began < PATIENCE / 2
    stop.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    return 2 + 2 * 5


def two_threads_that_fork() -> int:
    """Each may wait for the other while a third thread has the lock that another module's hook wants."""
    use(sync_client(), "parent", 1)
    stop = threading.Event()
    forked = [0, 0]
    failures: list[BaseException] = []

    def log() -> None:
        while not stop.is_set():
            # Taken before a fork by logging, whose hooks run after the client's. Sleeping gives up the interpreter.
            with logging._lock:  # type: ignore[attr-defined,unused-ignore]
                time.sleep(0.0005)

    def fork(number: int) -> None:
        try:
            for _ in range(FORKS_UNDER_LOAD):
                Child(lambda: None).wait()
                forked[number] += 1
        except BaseException as failure:
            failures.append(failure)

    logger = threading.Thread(target=log, daemon=True)
    forkers = [threading.Thread(target=fork, args=(number,), daemon=True) for number in range(2)]
    for thread in (logger, *forkers):
        thread.start()
    for thread in forkers:
        thread.join(2 * PATIENCE)
    stop.set()
    assert not failures, failures
    assert forked == [FORKS_UNDER_LOAD] * 2
    return 1


if __name__ == "__main__":
    run_scenario(
        while_threads_call,
        while_an_event_loop_calls,
        threads_at_their_first_call,
        in_the_middle_of_a_look_up,
        polite_ends,
        two_threads_that_fork,
    )
