"""The CPythons of this machine that the package supports, one of each minor version: from PATH and from pyenv."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 9)
NEWEST_ASKED_FOR = 20
# A program named python may be a shim that ends with an error, so each is asked what it is.
QUESTION = (
    "import json, sys; v = sys.version_info; print(json.dumps([v[0], v[1], v.releaselevel, sys.implementation.name]))"
)


def candidates() -> Iterator[Path]:
    for minor in range(OLDEST[1], NEWEST_ASKED_FOR):
        found = shutil.which(f"python3.{minor}")
        if found is not None:
            yield Path(found)
    for root in {os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")}:
        if root is not None:
            yield from sorted(Path(root).glob("versions/*/bin/python3"))


def describe(program: Path) -> tuple[int, int] | None:
    """Its version, if it is a released CPython that can make environments."""
    command = [str(program), "-c", f"import ensurepip, venv; {QUESTION}"]
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30, check=True)
        major, minor, level, implementation = json.loads(run.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return (major, minor) if implementation == "cpython" and level == "final" and (major, minor) >= OLDEST else None


def interpreters() -> dict[str, Path]:
    """Version -> program, sorted."""
    found: dict[tuple[int, int], Path] = {}
    for program in candidates():
        version = describe(program)
        if version is not None:
            found.setdefault(version, program)
    return {f"{major}.{minor}": found[major, minor] for major, minor in sorted(found)}
