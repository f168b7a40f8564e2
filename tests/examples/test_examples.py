"""Each example, built by its tool: the right addon, a role that allows what is needed and no more, and a round trip."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import elf
import pytest
from addons import addon_of, loaded_addons
from backend import Backend
from conftest import TABLE, Build, skip_if
from emulator import Sandbox
from foreign import foreign_runtime
from processes import Programs
from runtimes import Runtime, node_runtime
from tools import LANGUAGES, TOOLS, Built
from workspace import HERE, MACHINES, missing_artefacts, missing_tools, python_runtime

# Each architecture with one of the two stores; both on this machine's where nothing was built for the other.
VARIANTS = [("x86_64", "secret"), ("arm64", "parameter")]
VARIANTS += [("x86_64", "parameter")] if missing_artefacts("arm64") else []
TIMEOUT_SECONDS = 20

each_build = pytest.mark.parametrize(
    ("tool", "architecture", "store", "language"),
    [(tool, *variant, language) for tool in TOOLS for variant in VARIANTS for language in LANGUAGES],
)


@pytest.fixture
def row(tool: str, architecture: str, store: str, language: str) -> dict[str, str]:
    """The line of the table, which names the reason before anything is skipped."""
    row = TABLE.setdefault((tool, language, architecture, store), {})
    if missing_tools():
        row.setdefault("built", "NOT RUN: no tools")
    elif missing_artefacts(architecture):
        row.setdefault("built", "NOT RUN: no artefact")
    if architecture != HERE:
        row.setdefault("invoked", f"NOT RUN: this machine is {HERE}, without an arm64 system")
    return row


@each_build
def test_built(row: dict[str, str], build: Build, tool: str, architecture: str, store: str, language: str) -> None:
    order, builds = build(tool, architecture, store)
    built = builds[language]
    assert built.architectures == [architecture]
    assert elf.read(addon_of(built.task_root).read_bytes()).machine == MACHINES[architecture][0]
    assert built.allowed == order.allowed
    assert {name: value for name, value in built.variables.items() if name.startswith("MOMENTO_")} in order.sources
    row["built"] = "yes"


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.end_all()


def runtime_for(language: str, architecture: str) -> Runtime:
    if architecture != HERE:
        foreign = foreign_runtime(language)
        reason = (
            f"functions for {architecture} are not invoked: this is {HERE}, and MOMENTO_ARM64_ROOT or qemu is missing"
        )
        skip_if([reason] if foreign is None else [])
        assert foreign is not None
        return foreign
    if language == "python":
        return python_runtime()
    runtime = node_runtime()
    skip_if([] if runtime.official else [f"{runtime.client}; run tests/lambda/install_node_client"])
    return runtime


@each_build
def test_invoked(
    row: dict[str, str],
    build: Build,
    backend: Backend,
    emulator: Path,
    programs: Programs,
    tool: str,
    architecture: str,
    store: str,
    language: str,
) -> None:
    runtime = runtime_for(language, architecture)
    order, builds = build(tool, architecture, store)
    built = builds[language]
    before = sum(map(backend.lookups, order.names))
    sandbox = start(built, runtime, backend, emulator, programs)
    key = uuid.uuid4().hex
    replies = [sandbox.invoke({"key": key, "value": value}) for value in ("cold", "warm")]
    assert [reply.value.get("value") for reply in replies] == ["cold", "warm"], f"{replies}\n{sandbox.output}"
    # The function took its own copy, not one that lies elsewhere on this machine.
    assert loaded_addons(replies[0].value["pid"]) == {addon_of(built.task_root)}
    assert sum(map(backend.lookups, order.names)) - before == 1
    assert backend.key not in sandbox.output
    row["invoked"] = "yes" if architecture == HERE else f"yes, under {runtime.client}"


def start(built: Built, runtime: Runtime, backend: Backend, emulator: Path, programs: Programs) -> Sandbox:
    """With the template's own variables, in which /var/task is where Lambda puts the package."""
    own = {
        name: value.replace("/var/task", str(built.task_root))
        for name, value in built.variables.items()
        if isinstance(value, str)
    }
    variables = {**backend.environment, **own}
    return Sandbox(programs, emulator, runtime, built.task_root, built.handler, variables, TIMEOUT_SECONDS)
