"""What the tests of momento-lambda-local's packages share: clean installations of what `make wheels` made."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/local", "tests/wheels", "tests/stubs", "wheels")]

from installing import TARGET, artefact, npm_install, run  # noqa: E402
from interpreters import interpreters  # noqa: E402
from processes import Programs  # noqa: E402
from registry import Registry  # noqa: E402

EXAMPLES = ROOT / "tests" / "local" / "examples"
PYTEST = "pytest==8.4.2"
PYTHONS = interpreters()
# They run in folders of their own, with what they test.
collect_ignore = ["examples"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"LOCAL TESTS NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)


@pytest.fixture
def programs() -> Iterator[Programs]:
    started = Programs()
    yield started
    started.end_all()


# The oldest and the newest here.
@pytest.fixture(scope="session", params=sorted({0, len(PYTHONS) - 1}), ids=lambda index: [*PYTHONS, "none"][index])
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the two wheels, and pytest."""
    wheels = [artefact("shipped", f"{name}-*_{{wheel}}.whl") for name in ("momento_lambda", "momento_lambda_local")]
    folder = tmp_path_factory.mktemp("environment")
    run([*PYTHONS.values()][request.param], "-m", "venv", folder / "venv", folder=folder)
    found = folder / "venv" / "bin" / "python"
    pip: list[str | Path] = [found, "-m", "pip", "--disable-pip-version-check", "install"]
    run(*pip, "--no-index", *wheels, folder=folder)
    try:
        run(*pip, "--only-binary=:all:", PYTEST, folder=folder)
    except AssertionError as error:
        pytest.skip(f"{PYTEST} could not be installed: {str(error)[-200:]}")
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's folder: the function, and the examples of tests for pytest."""
    shutil.copy(ROOT / "examples" / "python_function" / "app.py", tmp_path)
    for example in EXAMPLES.glob("*.py"):
        shutil.copy(example, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def node_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder: the function, the examples of tests for node:test, and what npm installed for them."""
    for pattern in ("momento-lambda-[0-9]*", "momento-lambda-local-[0-9]*", "momento-lambda-linux-{node}-gnu-*"):
        artefact("npm", f"{pattern}.tgz")
    artefact("npm", "momento-lambda-local-linux-{node}-gnu-*.tgz")
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("node")
    registry = Registry(TARGET / "npm")
    registry.start()
    try:
        npm_install(folder, registry.url, "momento-lambda", "momento-lambda-local")
    finally:
        registry.stop()
    shutil.copy(ROOT / "examples" / "node_function" / "index.mjs", folder)
    for example in EXAMPLES.glob("*.[cm]js"):
        shutil.copy(example, folder)
    return folder
