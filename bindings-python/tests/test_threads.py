"""Threads, event loops and ends: many callers at a time, calls given up by the thousand, interpreters that end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from callers import DEFAULT_TTL, PATIENCE, local_client, patient
from momento_lambda import CacheClient, CacheClientAsync, Configurations, CredentialProvider
from momento_lambda.errors import MomentoErrorCode
from momento_lambda.responses import CacheGet, CacheSet

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from conftest import WatchedSilentServer

linux = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="NOT RUN: counts what /proc shows")  # noqa: PTH112
THREADS = 64
# A loop's own futures: the test's task and the like.
FEW = 10


@pytest.fixture
def async_client(local_port: int) -> Iterator[CacheClientAsync]:
    client = CacheClientAsync(patient(), CredentialProvider.for_momento_local(port=local_port), DEFAULT_TTL)
    yield client
    client.close()


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def threads() -> int:
    """All of the process, without those in which the kernel serves the io_uring of uvloop: they end late."""
    names = []
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended meanwhile
            names.append((task / "comm").read_text())
    return sum(not name.startswith("iou-") for name in names)


def pending_futures() -> int:
    """Futures of asyncio that somebody holds: the client holds those of its calls in flight."""
    gc.collect()
    return sum(isinstance(thing, asyncio.Future) for thing in gc.get_objects())


async def use(client: CacheClientAsync, cache: str, key: str, value: str) -> None:
    assert isinstance(await client.set(cache, key, value), CacheSet.Success)
    found = await client.get(cache, key)
    assert isinstance(found, CacheGet.Hit)
    assert found.value_string == value


def run_loop(work: Coroutine[Any, Any, None], uvloop: Any = None) -> None:
    loop = asyncio.new_event_loop() if uvloop is None else uvloop.new_event_loop()
    try:
        loop.run_until_complete(asyncio.wait_for(work, PATIENCE))
    finally:
        loop.close()


@pytest.fixture(params=["asyncio", "uvloop"])
def loops(request: pytest.FixtureRequest) -> Any:
    """Nothing, or the module that makes the loops."""
    if request.param == "asyncio":
        return None
    return pytest.importorskip("uvloop", reason="NOT RUN: uvloop is not installed")


def test_64_threads_and_an_event_loop(local_port: int, cache: str, async_client: CacheClientAsync, loops: Any) -> None:
    """Each gets its own answers, all get on at a time, and nobody waits for another's turn for ever."""
    calls = [0] * THREADS
    failures: list[BaseException] = []
    all_got_on = threading.Event()
    deadline = time.monotonic() + PATIENCE

    with local_client(local_port) as client:

        def work(number: int) -> None:
            try:
                while not all_got_on.is_set():
                    assert time.monotonic() < deadline, calls
                    key, value = f"thread-{number}", f"{number}-{calls[number]}"
                    assert isinstance(client.set(cache, key, value), CacheSet.Success)
                    found = client.get(cache, key)
                    assert isinstance(found, CacheGet.Hit)
                    assert found.value_string == value
                    calls[number] += 1
                    if min(calls) >= 10:
                        all_got_on.set()
            except BaseException as failure:
                failures.append(failure)
                all_got_on.set()

        async def tasks() -> None:
            turns = 0
            while not all_got_on.is_set() or turns < 3:
                await asyncio.gather(*(use(async_client, cache, f"task-{task}", str(turns)) for task in range(20)))
                turns += 1

        started = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in started:
            thread.start()
        run_loop(tasks(), loops)
        for thread in started:
            thread.join(PATIENCE)
        assert not failures, failures
        assert not any(thread.is_alive() for thread in started)


@linux
def test_hundreds_of_event_loops_leave_nothing(cache: str, async_client: CacheClientAsync, loops: Any) -> None:
    async def invocation(number: int) -> None:
        await use(async_client, cache, "key", str(number))

    for number in range(20):
        run_loop(invocation(number), loops)
    gc.collect()
    before = descriptors(), threads()
    # One of uvloop's takes 8 ms.
    for number in range(1000 if loops is None else 250):
        run_loop(invocation(number), loops)
    gc.collect()
    assert (descriptors(), threads()) == before


