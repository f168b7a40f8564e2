"""A copy of the examples in which the tools run, with momento-lambda taken from what was built here.

Problem: the package is not published, tools write caches into the home folder, and whatever lies around on a
developer's machine could make a build pass. Choice: each tool gets a folder and a home of its own. pip is given the
folder with the wheels and no index; in package.json the dependency is replaced by the packed files. Nothing else of
what users copy is changed, but for the version of Python that SAM must find on the machine, where there is another.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from interpreters import interpreters
from runtimes import Runtime

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TARGET = ROOT / "target"
TOOLS = TARGET / "tools"
NODE_TOOLS = TOOLS / "node" / "node_modules"
# Lambda's name for the architecture -> the wheel's and ELF's, npm's
MACHINES = {"x86_64": ("x86_64", "x64"), "arm64": ("aarch64", "arm64")}
HERE = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine())
PYTHON_OF_THE_EXAMPLES = "3.13"
LONGEST_SECONDS = 180


def missing_artefacts(architecture: str) -> list[str]:
    """A sentence for each package that `make wheels` has not left."""
    machine, cpu = MACHINES[architecture]
    wanted = [("shipped", f"momento_lambda-*_{machine}.whl"), ("npm", f"momento-lambda-linux-{cpu}-gnu-*.tgz")]
    wanted.append(("npm", "momento-lambda-[0-9]*.tgz"))
    found = [(folder, pattern, len(list((TARGET / folder).glob(pattern)))) for folder, pattern in wanted]
    return [
        f"target/{folder} holds {count} files like {pattern}: run make wheels"
        for folder, pattern, count in found
        if count != 1
    ]


def packages(architecture: str) -> list[Path]:
    """The wheel and the packed files of npm; call it where none is missing."""
    machine, cpu = MACHINES[architecture]
    wheels = (TARGET / "shipped").glob(f"momento_lambda-*_{machine}.whl")
    addons = (TARGET / "npm").glob(f"momento-lambda-linux-{cpu}-gnu-*.tgz")
    return [*wheels, *addons, *(TARGET / "npm").glob("momento-lambda-[0-9]*.tgz")]


def use_packed(folder: Path, place: Path | None = None) -> None:
    """In each package.json below `folder`, take momento-lambda from files in target/npm, or in `place`."""
    found: dict[str, str] = {}
    for path in (TARGET / "npm").glob("momento-lambda-*.tgz"):
        found[re.sub(r"-[0-9][^-]*\.tgz$", "", path.name)] = f"file:{place / path.name if place else path}"
    addons = {name: file for name, file in found.items() if name.startswith("momento-lambda-linux-")}
    packed = {"dependencies": {"momento-lambda": found["momento-lambda"]}, "optionalDependencies": addons}
    for path in folder.rglob("package.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if "momento-lambda" in manifest.get("dependencies", {}):
            assert set(manifest["dependencies"]) == {"momento-lambda"}, f"{path} has other dependencies too"
            path.write_text(json.dumps({**manifest, **packed}, indent=2), encoding="utf-8")


class Workspace:
    """`folder` holds the copy, `run` runs a tool in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "examples"
        self._home = folder / "home"
        self._programs = folder / "bin"
        clutter = shutil.ignore_patterns("__pycache__", "node_modules", ".aws-sam", ".serverless", "cdk.out", "build")
        shutil.copytree(EXAMPLES, self.folder, ignore=clutter)
        use_packed(self.folder)
        self._home.mkdir()
        self.python_version = self._find_python()

    def run(self, *command: str | Path, folder: str, variables: Mapping[str, str] | None = None) -> str:
        """Runs a program to its end in a folder of the copy; what it printed."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder / folder,
            env={**self._environment(), **(variables or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout[-6000:]}"
        return done.stdout

    def change(self, file: str, pattern: str, new: str) -> None:
        """Edit one place in a file of the copy, as its README tells the user to."""
        path = self.folder / file
        text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
        assert count == 1, f"{file} has {pattern!r} {count} times"
        path.write_text(text, encoding="utf-8")

    def with_node_tools(self, folder: str) -> None:
        """What `npm install` in the folder would bring."""
        link = self.folder / folder / "node_modules"
        if not link.is_symlink():
            link.symlink_to(NODE_TOOLS)

    def _find_python(self) -> str:
        """SAM wants the Python of the function's runtime under its own name; shims for it may be on PATH and fail."""
        self._programs.mkdir()
        found = interpreters()
        version = PYTHON_OF_THE_EXAMPLES if PYTHON_OF_THE_EXAMPLES in found else list(found)[-1]
        (self._programs / f"python{version}").symlink_to(Path(os.path.realpath(found[version])))
        return version

    def _environment(self) -> dict[str, str]:
        unwanted = re.compile(r"MOMENTO_|AWS_|PYTHON|NODE_PATH|NODE_OPTIONS|VIRTUAL_ENV|PIP_|PYENV_VERSION|npm_", re.I)
        kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
        path = [self._programs, TOOLS / "python" / "bin", NODE_TOOLS / ".bin", kept.get("PATH", os.defpath)]
        return {
            **kept,
            "HOME": str(self._home),
            "PATH": os.pathsep.join(map(str, path)),
            "PIP_FIND_LINKS": str(TARGET / "shipped"),
            "PIP_NO_INDEX": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "npm_config_offline": "true",
            "npm_config_audit": "false",
            "npm_config_fund": "false",
            "npm_config_update_notifier": "false",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIADEPLOYEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "stand-in-secret-access-key",
            "AWS_EC2_METADATA_DISABLED": "true",
            "SAM_CLI_TELEMETRY": "0",
            "SLS_TELEMETRY_DISABLED": "1",
            "SLS_NOTIFICATIONS_MODE": "off",
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
            "CI": "1",
        }


def missing_tools() -> list[str]:
    wanted = [TOOLS / f"{name}.stamp" for name in ("python", "node", "python-runtime")]
    if sys.platform != "linux" or HERE is None:
        return [f"the functions are for Linux on {sorted(MACHINES)}, this is {sys.platform} {platform.machine()}"]
    return [] if all(one.is_file() for one in wanted) else ["the tools are missing: run tests/examples/install_tools"]


def python_runtime() -> Runtime:
    """AWS's client in an environment that has no momento_lambda: what a function imports is in its own package."""
    return Runtime(
        "Python", "AWS's awslambdaric", (str(TOOLS / "python-runtime" / "bin" / "python"), "-m", "awslambdaric"), True
    )
