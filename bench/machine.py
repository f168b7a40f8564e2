"""What the figures were taken on, and of which packages: without it a number says nothing. No host names, no paths."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from lab import BENCH, NODE, PYTHON, ROOT, BenchError

PYTHON_PACKAGES = {"ours": ("momento-lambda", "uvloop"), "official": ("momento", "grpcio", "boto3", "uvloop")}
NODE_PACKAGES = {
    ROOT: ("momento-lambda",),
    BENCH: ("@gomomento/sdk", "@grpc/grpc-js", "@aws-sdk/client-secrets-manager"),
}


def describe() -> dict[str, object]:
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "cpu": cpu(),
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": printed([PYTHON["ours"], "--version"]).removeprefix("Python "),
        "Node": printed([NODE, "--version"]).removeprefix("v"),
        "Rust": printed(["rustc", "--version"]).split()[1],
        "packages": packages(),
    }


def cpu() -> str:
    """The kernel's name of the processor; elsewhere than on Linux, Python's."""
    try:
        named = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        named = None
    return named[1].strip() if named else platform.processor() or platform.machine()


def packages() -> dict[str, str]:
    found = {}
    for whose, names in PYTHON_PACKAGES.items():
        library = Path(PYTHON[whose]).parent.parent
        place = [str(folder) for folder in library.glob("lib/python*/site-packages")]
        there = {found.metadata["Name"]: found.version for found in importlib.metadata.distributions(path=place)}
        found.update({f"PyPI {name} ({whose})": there[name] for name in names if name in there})
    for folder, names in NODE_PACKAGES.items():
        for name in names:
            description = folder / "node_modules" / name / "package.json"
            if description.is_file():
                found[f"npm {name}"] = json.loads(description.read_text(encoding="utf-8"))["version"]
    lock = (BENCH / "baseline" / "Cargo.lock").read_text(encoding="utf-8")
    for name in ("momento", "tonic", "tokio"):
        version = re.search(rf'name = "{name}"\nversion = "([^"]+)"', lock)
        if version:
            found[f"crates.io {name}"] = version[1]
    return found


def printed(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError(f"{command[0]} does not tell its version: {error}") from None
