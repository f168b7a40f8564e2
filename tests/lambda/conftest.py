"""Fixtures of the Lambda tests: one backend for all, one sandbox for each test, and the checks after each.

What can't run is skipped, and every reason, also that Node runs without AWS's client, is printed again at the
end of the run.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "stubs"), str(HERE.parents[1] / "demo")]

import fetch_emulator  # noqa: E402  the paths must be set first
from backend import Backend  # noqa: E402
from emulator import Reply, Sandbox  # noqa: E402
from processes import Programs  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
from runtimes import LOCAL_SERVER, Runtime, missing_parts, node_runtime, python_runtime  # noqa: E402

# kind of function -> its folder and handler
FUNCTIONS = {
    "python": ("functions/python", "function.handler"),
    "node": ("functions/node", "index.handler"),
    "node-commonjs": ("functions/node", "common.handler"),
}
NOTICES: dict[str, None] = {}  # a set that keeps the order


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for notice in NOTICES:
        terminalreporter.write_line(notice, yellow=True, bold=True)


def runtime_for(kind: str) -> Runtime:
    runtime = python_runtime() if kind == "python" else node_runtime()
    if not runtime.official:
        NOTICES[f"NOT RUN under AWS's {runtime.language} runtime client, but under {runtime.client}"] = None
    return runtime


def skip_if(reasons: list[str]) -> None:
    if reasons:
        NOTICES.update({f"LAMBDA TESTS NOT RUN: {reason}": None for reason in reasons})
        pytest.skip(" ".join(reasons))


@pytest.fixture(scope="session")
def built() -> None:
    """What `make build` leaves is there."""
    skip_if(missing_parts())


@pytest.fixture
def programs(built: None) -> Iterator[Programs]:
    programs = Programs()
    try:
        yield programs
    finally:
        programs.end_all()


@pytest.fixture
def api_class() -> type[RuntimeApi]:
    """For a test that wants another one."""
    return RuntimeApi


@pytest.fixture
def api(api_class: type[RuntimeApi]) -> Iterator[RuntimeApi]:
    """The demo's Runtime API, which plays Lambda."""
    api = api_class()
    api.start()
    yield api
    api.stop()


@pytest.fixture(scope="session")
def emulator(built: None) -> Path:
    unsupported = fetch_emulator.why_unsupported()
    if unsupported is not None:
        skip_if([unsupported])
    if not fetch_emulator.emulator_path().is_file():
        skip_if(["AWS's Lambda emulator is missing: run tests/lambda/fetch_emulator.py first."])
    return fetch_emulator.emulator_path()


@pytest.fixture(scope="session")
def backend(emulator: Path) -> Iterator[Backend]:
    programs = Programs()
    backend = Backend(programs, LOCAL_SERVER)
    try:
        backend.start()
        yield backend
    finally:
        programs.end_all()
        backend.stop()


class Function:
    """The function under test: one secret name of its own, a sandbox, and what they cost so far."""

    def __init__(self, backend: Backend, emulator: Path, kind: str) -> None:
        self.secret = f"momento/test-{uuid.uuid4().hex}"
        self.kind = kind
        self._backend = backend
        self._emulator = emulator
        self._programs = Programs()
        self._sandbox: Sandbox | None = None
        self._replies: list[str] = []
        self._connections_before = backend.connections()

    def start(
        self,
        variables: Mapping[str, str] | None = None,
        timeout_seconds: int = 20,
        handler: str | None = None,
    ) -> None:
        """`variables` replace MOMENTO_SECRET_ID, which names the test's secret; `handler` the usual one."""
        folder, usual = FUNCTIONS[self.kind]
        handler = handler or usual
        source = {"MOMENTO_SECRET_ID": self.secret} if variables is None else variables
        # Whatever the core could log under the most talkative setting is searched for the key too.
        environment = {**self._backend.environment, "RUST_LOG": "trace", **source}
        runtime = runtime_for(self.kind)
        self._sandbox = Sandbox(
            self._programs, self._emulator, runtime, HERE / folder, handler, environment, timeout_seconds
        )

    def invoke(self, action: str, **fields: Any) -> Reply:
        assert self._sandbox is not None, "the function is not started"
        reply = self._sandbox.invoke({"action": action, **fields})
        self._replies.append(reply.text)
        return reply

    def roundtrip(self, value: str) -> dict[str, Any]:
        """Set `value` under the test's own key, get it back, and return the reply."""
        return self.invoke("roundtrip", key=self.secret, value=value).value

    def expect(self, value: str) -> int:
        """A round trip that must serve `value`; returns the process id of the function."""
        reply = self.roundtrip(value)
        assert reply.get("value") == value, reply
        return int(reply["pid"])

    def lookups(self, secret: str | None = None) -> int:
        return self._backend.lookups(self.secret if secret is None else secret)

    @property
    def connections(self) -> int:
        return self._backend.connections() - self._connections_before

    @property
    def everything_said(self) -> str:
        """All replies and logs."""
        logs = self._sandbox.output if self._sandbox is not None else ""
        return "\n".join([*self._replies, logs])

    def end(self) -> None:
        self._programs.end_all()


@pytest.fixture(params=list(FUNCTIONS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def function(backend: Backend, emulator: Path, kind: str) -> Iterator[Function]:
    """A function that is not started yet; after the test its logs and replies must hold no secret."""
    function = Function(backend, emulator, kind)
    try:
        yield function
    finally:
        function.end()
    assert_no_secret(backend, function.everything_said)


def assert_no_secret(backend: Backend, text: str) -> None:
    """Fails without showing what it found."""
    environment = backend.environment
    _, payload, signature = backend.key.split(".")
    secrets = (payload, signature, environment["AWS_SECRET_ACCESS_KEY"], environment["AWS_SESSION_TOKEN"])
    found = [name for name, secret in zip(("payload", "signature", "AWS key", "AWS token"), secrets) if secret in text]
    if found:
        pytest.fail(f"the logs or replies hold a secret: {', '.join(found)}", pytrace=False)
