"""Whose calls are counted, as commands that want two more arguments: how many gets, how many sets.

The two Rust programs are built here. The core's gets the release profile of the project's Cargo.toml, handed over as
cargo's configuration: so its code is generated as in what is shipped, and a change there is a change here. What is left
different is that a program is linked and not a library that an interpreter loads.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lab import NODE, PYTHON, ROOT
from row import BARE, OFFICIAL, OURS

HERE = Path(__file__).resolve().parent
BUILT = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "bench-work"
BUILD_SECONDS = 1800.0


class BuildFailed(Exception):
    """cargo failed; the message has what it printed."""


@dataclasses.dataclass(frozen=True)
class Work:
    """`gets_and_sets`: how many of each in the smaller run, enough that the start's own whims, a million
    instructions, are no more than 1 % of a call when shared out."""

    name: str  # "Python sync"
    commands: Mapping[str, Sequence[str]]  # by subject
    gets_and_sets: int


def python(program: str, names: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    return {subject: [PYTHON[subject], str(HERE / program), name] for subject, name in names.items()}


def node(ours: str, official: str) -> Mapping[str, Sequence[str]]:
    return {
        subject: [NODE, "--single-threaded", str(HERE / "node.cjs"), name]
        for subject, name in ((OURS, ours), (OFFICIAL, official))
    }


def works(only: str = "") -> Sequence[Work]:
    """Those with this in their names. Builds what has to be built."""
    packages = {OURS: "momento_lambda", OFFICIAL: "momento"}
    found = [
        Work("Python sync", python("python_sync.py", packages), 3_000),
        Work("Python asyncio", python("python_async.py", packages), 3_000),
        # V8 compiles and collects on the one thread, at moments that repeat: counts of helper threads would not.
        Work("Node", node("momento-lambda", "@gomomento/sdk"), 5_000),
    ]
    if any(only in name for name in ("Rust sync", "Rust async")):
        core, bare = build("core"), build("bare")
        found += [
            Work("Rust sync", {OURS: [core, "sync"], BARE: [bare]}, 3_000),
            Work("Rust async", {OURS: [core, "async"], BARE: [bare]}, 3_000),
        ]
    return [work for work in found if only in work.name]


def release_profile() -> Path:
    """The tables of the project's release profile, in a file of their own."""
    tables = re.split(r"^(?=\[)", (ROOT / "Cargo.toml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    BUILT.mkdir(parents=True, exist_ok=True)
    profile = BUILT / "profile.toml"
    profile.write_text("".join(table for table in tables if table.startswith("[profile.release")), encoding="utf-8")
    return profile


def build(name: str) -> str:
    """-> the program."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise BuildFailed("cargo is not installed")
    command = [cargo, "build", "--quiet", "--release", "--locked"]
    if name == "core":
        command += ["--config", str(release_profile())]
    environment = {**os.environ, "CARGO_TARGET_DIR": str(BUILT / name)}
    done = subprocess.run(
        command, cwd=HERE / name, env=environment, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
    )
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)} in {name}:\n{done.stderr}")
    return str(BUILT / name / "release" / f"work-{name}")
