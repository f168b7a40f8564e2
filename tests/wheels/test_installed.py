"""What is shipped, installed into clean folders and used: each CPython, Node's two kinds of module, bundles and layers.

Needs what `make wheels` makes, and momento-lambda-local; what is missing is skipped, and said at the end of the run.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from interpreters import interpreters
from processes import LISTENING, Programs

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target"
PROGRAMS = Path(__file__).resolve().parent / "programs"
ESBUILD = "esbuild@0.28.2"
# This machine's name for its processor -> the wheel's, npm's, Lambda's
MACHINES = {"x86_64": ("x86_64", "x64", "x86_64"), "aarch64": ("aarch64", "arm64", "arm64")}
PYTHONS = interpreters()


def artefact(folder: str, pattern: str) -> Path:
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        pytest.skip(f"what is shipped runs on Linux on {sorted(MACHINES)}, this is {sys.platform} {platform.machine()}")
    wheel, node, layer = MACHINES[platform.machine()]
    found = sorted((TARGET / folder).glob(pattern.format(wheel=wheel, node=node, layer=layer)))
    if len(found) != 1:
        pytest.skip(f"target/{folder} holds {len(found)} files like {pattern}; run make wheels")
    return found[0]


def run(*command: str | Path, folder: Path, seconds: int = 120, **variables: str) -> str:
    """Runs a program to its end with an environment in which only `folder` and `variables` can be what is found."""
    unwanted = re.compile(r"MOMENTO_|AWS_|PYTHON|NODE_PATH|NODE_OPTIONS|VIRTUAL_ENV|PIP_FIND_LINKS|PYENV_VERSION")
    environment = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="session")
def port() -> Iterator[str]:
    program = os.environ.get("MOMENTO_LAMBDA_LOCAL", str(TARGET / "release" / "momento-lambda-local"))
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
def installed_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which npm installed the two packages, without asking a registry."""
    packages = [artefact("npm", "momento-lambda-[0-9]*.tgz"), artefact("npm", "momento-lambda-linux-{node}-gnu-*.tgz")]
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("node")
    (folder / "package.json").write_text('{"private": true}')
    run("npm", "install", "--offline", "--no-audit", "--no-fund", *packages, folder=folder)
    for program in PROGRAMS.glob("smoke.[cm]js"):
        shutil.copy(program, folder)
    return folder


@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_in_a_clean_environment(version: str, port: str, cache: str, tmp_path: Path) -> None:
    wheel = artefact("shipped", "momento_lambda-*_{wheel}.whl")
    run(PYTHONS[version], "-m", "venv", tmp_path / "venv", folder=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    assert run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])", folder=tmp_path).strip() == version
    run(python, "-m", "pip", "--disable-pip-version-check", "install", "--no-index", wheel, folder=tmp_path)
    said = run(python, PROGRAMS / "smoke.py", port, cache, folder=tmp_path)
    assert f"smoke: passed with {tmp_path}" in said


def test_the_python_layer(port: str, cache: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(artefact("layers", "momento-lambda-python-{layer}.zip")) as layer:
        layer.extractall(tmp_path)
    said = run(
        sys.executable, "-S", PROGRAMS / "smoke.py", port, cache, folder=tmp_path, PYTHONPATH=str(tmp_path / "python")
    )
    assert f"smoke: passed with {tmp_path}" in said


@pytest.mark.parametrize("program", ["smoke.cjs", "smoke.mjs"])
def test_the_npm_packages(program: str, installed_node: Path, port: str, cache: str) -> None:
    assert "smoke: passed" in run("node", program, port, cache, folder=installed_node)


def test_the_nodejs_layer(port: str, cache: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(artefact("layers", "momento-lambda-nodejs-{layer}.zip")) as layer:
        layer.extractall(tmp_path)
    modules = str(tmp_path / "nodejs" / "node_modules")
    assert "smoke: passed" in run("node", PROGRAMS / "smoke.cjs", port, cache, folder=tmp_path, NODE_PATH=modules)


@pytest.fixture(scope="session")
def esbuild(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("esbuild")
    (folder / "package.json").write_text('{"private": true}')
    try:
        run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ESBUILD, folder=folder)
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"{ESBUILD} could not be installed: {str(error)[-200:]}")
    return folder / "node_modules" / ".bin" / "esbuild"


# An ES module has neither of these, and the package's loader asks for both.
ESM_BANNER = (
    "import { createRequire } from 'node:module'; import { dirname } from 'node:path'; "
    "import { fileURLToPath } from 'node:url'; const require = createRequire(import.meta.url); "
    "const __dirname = dirname(fileURLToPath(import.meta.url));"
)


@pytest.mark.parametrize(
    ("program", "options"),
    [
        ("smoke.cjs", []),
        ("smoke.mjs", ["--format=esm", f"--banner:js={ESM_BANNER}"]),
    ],
)
def test_a_bundle_with_the_addon_beside_it(
    program: str, options: list[str], installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle = tmp_path / program.replace("smoke", "bundle")
    run(esbuild, program, "--bundle", "--platform=node", *options, f"--outfile={bundle}", folder=installed_node)
    for addon in installed_node.glob("node_modules/momento-lambda-*/*.node"):
        shutil.copy(addon, tmp_path)
    assert "smoke: passed" in run("node", bundle.name, port, cache, folder=tmp_path)


def test_a_bundle_that_leaves_the_package_outside(
    installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    options = ["--bundle", "--platform=node", "--external:momento-lambda", f"--outfile={tmp_path / 'bundle.cjs'}"]
    run(esbuild, "smoke.cjs", *options, folder=installed_node)
    shutil.copytree(installed_node / "node_modules", tmp_path / "node_modules")
    assert "smoke: passed" in run("node", "bundle.cjs", port, cache, folder=tmp_path)