@linux
def test_ten_thousand_calls_cancelled_at_any_moment(cache: str, async_client: CacheClientAsync, loops: Any) -> None:
    chance = random.Random(7)  # noqa: S311  # moments, not secrets

    async def storm(calls: int) -> None:
        tasks = [asyncio.ensure_future(use(async_client, cache, f"k{number}", "v")) for number in range(calls)]
        while not all(task.done() for task in tasks):
            for task in chance.sample(tasks, len(tasks) // 4):
                task.cancel()
            await asyncio.sleep(chance.choice([0, 0, 0.0005]))
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert ended is None or isinstance(ended, asyncio.CancelledError), ended

    async def storms() -> None:
        await storm(200)
        await use(async_client, cache, "connected", "v")  # the storm may have left no connection
        open_before, threads_before = descriptors(), threads()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(10):
            await storm(1000)
        # Fewer, where the thread of an earlier test has ended meanwhile.
        assert descriptors() <= open_before
        assert threads() <= threads_before
        deadline = time.monotonic() + PATIENCE / 2
        while pending_futures() > FEW:
            assert time.monotonic() < deadline, f"{pending_futures()} futures are held by somebody"
            await asyncio.sleep(0.01)  # what has ended lets go of its last references
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        print(f"10,000 calls cancelled: {grown} KiB more at most")
        assert grown < 40 * 1024
        await asyncio.gather(*(use(async_client, cache, f"k{number}", str(number)) for number in range(50)))

    run_loop(storms(), loops)


# --- close ---------------------------------------------------------------------------------------------------------


def test_close_while_threads_call(local_port: int, cache: str) -> None:
    """Each call ends with its reply, or says that the client is closed."""
    for _ in range(5):
        client = local_client(local_port)
        ends: list[Any] = []
        all_call = threading.Barrier(8 + 1)

        def work(client: CacheClient = client, ends: list[Any] = ends, all_call: Any = all_call) -> None:
            answer = client.set(cache, "key", "value")
            all_call.wait(PATIENCE)
            while isinstance(answer, CacheSet.Success):
                answer = client.set(cache, "key", "value")
            ends.append(answer)

        started = [threading.Thread(target=work) for _ in range(8)]
        for thread in started:
            thread.start()
        all_call.wait(PATIENCE)
        client.close()
        for thread in started:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        codes = {end.error_code for end in ends}
        assert codes == {MomentoErrorCode.FAILED_PRECONDITION_ERROR}, ends
        client.close()
        assert isinstance(client.get(cache, "key"), CacheGet.Error)


@linux
def test_close_while_tasks_call(local_port: int, cache: str) -> None:
    """Each is answered: with its reply, or that the client is closed."""

    async def calls() -> None:
        for _ in range(5):
            client = CacheClientAsync(patient(), CredentialProvider.for_momento_local(port=local_port), DEFAULT_TTL)
            tasks = [asyncio.ensure_future(client.set(cache, "key", str(number))) for number in range(200)]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            client.close()
            client.close()
            for answer in await asyncio.gather(*tasks):
                assert isinstance(answer, (CacheSet.Success, CacheSet.Error))
                if isinstance(answer, CacheSet.Error):
                    assert answer.error_code is MomentoErrorCode.FAILED_PRECONDITION_ERROR, answer
            closed = await client.get(cache, "key")
            assert isinstance(closed, CacheGet.Error)
            assert closed.error_code is MomentoErrorCode.FAILED_PRECONDITION_ERROR

    run_loop(calls())
    before = descriptors()
    run_loop(calls())
    assert descriptors() <= before


def test_close_while_the_server_is_silent(silent: WatchedSilentServer) -> None:
    """A call that waits for an answer waits until its deadline and no longer."""
    client = CacheClient(
        Configurations.Lambda.latest(), CredentialProvider.for_momento_local(port=silent.port), DEFAULT_TTL
    )
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(client.get("cache", "key")))
    waiting.start()
    assert silent.wait_for_connection(PATIENCE)
    client.close()
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
    assert isinstance(answers[0], CacheGet.Error)
    assert answers[0].error_code is MomentoErrorCode.TIMEOUT_ERROR


