"""Programs that fork, for test_processes.py: `python forking.py SCENARIO PORT`.

A process of its own for each, because a fork copies everything that pytest has. A child says through a pipe how it
went; one that says nothing for PATIENCE seconds is killed, and the program fails.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from momento_lambda import (
    CacheClient,
    CacheClientAsync,
    Configurations,
    CredentialProvider,
    get_momento_client,
    get_momento_client_async,
)
from momento_lambda.config.middleware import synchronous as middleware
from momento_lambda.errors import MomentoErrorCode
from momento_lambda.responses import CacheGet, CacheSet

PORT = int(sys.argv[2]) if len(sys.argv) > 2 else 0
PATIENCE = 10.0
CHILDREN = 3
FORKS_UNDER_LOAD = 60
# Processes that have done nothing yet, for what is done once.
FRESH = 40
LONG = timedelta(seconds=10)


def provider() -> CredentialProvider:
    return CredentialProvider.for_momento_local(port=PORT)


def configuration() -> Any:
    return Configurations.Lambda.latest().with_client_timeout(LONG)


def sync_client() -> CacheClient:
    return CacheClient(configuration(), provider(), LONG)


def async_client() -> CacheClientAsync:
    return CacheClientAsync(configuration(), provider(), LONG)


def use(client: CacheClient, key: str, times: int = 3) -> None:
    for turn in range(times):
        value = f"{key}-{turn}"
        stored = client.set("cache", key, value)
        assert isinstance(stored, CacheSet.Success), stored
        found = client.get("cache", key)
        assert isinstance(found, CacheGet.Hit), found
        assert found.value_string == value


async def use_async(client: CacheClientAsync, key: str, times: int = 3) -> None:
    for turn in range(times):
        value = f"{key}-{turn}"
        stored = await client.set("cache", key, value)
        assert isinstance(stored, CacheSet.Success), stored
        found = await client.get("cache", key)
        assert isinstance(found, CacheGet.Hit), found
        assert found.value_string == value


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, PATIENCE))


class Child:
    """A fork that does `work`, and then ends by `_exit` or as a program does, by `sys.exit`."""

    def __init__(self, work: Callable[[], object], politely: bool = False) -> None:
        self._reader, writer = os.pipe()
        self.process_id = os.fork()
        if self.process_id:
            os.close(writer)
            return
        # One that hangs, perhaps in native code, must not outlive the test.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(3 * PATIENCE))
        said = b"ok"
        try:
            work()
        except BaseException:
            said = traceback.format_exc().encode()
        os.write(writer, said[-4000:])
        os.close(writer)
        if politely:
            sys.exit(0)
        os._exit(0)

    def wait(self) -> None:
        ready, _, _ = select.select([self._reader], [], [], PATIENCE)
        said = os.read(self._reader, 4096).decode() if ready else f"said nothing for {PATIENCE:g} s"
        deadline = time.monotonic() + PATIENCE
        while (ended := os.waitpid(self.process_id, os.WNOHANG)) == (0, 0):
            if time.monotonic() > deadline or said != "ok":
                os.kill(self.process_id, signal.SIGKILL)
                os.waitpid(self.process_id, 0)
                raise AssertionError(f"the child {said if said != 'ok' else 'did not end'}")
            time.sleep(0.002)
        os.close(self._reader)
        assert said == "ok", said
        assert ended[1] == 0, f"the child ended with {ended[1]}"


def children(work: Callable[[str], object], many: int = CHILDREN, politely: bool = False) -> None:
    """So many at a time."""
    forked = [Child(lambda number=number: work(f"child-{number}"), politely) for number in range(many)]  # type: ignore[misc]
    for child in forked:
        child.wait()


# --- Each scenario returns how many connections there have to have been. ----------------------------------------------


def before_first_use() -> int:
    client = sync_client()
    children(lambda key: use(client, key))
    use(client, "parent")
    return 1 + CHILDREN


def after_first_use() -> int:
    client = sync_client()
    use(client, "parent")
    children(lambda key: use(client, key))
    use(client, "parent")
    return 1 + CHILDREN


def asyncio_before_first_use() -> int:
    client = async_client()
    children(lambda key: run(use_async(client, key)))
    run(use_async(client, "parent"))
    return 1 + CHILDREN


def asyncio_after_first_use() -> int:
    client = async_client()
    run(use_async(client, "parent"))
    children(lambda key: run(use_async(client, key)))
    run(use_async(client, "parent"))
    return 1 + CHILDREN


def the_shared_client_stays_the_same() -> int:
    os.environ["KEY"] = ""
    os.environ["MOMENTO_AUTH_TOKEN"] = sys.argv[3]
    client, other = get_momento_client(), get_momento_client_async()
    use(client, "parent")

    def work(key: str) -> None:
        assert get_momento_client() is client
        assert get_momento_client_async() is other
        use(client, key)
        run(use_async(other, key))
        client.close()
        assert get_momento_client() is not client
        use(get_momento_client(), key)

    children(work)
    assert get_momento_client() is client
    use(client, "parent")
    return 1 + 2 * CHILDREN


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


def a_pool() -> int:
    global _pooled
    _pooled = sync_client()
    use(_pooled, "parent")
    with multiprocessing.get_context("fork").Pool(CHILDREN) as pool:
        assert len(set(pool.map(_in_a_pool, range(30), 5))) <= CHILDREN
        use(_pooled, "parent")
    use(_pooled, "parent")
    return -1  # a process of the pool may have had nothing to do


_pooled: CacheClient | None = None


def _in_a_pool(number: int) -> int:
    assert _pooled is not None
    use(_pooled, f"pooled-{number}", 1)
    return os.getpid()


def other_ways_to_start() -> int:
    """`spawn` and `forkserver`: the child imports everything anew."""
    client = sync_client()
    use(client, "parent")
    for way in ("spawn", "forkserver"):
        context: Any = multiprocessing.get_context(way)
        queue = context.SimpleQueue()
        process = context.Process(target=_started, args=(PORT, queue))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == 0, process.exitcode
        assert queue.get() == "ok"
        use(client, "parent")
    return 1 + 2


def _started(port: int, queue: Any) -> None:
    global PORT
    PORT = port
    use(sync_client(), "started")
    queue.put("ok")


def a_server_that_loads_first() -> int:
    """Gunicorn's way: the parent loads and uses the client, workers serve, one is replaced, and the parent goes on."""
    client, other = sync_client(), async_client()
    use(client, "parent")
    run(use_async(other, "parent"))

    def serve(requests: int, name: str) -> None:
        while request := os.read(requests, 1):
            if request == b"s":
                use(client, name)
            else:
                run(use_async(other, name))

    def worker(name: str) -> tuple[Child, int]:
        reader, writer = os.pipe()

        def work() -> None:
            os.close(writer)
            serve(reader, name)

        child = Child(work, politely=True)
        os.close(reader)
        return child, writer

    workers = []
    for number in range(CHILDREN):
        workers.append(worker(f"worker-{number}"))
        for earlier, _ in workers[:-1]:
            assert earlier.process_id
    for _ in range(5):
        for _, requests in workers:
            os.write(requests, b"sa")
        use(client, "parent")
        run(use_async(other, "parent"))
    # In the order in which they hold the ends of each other's pipes: the last one first.
    for child, requests in reversed(workers):
        os.close(requests)
        child.wait()
    child, requests = worker("replacement")
    os.write(requests, b"as")
    os.close(requests)
    child.wait()
    use(client, "parent")
    run(use_async(other, "parent"))
    return 2 * (1 + CHILDREN + 1)


