"""What is shipped, installed into clean folders and used: each CPython, npm, pnpm, both kinds of module, layers.

Needs what `make wheels` makes, and momento-lambda-local; what is missing is skipped, and said at the end of the run.
"""

from __future__ import annotations

import shutil
import sys
import zipfile
from pathlib import Path

import pytest
from installing import PNPM, PROGRAMS, artefact, from_registry, install_tool, npm_install, run
from interpreters import interpreters

PYTHONS = interpreters()


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
    path = {"PYTHONPATH": str(tmp_path / "python")}
    said = run(sys.executable, "-S", PROGRAMS / "smoke.py", port, cache, folder=tmp_path, variables=path)
    assert f"smoke: passed with {tmp_path}" in said


@pytest.mark.parametrize("program", ["smoke.cjs", "smoke.mjs"])
def test_npm(program: str, installed_node: Path, port: str, cache: str) -> None:
    assert "smoke: passed" in run("node", program, port, cache, folder=installed_node)


@pytest.mark.parametrize(
    ("platform", "chosen"),
    [
        (("linux", "arm64", "glibc"), ["momento-lambda-linux-arm64-gnu"]),
        (("linux", "x64", "glibc"), ["momento-lambda-linux-x64-gnu"]),
        (("linux", "arm64", "musl"), []),
        (("darwin", "arm64", "glibc"), ["momento-lambda-darwin-arm64"]),
        (("sunos", "x64", "glibc"), []),
    ],
)
def test_npm_chooses_the_platform(
    platform: tuple[str, str, str], chosen: list[str], registry: str, tmp_path: Path
) -> None:
    """As for a function that is put together on a machine of another kind."""
    system, processor, library = platform
    npm_install(tmp_path, registry, f"--os={system}", f"--cpu={processor}", f"--libc={library}", "momento-lambda")
    assert sorted(path.name for path in tmp_path.glob("node_modules/momento-lambda-*")) == chosen


@pytest.fixture(scope="session")
def installed_by_pnpm(registry: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pnpm installed the package: a link, to a folder whose neighbours are all that it may see."""
    pnpm = install_tool(tmp_path_factory.mktemp("pnpm"), PNPM) / "pnpm"
    folder = tmp_path_factory.mktemp("node-pnpm")
    (folder / "package.json").write_text('{"private": true}')
    folders = [f"--store-dir={folder / 'store'}", f"--config.cache-dir={folder / 'cache'}"]
    command: list[str | Path] = [pnpm, "add", "--config.hoist=false", *folders, "momento-lambda"]
    run(*command, folder=folder, variables=from_registry(registry))
    assert (folder / "node_modules" / "momento-lambda").is_symlink()
    assert [path.name for path in folder.glob("node_modules/momento-lambda*")] == ["momento-lambda"]
    for program in PROGRAMS.glob("smoke.[cm]js"):
        shutil.copy(program, folder)
    return folder


@pytest.mark.parametrize("program", ["smoke.cjs", "smoke.mjs"])
def test_pnpm(program: str, installed_by_pnpm: Path, port: str, cache: str) -> None:
    assert "smoke: passed" in run("node", program, port, cache, folder=installed_by_pnpm)


def test_the_nodejs_layer(port: str, cache: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(artefact("layers", "momento-lambda-nodejs-{layer}.zip")) as layer:
        layer.extractall(tmp_path)
    path = {"NODE_PATH": str(tmp_path / "nodejs" / "node_modules")}
    assert "smoke: passed" in run("node", PROGRAMS / "smoke.cjs", port, cache, folder=tmp_path, variables=path)
