"""The container images: built by docker on a stand-in for AWS's base image, and the function in them invoked."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import elf
import engine as containers
import pytest
from addons import addon_of, loaded_addons
from backend import Backend
from conftest import TABLE, make_order, skip_if
from emulator import Sandbox
from engine import Engine
from processes import Programs
from tools import LANGUAGES
from workspace import EXAMPLES, HERE, MACHINES, missing_artefacts, packages, use_packed

CLIENTS = {"python": containers.PYTHON, "node": containers.NODE}
IN_THE_IMAGE = Path("/artefacts")
TIMEOUT_SECONDS = 20
# The packages that were built here, where pip and npm find them without an index.
PACKAGES = f"""
FROM standin
COPY . {IN_THE_IMAGE}
ENV PIP_FIND_LINKS={IN_THE_IMAGE} PIP_NO_INDEX=1 PIP_ROOT_USER_ACTION=ignore npm_config_offline=true
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    reasons = [*containers.why_not(), *missing_artefacts(HERE or "x86_64")]
    for language in LANGUAGES:
        for architecture in MACHINES:
            row = TABLE.setdefault(("container", language, architecture, "secret"), {})
            if architecture != HERE:
                row.update(built=f"NOT RUN: base is {HERE}", invoked=f"NOT RUN: this machine is {HERE}")
            elif reasons:
                row.update(built="NOT RUN, see below", invoked="NOT RUN, see below")
    skip_if(reasons)
    subprocess.run([Path(__file__).with_name("make_container_base")], check=True, timeout=600)
    programs = Programs()
    folder = tmp_path_factory.mktemp("docker")
    try:
        engine = Engine(programs, folder)
        engine.import_base("standin")
        yield engine
    finally:
        programs.end_all()
        containers.remove(folder)


@pytest.fixture(scope="module")
def base(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    context = tmp_path_factory.mktemp("packages")
    for path in packages(str(HERE)):
        shutil.copy(path, context)
    (context / "Dockerfile").write_text(PACKAGES, encoding="utf-8")
    engine.build("standin-with-packages", context / "Dockerfile", context)
    return "standin-with-packages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_container(engine: Engine, base: str, backend: Backend, emulator: Path, tmp_path: Path, language: str) -> None:
    row = TABLE[("container", language, str(HERE), "secret")]
    context, root = tmp_path / "context", tmp_path / "root"
    shutil.copytree(EXAMPLES / f"{language}_function", context, ignore=shutil.ignore_patterns("__pycache__"))
    use_packed(context, IN_THE_IMAGE)
    engine.build(language, EXAMPLES / "container" / language / "Dockerfile", context, f"BASE={base}")

    settings = engine.settings(language)
    assert containers.machine_of(settings) == HERE
    root.mkdir()
    engine.export(language, root)
    task_root = root / "var/task"
    assert elf.read(addon_of(task_root).read_bytes()).machine == MACHINES[str(HERE)][0]
    row["built"] = "yes, on a stand-in"

    order = make_order(backend, str(HERE), "secret")
    (handler,) = settings["Config"]["Cmd"]
    image = dict(variable.split("=", 1) for variable in settings["Config"]["Env"])
    variables = {**image, **backend.environment, "MOMENTO_SECRET_ID": order.secret_arn}
    runtime = containers.runtime_inside(root, settings["Config"]["WorkingDir"], CLIENTS[language])
    programs = Programs()
    try:
        # chroot itself is a program of this machine.
        path = f"{image['PATH']}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        sandbox = Sandbox(programs, emulator, runtime, task_root, handler, {**variables, "PATH": path}, TIMEOUT_SECONDS)
        replies = [sandbox.invoke({"key": uuid.uuid4().hex, "value": value}) for value in ("cold", "warm")]
        assert [reply.value.get("value") for reply in replies] == ["cold", "warm"], f"{replies}\n{sandbox.output}"
        assert loaded_addons(replies[0].value["pid"]) == {addon_of(task_root)}
        assert backend.lookups(order.secret_arn) == 1
        assert backend.key not in sandbox.output
    finally:
        programs.end_all()
        shutil.rmtree(root)
    row["invoked"] = "yes"
