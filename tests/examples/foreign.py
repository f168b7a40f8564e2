"""A runtime for functions of the other architecture: qemu with an arm64 system, which MOMENTO_ARM64_ROOT names.

tests/wheels/test_arm64.py says how to make that folder. Python runs under AWS's own client, whose arm64 wheel pip
fetches; Node's client would have to be compiled for arm64, so there the demo's loop stands in, and the table says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from runtimes import ROOT, Runtime
from workspace import TOOLS


def foreign_runtime(language: str) -> Runtime | None:
    root, qemu = os.environ.get("MOMENTO_ARM64_ROOT"), shutil.which("qemu-aarch64-static")
    if root is None or qemu is None:
        return None
    system = (qemu, "-L", root)
    if language == "node":
        loop = str(ROOT / "demo" / "runtime_loop.mjs")
        return Runtime("Node", "qemu, not AWS's client", (*system, f"{root}/usr/bin/node", loop), official=False)
    python = (*system, f"{root}/usr/bin/python3")
    # Behind the function's own: Architect sets the variable.
    join = f'PYTHONPATH="${{PYTHONPATH:+$PYTHONPATH:}}{client_for(python)}" exec "$@"'
    command = ("sh", "-c", join, "sh", *python, "-m", "awslambdaric")
    return Runtime("Python", "qemu", command, official=True)


def client_for(python: tuple[str, ...]) -> Path:
    """A folder with AWS's runtime client for that Python."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.run([*python, "-c", question], capture_output=True, text=True, check=True).stdout.strip()
    folder = TOOLS / f"arm64-runtime-{version}"
    if not folder.is_dir():
        lines = (ROOT / "demo" / "requirements.txt").read_text(encoding="utf-8").splitlines()
        [pinned] = [line for line in lines if line.startswith("awslambdaric")]
        choice = ["--platform", "manylinux2014_aarch64", "--python-version", version, "--only-binary=:all:"]
        new = folder.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        install = [sys.executable, "-m", "pip", "install", "--quiet", *choice, "--target", str(new), pinned]
        subprocess.run(install, check=True)
        new.rename(folder)
    return folder
