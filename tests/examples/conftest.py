"""Fixtures of the examples' tests: one backend, each tool run once for both functions, and the table at the end.

What can't run is skipped, and its reason is said again in the table.
"""

from __future__ import annotations

import dataclasses
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in ("wheels", "tests/wheels", "tests/lambda", "tests/stubs", "tests/examples"):
    sys.path.insert(0, str(ROOT / folder))

import fetch_emulator  # noqa: E402  the paths must be set first
from backend import Backend  # noqa: E402
from processes import Programs  # noqa: E402
from runtimes import LOCAL_SERVER, missing_parts  # noqa: E402
from tools import TOOLS, Builds, Order  # noqa: E402
from workspace import Workspace, missing_artefacts, missing_tools  # noqa: E402

KMS_KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
# (tool, language, architecture, store of the key) -> what was done with it
Row = dict[str, str]
TABLE: dict[tuple[str, str, str, str], Row] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TABLE:
        terminalreporter.write_line(
            f"{'tool':<16}{'language':<10}{'architecture':<14}{'key in':<12}{'built':<26}invoked", bold=True
        )
    for (tool, language, architecture, store), row in TABLE.items():
        built, invoked = row.get("built", "NO"), row.get("invoked", "NO")
        line = f"{tool:<16}{language:<10}{architecture:<14}{store:<12}{built:<26}{invoked}"
        terminalreporter.write_line(line, yellow=(built, invoked) != ("yes", "yes"))
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    for reason in sorted(reasons):
        terminalreporter.write_line(f"EXAMPLES NOT RUN: {reason.removeprefix('Skipped: ')}", yellow=True, bold=True)


def skip_if(reasons: list[str]) -> None:
    if reasons:
        pytest.skip("; ".join(reasons))


@pytest.fixture(scope="session")
def backend() -> Iterator[Backend]:
    skip_if([*missing_parts(), *missing_tools()])
    programs = Programs()
    backend = Backend(programs, LOCAL_SERVER)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # So that a role can have AWSLambdaBasicExecutionRole, as on AWS.
            patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            backend.start()
        yield backend
    finally:
        programs.end_all()
        backend.stop()


@pytest.fixture(scope="session")
def emulator() -> Path:
    unsupported = fetch_emulator.why_unsupported()
    skip_if([] if unsupported is None else [unsupported])
    path = fetch_emulator.emulator_path()
    skip_if([] if path.is_file() else ["AWS's emulator is missing: run tests/lambda/fetch_emulator.py"])
    return path


Build = Callable[[str, str, str], tuple[Order, Builds]]


@pytest.fixture(scope="session")
def build(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Tool, architecture, store -> what the tool made of its example, the first time it is asked for.

    A tool stays in its folder when the architecture changes, as a user does: nothing of the first may be left in the
    second. What it built is therefore moved away at once, which also shows that it needs nothing around it."""
    workspaces: dict[str, Workspace] = {}
    done: dict[tuple[str, str, str], tuple[Order, Builds]] = {}
    failed: dict[tuple[str, str, str], str] = {}

    def once(tool: str, architecture: str, store: str) -> tuple[Order, Builds]:
        key = (tool, architecture, store)
        if key in failed:
            pytest.fail(f"{tool} failed before: {failed[key]}", pytrace=False)
        if key not in done:
            skip_if(missing_artefacts(architecture))
            order = make_order(backend, architecture, store)
            if tool not in workspaces:
                workspaces[tool] = Workspace(tmp_path_factory.mktemp(tool))
            try:
                builds = TOOLS[tool](workspaces[tool], order, backend.environment["AWS_ENDPOINT_URL_SSM"])
                done[key] = (order, moved(builds, tmp_path_factory.mktemp(f"{tool}-{architecture}-{store}")))
            except Exception as error:
                failed[key] = str(error)
                raise
        return done[key]

    return once


def moved(builds: Builds, folder: Path) -> Builds:
    """The packages at another place."""
    found = {}
    for language, built in builds.items():
        shutil.copytree(built.task_root, folder / language, symlinks=True)
        found[language] = dataclasses.replace(built, task_root=folder / language)
    return found


def make_order(backend: Backend, architecture: str, store: str) -> Order:
    """Both forms of the key's place: a secret under AWS's own key, a parameter under a customer's."""
    name = f"momento/example-{uuid.uuid4().hex}"
    if store == "secret":
        return Order(architecture, secret_arn=backend.create_secret(name, backend.secret_value()))
    backend.put_parameter(f"/{name}", backend.secret_value())
    return Order(architecture, parameter_name=f"/{name}", kms_key_arn=KMS_KEY_ARN)
