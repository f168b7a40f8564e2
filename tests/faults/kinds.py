"""The clients the lab compares: ours in three forms and the official packages, with what each needs to run.

Choice: the same tiny program for ours and theirs, and an environment that starts from nothing. Another build of ours,
such as a debug one, is tried with FAULTS_PYTHON_PATH (a folder with momento_lambda) and FAULTS_NODE_PATH (a folder
whose node_modules has momento-lambda).
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).resolve().parent / "programs"
OFFICIAL = ROOT / "tests" / "official_sdks"
OFFICIAL_PYTHON = OFFICIAL / ".venv" / "bin" / "python"


@dataclass(frozen=True)
class Kind:
    name: str
    language: str
    style: str
    official: bool
    program: str = "client"

    @property
    def missing(self) -> str | None:
        """Why it can't run here, or None."""
        if self.official:
            needed = OFFICIAL_PYTHON if self.language == "python" else OFFICIAL / "node_modules" / "@gomomento"
            return (
                None if needed.exists() else f"{self.name}: there is no {needed.relative_to(ROOT)}: make test-official"
            )
        if self.language == "node" and shutil.which("node") is None:
            return f"{self.name}: there is no node"
        return None

    def command(self, control_port: int, credentials: dict[str, Any], verbose: bool = False) -> list[str]:
        options: dict[str, Any] = {"control": control_port, "credentials": credentials, "verbose": verbose}
        if self.language == "python":
            options |= {"package": "momento" if self.official else "momento_lambda", "style": self.style}
            python = str(OFFICIAL_PYTHON) if self.official else sys.executable
            return [python, str(PROGRAMS / f"python_{self.program}.py"), json.dumps(options)]
        folder = OFFICIAL if self.official else Path(os.environ.get("FAULTS_NODE_PATH", ROOT))
        options |= {"package": str(folder / "package.json"), "official": self.official}
        return [
            shutil.which("node") or "node",
            str(PROGRAMS / f"node_{self.program}.mjs"),
            json.dumps(options),
        ]


KINDS = {
    kind.name: kind
    for kind in (
        Kind("ours-python-sync", "python", "sync", official=False),
        Kind("ours-python-async", "python", "async", official=False),
        Kind("ours-node", "node", "async", official=False),
        Kind("official-python-sync", "python", "sync", official=True),
        Kind("official-python-async", "python", "async", official=True),
        Kind("official-node", "node", "async", official=True),
    )
}


def base_environment() -> dict[str, str]:
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    if "FAULTS_PYTHON_PATH" in os.environ:
        environment["PYTHONPATH"] = os.environ["FAULTS_PYTHON_PATH"]
    return environment
