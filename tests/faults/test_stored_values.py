"""A write that was executed twice is seen, of each kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from kinds import KINDS
from scene import CACHE, LOCAL_SERVER, Scene
from terms import Pace, Setup

TURNS = 4


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    if not LOCAL_SERVER.exists():
        pytest.fail(f"there is no {LOCAL_SERVER}: make build, or name one in MOMENTO_LAMBDA_LOCAL")
    with Scene(KINDS["ours-python-sync"], Setup(), Pace(quick=True)) as scene:
        scene.warm()
        yield scene


def test_what_was_executed_is_what_was_called(scene: Scene) -> None:
    scene.fault_begins()
    scene.settle(100)
    row = scene.result()
    assert row["executions"] == row["all_writes"]
    assert (row["twice"], row["lost"]) == (0, 0)
    assert len(row["write_operations"]) == TURNS


def test_a_second_time_is_seen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from momento_lambda import get_momento_client

    # Through the proxy, as a client that repeats what it may not.
    monkeypatch.setenv("FAULTS_KEY", scene.new_key)
    monkeypatch.setenv("MOMENTO_ENDPOINT", f"http://127.0.0.1:{scene.proxy_port}")
    client: Any = get_momento_client("env:FAULTS_KEY")
    written = {
        "increment": "write-1-1",
        "list_push_back": "write-1-2",
        "set_if_not_exists": "write-1-3",
        "list_pop_front": "write-0-499",
    }
    never = {"increment": "write-1-4", "list_pop_front": "write-0-498"}
    for _ in range(2):
        assert client.increment(CACHE, written["increment"]).value
        assert client.list_push_back(CACHE, written["list_push_back"], "pushed").list_length
        assert client.list_pop_front(CACHE, written["list_pop_front"]).value_string
        assert not hasattr(client.set_if_not_exists(CACHE, written["set_if_not_exists"], "set"), "error_code")
    client.close()
    keys = {operation: [key] for operation, key in written.items()}
    times = scene.executed(keys, scene.proxy.state()["writes"])
    assert times == dict.fromkeys(written.values(), 2)
    not_there = scene.executed({operation: [key] for operation, key in never.items()}, {})
    assert not_there == dict.fromkeys(never.values(), 0)
