"""The recipes for bundles in wheels/README.md, run: esbuild, webpack and Rollup, CommonJS and ES modules, the package
in the bundle or outside of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from installing import install_tool, run

ESBUILD = "esbuild@0.28.2"
WEBPACK = ("webpack@5.112.2", "webpack-cli@6.0.1")
ROLLUP = ("rollup@4.68.8", "@rollup/plugin-node-resolve@16.0.3", "@rollup/plugin-commonjs@29.0.3")
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


@pytest.fixture(scope="session")
def rollup(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_tool(tmp_path_factory.mktemp("rollup"), *ROLLUP) / "rollup"


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


def bundle_by_rollup(rollup: Path, program: str, folder: Path, output: Path) -> None:
    plugins = [rollup.parents[1] / "@rollup" / f"plugin-{name}" for name in ("node-resolve", "commonjs")]
    options = ["--format=es", f"--banner={ESM_BANNER}"] if program.endswith(".mjs") else ["--format=cjs"]
    run(rollup, program, *(f"--plugin={plugin}" for plugin in plugins), *options, f"--file={output}", folder=folder)


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


@pytest.mark.parametrize("program", PROGRAMS)
def test_rollup_with_the_addon_beside_the_bundle(
    program: str, installed_node: Path, rollup: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_rollup(rollup, program, installed_node, tmp_path / program)
    copy_addon(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


# With conditions of one's own, esbuild leaves "module" out.
@pytest.mark.parametrize("program", PROGRAMS)
def test_esbuild_with_further_conditions(
    program: str, installed_node: Path, esbuild: Path, port: str, cache: str, tmp_path: Path
) -> None:
    bundle_by_esbuild(esbuild, program, installed_node, tmp_path / program, "--conditions=module,custom")
    copy_addon(installed_node, tmp_path)
    assert "smoke: passed" in run("node", program, port, cache, folder=tmp_path)


@pytest.mark.parametrize("kind", ["esm", "cjs"])
def test_a_bundle_by_esbuild_without_the_condition_says_what_to_do(
    kind: str, installed_node: Path, esbuild: Path, tmp_path: Path
) -> None:
    (installed_node / "import.mjs").write_text("import { CacheGet } from 'momento-lambda'; console.log(CacheGet);")
    output = tmp_path / ("bundle.mjs" if kind == "esm" else "bundle.cjs")
    options = ["--platform=node", f"--format={kind}", "--conditions=custom", f"--outfile={output}"]
    if kind == "esm":
        options.append(f"--banner:js={ESM_BANNER}")
    run(esbuild, "import.mjs", "--bundle", *options, folder=installed_node)
    copy_addon(installed_node, tmp_path)
    assert 'the condition "module" (esbuild: --conditions=module)' in run("node", output, folder=tmp_path, status=1)
