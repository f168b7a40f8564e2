"""What the tests of what is shipped share: the scripts that make it, servers, and notices of what was not run."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "wheels"), str(ROOT / "tests" / "stubs")]

from installing import PROGRAMS, TARGET, artefact, npm_install  # noqa: E402
from processes import LISTENING, Programs  # noqa: E402
from registry import Registry  # noqa: E402


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"WHEEL TESTS NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)


@pytest.fixture(scope="session")
def port() -> Iterator[str]:
    program = os.environ.get("MOMENTO_LAMBDA_LOCAL", str(ROOT / ".venv" / "bin" / "momento-lambda-local"))
    if not Path(program).is_file():
        pytest.skip("momento-lambda-local is not built; run make build")
    programs = Programs()
    try:
        server = programs.start("momento-lambda-local", [program, "--port", "0"])
        yield server.wait_for_line(LISTENING, 10).group(1)
    finally:
        programs.end_all()


@pytest.fixture
def cache() -> str:
    return f"cache-{uuid.uuid4().hex}"


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    """The address of a registry that holds momento-lambda and this platform's package, as they were packed."""
    artefact("npm", "momento-lambda-[0-9]*.tgz")
    artefact("npm", "momento-lambda-linux-{node}-gnu-*.tgz")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    server = Registry(TARGET / "npm")
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


@pytest.fixture(scope="session")
def installed_node(registry: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which npm installed the package, with the programs that use it."""
    folder = tmp_path_factory.mktemp("node")
    npm_install(folder, registry, "momento-lambda")
    for program in PROGRAMS.glob("smoke.[cm]js"):
        shutil.copy(program, folder)
    return folder