def children_of_children() -> int:
    client = sync_client()
    use(client, "parent")

    def grandchild() -> None:
        use(client, "grandchild")
        Child(lambda: use(client, "great-grandchild")).wait()
        use(client, "grandchild")

    def child() -> None:
        Child(grandchild).wait()  # before this one's first use
        use(client, "child")
        Child(grandchild).wait()  # and after it
        use(client, "child")

    Child(child).wait()
    use(client, "parent")
    return 1 + 1 + 2 * 2


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


def ways_to_let_go() -> int:
    """Whatever the child does with the client, the parent's connection is as it was."""
    client, other = sync_client(), async_client()
    use(client, "parent")
    run(use_async(other, "parent"))

    def close(_: str) -> None:
        client.close()
        other.close()
        assert isinstance(client.get("cache", "key"), CacheGet.Error)

    def leave(key: str) -> None:
        with client as same:
            use(same, key)

    def collect(_: str) -> None:
        for one in (client, other):
            native = one._native
            del one._native
            assert sys.getrefcount(native) == 2
            del native
        gc.collect()

    for let_go in (close, leave, collect):
        for politely in (False, True):
            children(let_go, 1, politely)
            use(client, "parent")
            run(use_async(other, "parent"))
    return 2 + 2


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
    _expect_zero(forking.child)
    use(client, "parent")
    return 1 + 1


def a_signal_handler_that_forks() -> int:
    """While a call waits for a server that says nothing: PORT is that server's."""
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
    _expect_zero(forked[0])
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


def _expect_zero(process_id: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while (ended := os.waitpid(process_id, os.WNOHANG)) == (0, 0):
        assert time.monotonic() < deadline, "the child did not end"
        time.sleep(0.002)
    assert ended[1] == 0, ended


SCENARIOS: dict[str, Callable[[], int]] = {
    scenario.__name__: scenario
    for scenario in (
        before_first_use,
        after_first_use,
        asyncio_before_first_use,
        asyncio_after_first_use,
        the_shared_client_stays_the_same,
        while_threads_call,
        while_an_event_loop_calls,
        threads_at_their_first_call,
        in_the_middle_of_a_look_up,
        a_pool,
        other_ways_to_start,
        a_server_that_loads_first,
        children_of_children,
        inside_a_running_loop,
        inside_a_running_uvloop,
        a_loop_that_goes_on_in_the_child,
        ways_to_let_go,
        polite_ends,
        a_middleware_that_forks,
        a_signal_handler_that_forks,
    )
}

if __name__ == "__main__":
    print(f"connections {SCENARIOS[sys.argv[1]]()}", flush=True)
