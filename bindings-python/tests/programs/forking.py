"""Forks of a process whose client is at rest: children, pools, the workers of a server. See forks.py."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from typing import Any

from forks import CHILDREN, PATIENCE, Child, async_client, children, run, run_scenario, sync_client, use, use_async
from momento_lambda import CacheClient, get_momento_client, get_momento_client_async
from momento_lambda.responses import CacheGet


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
        process = context.Process(target=_started, args=(sys.argv, queue))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == 0, process.exitcode
        assert queue.get() == "ok"
        use(client, "parent")
    return 1 + 2


def _started(arguments: list[str], queue: Any) -> None:
    sys.argv = arguments
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


if __name__ == "__main__":
    run_scenario(
        before_first_use,
        after_first_use,
        asyncio_before_first_use,
        asyncio_after_first_use,
        the_shared_client_stays_the_same,
        a_pool,
        other_ways_to_start,
        a_server_that_loads_first,
        children_of_children,
        ways_to_let_go,
    )
