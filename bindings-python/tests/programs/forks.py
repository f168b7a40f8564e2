"""What programs that fork share, for test_processes.py: clients, children, and how a scenario is run by its name.

    python forking.py SCENARIO PORT

A process of its own for each, because a fork copies everything that pytest has. A child says through a pipe how it
went; one that says nothing for PATIENCE seconds is killed, and the program fails.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from momento_lambda import CacheClient, CacheClientAsync, Configurations, CredentialProvider
from momento_lambda.responses import CacheGet, CacheSet

PATIENCE = 10.0
CHILDREN = 3
LONG = timedelta(seconds=10)


def port() -> int:
    return int(sys.argv[2])


def provider() -> CredentialProvider:
    return CredentialProvider.for_momento_local(port=port())


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
        os.close(self._reader)
        if said != "ok":
            os.kill(self.process_id, signal.SIGKILL)
        ended = end_of(self.process_id)
        assert said == "ok", f"the child {said}"
        assert ended == 0, f"the child ended with {ended}"


def end_of(process_id: int) -> int:
    """The status of a child that ends in time; another is killed."""
    deadline = time.monotonic() + PATIENCE
    while (ended := os.waitpid(process_id, os.WNOHANG)) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(process_id, signal.SIGKILL)
            os.waitpid(process_id, 0)
            raise AssertionError("the child did not end")
        time.sleep(0.002)
    return ended[1]


def children(work: Callable[[str], object], many: int = CHILDREN, politely: bool = False) -> None:
    """So many at a time."""
    forked = [Child(lambda number=number: work(f"child-{number}"), politely) for number in range(many)]  # type: ignore[misc]
    for child in forked:
        child.wait()


def run_scenario(*scenarios: Callable[[], int]) -> None:
    """The one that the command line names. Each returns how many connections it made, or less than 0."""
    chosen = {scenario.__name__: scenario for scenario in scenarios}[sys.argv[1]]
    print(f"connections {chosen()}", flush=True)
