"""The servers that the tests talk to: started here, waited for by a line, ended by their process id."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from callers import Caller, local_client, make_caller
from processes import LISTENING, Programs
from secrets_stub import SecretsStub
from silent_server import SilentServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from momento_lambda import CacheClient
    from processes import Program

ROOT = Path(__file__).resolve().parents[2]
ADMIN = r"admin on 127\.0\.0\.1:(\d+)"
# Beside what pytest keeps, where nobody commits it.
set_hypothesis_home_dir(ROOT / "bindings-python/.pytest_cache/hypothesis")
_numbers = itertools.count()
_vector_runs: dict[str, int] = {}


def local_program() -> str:
    return os.environ.get("MOMENTO_LAMBDA_LOCAL", str(ROOT / ".venv/bin/momento-lambda-local"))


@pytest.fixture(scope="session")
def local_server() -> Iterator[Program]:
    """A momento-lambda-local of this run's own."""
    programs = Programs()
    try:
        server = programs.start("momento-lambda-local", [local_program(), "--port", "0", "--admin-port", "0"])
        server.wait_for_line(LISTENING, 10)
        yield server
    finally:
        programs.end_all()


@pytest.fixture(scope="session")
def local_port(local_server: Program) -> int:
    """The port of the local server."""
    return int(local_server.wait_for_line(LISTENING, 10).group(1))


@pytest.fixture(scope="session")
def admin_url(local_server: Program) -> str:
    """Where the local server tells what it was asked."""
    return f"http://127.0.0.1:{local_server.wait_for_line(ADMIN, 10).group(1)}"


@pytest.fixture(scope="session")
def setup_client(local_port: int) -> Iterator[CacheClient]:
    """A client for what a test needs before it starts."""
    with local_client(local_port) as client:
        yield client


@pytest.fixture
def cache(setup_client: CacheClient) -> str:
    """The name of a fresh cache."""
    name = f"cache-{next(_numbers)}"
    assert "Success" in str(setup_client.create_cache(name))
    return name


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    """Which of the two clients a test is run with; both in turn."""
    return str(request.param)


@pytest.fixture
def caller(flavour: str, local_port: int) -> Iterator[Caller]:
    """A client for the local server that a test calls without knowing its flavour."""
    with make_caller(flavour, local_port) as made:
        yield made


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no source of a token."""
    for name in list(os.environ):
        if name.startswith(("MOMENTO_", "AWS_")) and name != "MOMENTO_LAMBDA_LOCAL":
            monkeypatch.delenv(name)
    return monkeypatch


@pytest.fixture
def secrets(environment: pytest.MonkeyPatch) -> Iterator[SecretsStub]:
    """A Secrets Manager, and an environment that points to it and names a secret of this test's own."""
    stub = SecretsStub()
    stub.start()
    environment.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", stub.url)
    environment.setenv("AWS_REGION", "eu-west-1")
    environment.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "example")
    environment.setenv("MOMENTO_SECRET_ID", f"momento/test-{next(_numbers)}")
    yield stub
    stub.stop()


class WatchedSilentServer(SilentServer):
    """A silent server that can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._connected = threading.Event()

    def count_connection(self) -> None:
        super().count_connection()
        self._connected.set()

    def wait_for_connection(self, seconds: float) -> bool:
        return self._connected.wait(seconds)


@pytest.fixture
def silent() -> Iterator[WatchedSilentServer]:
    """A server that accepts connections and never answers."""
    server = WatchedSilentServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tls_server(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A local server that speaks TLS with a certificate of its own: the certificate's file, and the address."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subject = ["-subj", "/CN=momento-lambda test", "-days", "2", "-addext", "subjectAltName=IP:127.0.0.1"]
    subject += ["-addext", "basicConstraints=critical,CA:FALSE"]
    algorithm = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(
        [openssl, "req", "-x509", *algorithm, *subject, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    programs = Programs()
    try:
        files = ["--tls-certificate", str(certificate), "--tls-key", str(key)]
        server = programs.start("momento-lambda-local", [local_program(), "--port", "0", "--cache", "cache", *files])
        yield certificate, f"https://127.0.0.1:{server.wait_for_line(LISTENING, 10).group(1)}"
    finally:
        programs.end_all()


@pytest.fixture
def count_vector() -> dict[str, int]:
    """How many cases were run that are not pytest's own; printed at the end of the run."""
    return _vector_runs


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, count in _vector_runs.items():
        terminalreporter.write_line(f"{name}: {count} run, 0 skipped")
