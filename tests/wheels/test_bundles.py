"""The recipes for bundles in wheels/README.md, run: esbuild and webpack, CommonJS and ES modules, the package in the
bundle or outside of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from installing import install_tool, run

ESBUILD = "esbuild@0.28.2"
WEBPACK = ("webpack@5.112.2", "webpack-cli@6.0.1")
PROGRAMS = ["smoke.cjs", "smoke.mjs"]

# An ES module has neither of these, and esbuild does not put anything in their place.
ESM_BANNER = (
    "import { createRequire } from 'node:module'; import { dirname } from 'node:path'; "
    "import { fileURLToPath } from 'node:url'; const require = createRequire(import.meta.url); "
    "const __dirname = dirname(fileURLToPath(import.meta.url));"
)


@pytest.fixture(scope="session")
def esbuild(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_tool(tmp_path_factory.mktemp("esbuild"), ESBUILD) / "esbuild"


@pytest.fixture(scope="session")
def webpack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_tool(tmp_path_factory.mktemp("webpack"), *WEBPACK) / "webpack"


def bundle_by_esbuild(esbuild: Path, program: str, folder: Path, output: Path, *options: str) -> None:
    if program.endswith(".mjs"):
        options = ("--format=esm", f"--banner:js={ESM_BANNER}", *options)
    run(esbuild, program, "--bundle", "--platform=node", *options, f"--outfile={output}", folder=folder)


def bundle_by_webpack(webpack: Path, program: str, folder: Path, output: Path, **settings: object) -> None:
    configuration: dict[str, object] = {
        "mode": "production",
        "target": "node18",
        "context": str(folder),
        "entry": f"./{program}",
        "output": {"path": str(output.parent), "filename": output.name},
        **settings,
    }
    if program.endswith(".mjs"):
        configuration["experiments"] = {"outputModule": True}
        configuration["output"] = {"path": str(output.parent), "filename": output.name, "module": True}
    file = output.parent / "webpack.config.cjs"
    file.write_text(f"module.exports = {json.dumps(configuration, indent=2)};\n")
    said = run("node", webpack, "--config", file, folder=folder)
    assert "WARNING" not in said, said


def copy_addon(installed: Path, folder: Path) -> None:
    (addon,) = installed.glob("node_modules/momento-lambda-*/*.node")
    shutil.copy(addon, folder)


def copy_packages(installed: Path, folder: Path) -> None:
    shutil.copytree(installed / "node_modules", folder / "node_modules")


@pytest.mark.parametrize("program", PROGRAMS)
def test_esbuild_with_the_addon_beside_the_bundle(
    program: str, installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_esbuild(esbuild, program, installed_node, tmp_path / program)
    copy_addon(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


@pytest.mark.parametrize("program", PROGRAMS)
def test_esbuild_with_the_package_outside(
    program: str, installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_esbuild(esbuild, program, installed_node, tmp_path / program, "--external:momento-lambda")
    copy_packages(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


@pytest.mark.parametrize("program", PROGRAMS)
def test_webpack_with_the_addon_beside_the_bundle(
    program: str, installed_node: Path, webpack: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_webpack(webpack, program, installed_node, tmp_path / program)
    copy_addon(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


@pytest.mark.parametrize("program", PROGRAMS)
def test_webpack_with_the_package_outside(
    program: str, installed_node: Path, webpack: Path, port: str, cache: str, tmp_path: Path
) -> None:
    kind = "module" if program.endswith(".mjs") else "commonjs"
    bundle_by_webpack(
        webpack, program, installed_node, tmp_path / program, externals={"momento-lambda": f"{kind} momento-lambda"}
    )
    copy_packages(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


def test_a_bundle_without_its_addon_says_what_to_do(
    installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_esbuild(esbuild, "smoke.cjs", installed_node, tmp_path / "smoke.cjs")
    said = run("node", "smoke.cjs", port, cache, folder=tmp_path, status=1)
    assert "momento-lambda" in said and "npm install" in said
