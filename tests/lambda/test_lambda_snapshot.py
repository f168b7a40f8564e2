"""SnapStart as Lambda's runtime client for Python does it: hooks, a request that ends with the restore, hooks.

AWS's emulator takes no snapshots, so the demo's Runtime API plays Lambda: between the two kinds of hooks it looks at
what a snapshot would hold, and rotates the token.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import runtime_api
from backend import ADMIN, make_key
from conftest import HERE, runtime_for, skip_if
from credentials_stub import CredentialsStub
from lambda_environment import function_environment
from loopback import HOST, QuietHandler
from processes import LISTENING, Programs
from runtimes import LOCAL_SERVER
from secrets_stub import SecretsStub

PATIENCE = 30.0


class Momento:
    """A local server, and what its admin port tells."""

    def __init__(self, programs: Programs, program: Path) -> None:
        command = [str(program), "--port", "0", "--admin-port", "0", "--cache", "cache"]
        server = programs.start("momento-lambda-local", command)
        self._url = f"http://{HOST}:{server.wait_for_line(LISTENING, PATIENCE)[1]}"
        self._admin = f"http://{HOST}:{server.wait_for_line(ADMIN, PATIENCE)[1]}"

    @property
    def secret(self) -> str:
        return json.dumps({"MOMENTO_API_KEY": make_key("snapshot"), "MOMENTO_ENDPOINT": self._url})

    def count(self, name: str) -> int:
        with urllib.request.urlopen(f"{self._admin}/counters", timeout=PATIENCE) as answer:
            return int(json.load(answer)[name])


class _RestoreHandler(runtime_api._Handler):
    server: SnapshotApi

    def do_GET(self) -> None:
        if self.path == runtime_api.PREFIX + "restore/next":
            self.server.before_snapshot.set()
            self.server.restored.wait(PATIENCE)
            QuietHandler.answer(self, 200, b"")
        else:
            super().do_GET()


class SnapshotApi(runtime_api.RuntimeApi):
    """Takes a "snapshot" when the function is loaded; the test says when it is restored."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _RestoreHandler
        self.before_snapshot = threading.Event()
        self.restored = threading.Event()


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    try:
        yield programs
    finally:
        programs.end_all()


@pytest.fixture
def credentials() -> Iterator[CredentialsStub]:
    stub = CredentialsStub()
    stub.start()
    yield stub
    stub.stop()


@pytest.fixture
def secrets() -> Iterator[SecretsStub]:
    stub = SecretsStub()
    stub.start()
    yield stub
    stub.stop()


@pytest.fixture
def api() -> Iterator[SnapshotApi]:
    api = SnapshotApi()
    api.start()
    yield api
    api.stop()


def test_a_restored_function_takes_the_rotated_token_and_a_new_connection(
    built: None, programs: Programs, credentials: CredentialsStub, secrets: SecretsStub, api: SnapshotApi
) -> None:
    runtime = runtime_for("python")
    if not runtime.official:
        skip_if([f"SnapStart's hooks are those of AWS's client, and this is {runtime.client}"])
    old, new = Momento(programs, LOCAL_SERVER), Momento(programs, LOCAL_SERVER)
    secrets.change({"secret_string": old.secret})
    environment = function_environment(
        HERE / "functions/python",
        "snapshot.handler",
        {
            "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets.url,
            "MOMENTO_SECRET_ID": "momento/snapshot",
            **credentials.environment(),
        },
        runtime_api=api.address,
    )
    program = programs.start(
        "the function", [*runtime.command, "snapshot.handler"], environment, HERE / "functions/python", api.fail
    )
    assert api.before_snapshot.wait(PATIENCE), program.output
    assert (old.count("connections"), old.count("open_connections")) == (1, 0), "the snapshot would hold a socket"
    secrets.change({"secret_string": new.secret})
    api.restored.set()
    reply = api.invoke({}, PATIENCE)
    assert "Miss" in reply.value["before"], reply
    assert "Miss" in reply.value["now"], reply
    assert (reply.value["counters"]["look_ups"], reply.value["counters"]["connections"]) == (2, 2)
    assert (new.count("connections"), old.count("connections")) == (1, 1)
    assert credentials.requests >= 2, "credentials of the snapshot were used"
    assert credentials.refused == 0
