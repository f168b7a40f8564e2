"""SnapStart: a snapshot holds no connection, and a restored copy trusts nothing that was in it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from callers import PATIENCE, caller_of
from conftest import local_program
from credentials_stub import CredentialsStub
from momento import Momento
from momento_lambda import after_restore, before_snapshot, get_momento_client, get_momento_client_async
from momento_lambda.responses import CacheGet
from processes import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from callers import Caller
    from secrets_stub import SecretsStub

# A call that finds a new token and a new connection, on a loaded machine.
SOON_SECONDS = 1.0


@pytest.fixture
def servers() -> Iterator[tuple[Momento, Momento]]:
    programs = Programs()
    try:
        program = Path(local_program())
        yield Momento(programs, program), Momento(programs, program)
    finally:
        programs.end_all()


@pytest.fixture
def caller(flavour: str, secrets: SecretsStub, servers: tuple[Momento, Momento]) -> Iterator[Caller]:
    """A shared client whose secret names the first server."""
    secrets.change({"secret_string": servers[0].secret})
    get: Any = get_momento_client if flavour == "sync" else get_momento_client_async
    with caller_of(get()) as caller:
        yield caller


def get_misses(caller: Caller) -> None:
    began = time.monotonic()
    response = caller.call("get", cache_name="cache", key="key")
    assert isinstance(response, CacheGet.Miss), response
    assert time.monotonic() - began < SOON_SECONDS


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_snapshot_holds_no_connection(caller: Caller, secrets: SecretsStub, servers: tuple[Momento, Momento]) -> None:
    get_misses(caller)
    assert servers[0].counters()["open_connections"] == 1
    before_snapshot()
    until(lambda: servers[0].counters()["open_connections"] == 0)
    # The function goes on without a restore where it was no snapshot in the end.
    get_misses(caller)
    assert secrets.recorded()["count"] == 2


def test_a_restored_copy_takes_the_rotated_token_and_a_new_connection(
    caller: Caller, secrets: SecretsStub, servers: tuple[Momento, Momento]
) -> None:
    old, new = servers
    get_misses(caller)
    secrets.change({"secret_string": new.secret})
    old.ask("block")
    after_restore()
    get_misses(caller)
    assert secrets.recorded()["count"] == 2
    assert new.counters()["connections"] == 1
    counted = caller.client.counters()
    assert (counted["look_ups"], counted["connections"]) == (2, 2)


def test_a_restored_copy_has_a_head_start(
    caller: Caller, secrets: SecretsStub, servers: tuple[Momento, Momento]
) -> None:
    get_misses(caller)
    before_snapshot()
    secrets.change({"secret_string": servers[1].secret})
    after_restore()
    until(lambda: servers[1].counters()["connections"] == 1)
    get_misses(caller)
    assert secrets.recorded()["count"] == 2


def test_a_restored_copy_asks_the_container_for_credentials(
    caller: Caller, secrets: SecretsStub, environment: pytest.MonkeyPatch
) -> None:
    get_misses(caller)
    stub = CredentialsStub(access_key_id="ASIARESTORED")
    stub.start()
    try:
        environment.delenv("AWS_ACCESS_KEY_ID")
        for name, value in stub.environment().items():
            environment.setenv(name, value)
        after_restore()
        get_misses(caller)
        assert (stub.requests, stub.refused) == (1, 0)
        assert secrets.recorded()["requests"][-1]["access_key_id"] == "ASIARESTORED"
    finally:
        stub.stop()


LAMBDA_S_MODULE = """
registered = []
def register_before_snapshot(function): registered.append(function.__name__)
def register_after_restore(function): registered.append(function.__name__)
"""
PROGRAM = """
import sys
from momento_lambda import {0}
{0}('env:NOTHING')
{0}('env:NOTHING')
hooks = sys.modules.get("snapshot_restore_py")
print(hooks and hooks.registered, "momento_lambda.snapshots" in sys.modules)
"""


@pytest.mark.parametrize("maker", ["get_momento_client", "get_momento_client_async"])
@pytest.mark.parametrize(
    ("kind", "has_module", "printed"),
    [
        ("snap-start", True, "['before_snapshot', 'after_restore'] True"),
        ("snap-start", False, "None True"),
        ("on-demand", True, "None False"),
        ("provisioned-concurrency", True, "None False"),
        (None, True, "None False"),
    ],
)
def test_lambda_s_hooks_are_used_where_there_are_snapshots(
    maker: str, kind: str | None, has_module: bool, printed: str, tmp_path: Path
) -> None:
    # A module that can't be imported stands for one that is not there.
    module = LAMBDA_S_MODULE if has_module else "raise ImportError"
    (tmp_path / "snapshot_restore_py.py").write_text(module, encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if name != "AWS_LAMBDA_INITIALIZATION_TYPE"}
    variables["PYTHONPATH"] = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    if kind is not None:
        variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = kind
    command = [sys.executable, "-c", PROGRAM.format(maker)]
    ended = subprocess.run(command, env=variables, check=True, capture_output=True, text=True, timeout=PATIENCE)
    assert ended.stdout.strip() == printed
