"""How the tests find what `make wheels` made, install it into clean folders, and run it."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target"
PROGRAMS = Path(__file__).resolve().parent / "programs"
PNPM = "pnpm@10.34.8"
# This machine's name for its processor -> the wheel's, npm's, Lambda's
MACHINES = {"x86_64": ("x86_64", "x64", "x86_64"), "aarch64": ("aarch64", "arm64", "arm64")}
UNWANTED = re.compile(r"MOMENTO_|AWS_|PYTHON|NODE_PATH|NODE_OPTIONS|VIRTUAL_ENV|PIP_FIND_LINKS|PYENV_VERSION|npm_")


def artefact(folder: str, pattern: str) -> Path:
    """The one file in a folder of target, with this machine's names in the pattern; skips the test without it."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        pytest.skip(f"what is shipped runs on Linux on {sorted(MACHINES)}, this is {sys.platform} {platform.machine()}")
    wheel, node, layer = MACHINES[platform.machine()]
    found = sorted((TARGET / folder).glob(pattern.format(wheel=wheel, node=node, layer=layer)))
    if len(found) != 1:
        pytest.skip(f"target/{folder} holds {len(found)} files like {pattern}; run make wheels")
    return found[0]


def clean_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """An environment in which nothing but a program's folder and `variables` says what is found."""
    return {**{name: value for name, value in os.environ.items() if not UNWANTED.match(name)}, **variables}


def run(
    *command: str | Path,
    folder: Path,
    seconds: int = 120,
    status: int = 0,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Runs a program to its end, which must have this status; gives what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=clean_environment(variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


def npm_install(folder: Path, registry: str, *packages: str) -> None:
    """Into a folder, out of a registry on loopback, with nothing that an earlier installation has left."""
    if not (folder / "package.json").is_file():
        (folder / "package.json").write_text('{"private": true}')
    options = ["--no-audit", "--no-fund", f"--cache={folder / 'npm-cache'}"]
    run("npm", "install", *options, *packages, folder=folder, variables=from_registry(registry))


def from_registry(url: str) -> dict[str, str]:
    """The variables by which npm and pnpm ask a registry on loopback, and no proxy."""
    return {"npm_config_registry": url, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


def install_tool(folder: Path, *packages: str) -> Path:
    """Installs tools from the real registry; gives the folder of their programs, or skips the test."""
    (folder / "package.json").write_text('{"private": true}')
    try:
        run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", *packages, folder=folder)
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"{' and '.join(packages)} could not be installed: {str(error)[-200:]}")
    return folder / "node_modules" / ".bin"
