"""Prints the version, which stands in Cargo.toml; says where another file disagrees, and ends non-zero.

    python wheels/version.py [--tag v1.2.3]

Problem: npm wants the version in package.json, the change log names it, and a release's tag repeats it. Choice:
Cargo.toml is where it is changed; everything else is compared with it, here, by `make check` and before publishing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def version(root: Path = ROOT) -> str:
    """The workspace's version, which is every package's."""
    text = (root / "Cargo.toml").read_text(encoding="utf-8")
    found = re.search(r'^\[workspace\.package\]\nversion = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise SystemExit("version: Cargo.toml has no version first in [workspace.package]")
    return found[1]


def disagreements(root: Path = ROOT, tag: str | None = None) -> Iterable[str]:
    right = version(root)
    for name in ("bindings-node/package.json", "local/node/package.json"):
        manifest = json.loads((root / name).read_text(encoding="utf-8"))
        if manifest["version"] != right:
            yield f"{name} says {manifest['version']}, Cargo.toml says {right}"
    lock = json.loads((root / "package-lock.json").read_text(encoding="utf-8"))
    locked = lock["packages"]["bindings-node"]["version"]
    if locked != right:
        yield f"package-lock.json says {locked}, Cargo.toml says {right}; run npm install --package-lock-only"
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = re.search(r"^## (\S+?)(?:, (.*))?$", changes, re.MULTILINE)
    if heading is None or heading[1] != right:
        yield f"CHANGELOG.md begins with {heading[1] if heading else 'no version'}, Cargo.toml says {right}"
    if tag is not None:
        if tag != f"v{right}":
            yield f"the tag is {tag}, Cargo.toml says {right}"
        if heading is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", heading[2]):
            yield f"CHANGELOG.md must say the day of {right} as 2026-01-31, says {heading[2]!r}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints the version and checks that every file agrees.")
    parser.add_argument("--tag", help="the release's tag, v and the version")
    options = parser.parse_args()
    found = list(disagreements(tag=options.tag))
    if found:
        sys.exit("\n".join(f"version: {one}" for one in found))
    print(version())


if __name__ == "__main__":
    main()
