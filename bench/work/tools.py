"""What made the code that is counted: another compiler or interpreter gives other counts.

A row depends on the compiler of Rust and on the processor, whose vector units decide which memcpy runs; rows of Python
and Node also on their interpreters.
"""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping

from lab import NODE, PYTHON
from row import OURS

Tools = Mapping[str, str]
VERSION_SECONDS = 30.0


def tools_of() -> Tools:
    """Of this machine."""
    return {
        "processor": f"{platform.machine()} {_processor()}".strip(),
        "Rust": _said("rustc", "--version"),
        "Python": _said(PYTHON[OURS], "--version"),
        "Node": _said(NODE, "--version"),
    }


def _said(*command: str) -> str:
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, timeout=VERSION_SECONDS, check=True
    ).stdout.strip()


def _processor() -> str:
    """The widest vectors it has."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            flags = set(next(line for line in file if line.startswith(("flags", "Features"))).split())
    except (OSError, StopIteration):
        return ""
    return next((name for name in ("avx512f", "avx2", "sve", "asimd") if name in flags), "")


def unlike(row: str, made_with: Tools, tools: Tools) -> bool:
    """Whether the row's budget was measured with other tools than these. Ratios hold with any."""
    if "ours /" in row:
        return False
    needed = ["processor", "Rust", *(name for name in ("Python", "Node") if name in row)]
    return any(made_with.get(name) != tools.get(name) for name in needed)
