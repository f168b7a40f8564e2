"""Which compiled part of momento-lambda a package holds, and which one a process has loaded."""

from __future__ import annotations

from pathlib import Path


def addon_of(task_root: Path) -> Path:
    found = [path for path in task_root.rglob("*") if path.suffix in (".so", ".node")]
    assert len(found) == 1, f"the package holds {len(found)} compiled files: {found}"
    return found[0]


def loaded_addons(process: int) -> set[Path]:
    """The compiled parts of momento-lambda that are mapped into a process."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    paths = {Path(line.split(maxsplit=5)[5]) for line in lines if "momento" in line and len(line.split()) > 5}
    return {path for path in paths if path.suffix in (".so", ".node")}