# --- the end of an interpreter ----------------------------------------------------------------------------------------

MADE = """
import asyncio, atexit, sys, threading, time
from datetime import timedelta
from momento_lambda import CacheClient, CacheClientAsync, Configurations, CredentialProvider
provider = CredentialProvider.for_momento_local(port=int(sys.argv[1]))
silent = CredentialProvider.for_momento_local(port=int(sys.argv[2]))
patient = Configurations.Lambda.latest().with_client_timeout(timedelta(seconds=30))
client = CacheClient(patient, provider, timedelta(1))
other = CacheClientAsync(patient, provider, timedelta(1))
mute = CacheClient(patient, silent, timedelta(1))
other_mute = CacheClientAsync(patient, silent, timedelta(1))
def daemon(work):
    threading.Thread(target=work, daemon=True).start()
def forever(answered):
    while True:
        client.set('cache', 'key', 'value')
        answered.set()
def daemons_at_their_calls(many):
    answered = [threading.Event() for _ in range(many)]
    for one in answered:
        daemon(lambda one=one: forever(one))
    assert all(one.wait(30) for one in answered)
def until_connected(client):
    # Nobody answers: what can be waited for is the connection.
    deadline = time.monotonic() + 30
    while not client.counters()['connections']:
        assert time.monotonic() < deadline
        time.sleep(0.001)
async def leave(client, many=100, begun=threading.Event()):
    tasks = [asyncio.ensure_future(client.get('cache', 'key')) for _ in range(many)]
    if client is other:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(0)  # each task's first step
        until_connected(client)
    begun.set()
    return tasks
"""

ENDS = {
    "daemon threads at their calls": "daemons_at_their_calls(8)",
    "a daemon thread that waits": "daemon(lambda: mute.get('cache', 'key'))\nuntil_connected(mute)",
    "tasks that wait": "asyncio.run(leave(other_mute))",
    "a loop left open with tasks that wait": (
        "import warnings; warnings.simplefilter('ignore')\n"
        "loop = asyncio.new_event_loop()\n"
        "tasks = loop.run_until_complete(leave(other_mute))\n"
        "[setattr(task, '_log_destroy_pending', False) for task in tasks]"
    ),
    "calls at exit": (
        "atexit.register(lambda: print(client.set('cache', 'key', 'at exit')))\n"
        "atexit.register(lambda: asyncio.run(other.set('cache', 'key', 'at exit')))"
    ),
    "after loops are closed": "[asyncio.run(leave(other)) for _ in range(5)]",
    "a daemon thread with a loop": (
        "begun = threading.Event()\ndaemon(lambda: asyncio.run(leave(other_mute, 10, begun)))\nassert begun.wait(30)"
    ),
    "sys.exit from within a loop": (
        "async def end():\n    await leave(other_mute)\n    sys.exit(0)\nasyncio.run(end())"
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_interpreter_ends_at_once_and_without_noise(
    setup_client: CacheClient, local_port: int, silent: WatchedSilentServer, end: str
) -> None:
    setup_client.create_cache("cache")
    for _ in range(3):
        began = time.monotonic()
        program = [sys.executable, "-c", MADE + ENDS[end], str(local_port), str(silent.port)]
        ended = subprocess.run(program, check=False, capture_output=True, text=True, timeout=PATIENCE)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert time.monotonic() - began < 3
        if end == "calls at exit":
            assert "CacheSet.Success" in ended.stdout
