"""SnapStart as Lambda's runtime client for Python does it: hooks, a request that ends with the restore, hooks.

AWS's emulator takes no snapshots, so the demo's Runtime API plays Lambda: between the two kinds of hooks it looks at
what a snapshot would hold, and rotates the token.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import runtime_api
from conftest import HERE, runtime_for, skip_if
from credentials_stub import CredentialsStub
from lambda_environment import function_environment
from loopback import QuietHandler
from momento import Momento
from processes import Programs
from runtimes import LOCAL_SERVER
from secrets_stub import SecretsStub

PATIENCE = 30.0


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
def api_class() -> type[SnapshotApi]:
    return SnapshotApi


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
    counted = old.counters()
    assert (counted["connections"], counted["open_connections"]) == (1, 0), "the snapshot would hold a socket"
    secrets.change({"secret_string": new.secret})
    api.restored.set()
    reply = api.invoke({}, PATIENCE)
    assert "Miss" in reply.value["before"], reply
    assert "Miss" in reply.value["now"], reply
    assert (reply.value["counters"]["look_ups"], reply.value["counters"]["connections"]) == (2, 2)
    assert (new.counters()["connections"], old.counters()["connections"]) == (1, 1)
    assert credentials.requests >= 2, "credentials of the snapshot were used"
    assert credentials.refused == 0
