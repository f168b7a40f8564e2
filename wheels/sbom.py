"""Writes the bill of materials of what is linked into one library: CycloneDX, JSON.

    python wheels/sbom.py --package momento-lambda-python --target x86_64-unknown-linux-gnu FILE

Problem: maturin's own names the folder that it was built in, so no two builders make the same file. Choice: cargo says
which crates are linked (`cargo tree`, with this package's features for this target) and what they are (`cargo
metadata`); neither a path nor a time is written.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
Crate = tuple[str, str]  # name, version


def cargo(*arguments: str) -> str:
    run = subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    return run.stdout


def linked(package: str, target: str) -> set[Crate]:
    """Crates that end up in the library or run while it is compiled, without what only tests and build scripts use."""
    lines = cargo(
        *("tree", "--locked", "--package", package, "--target", target),
        *("--edges", "normal", "--prefix", "none", "--format", "{p}"),
    ).splitlines()
    pairs = (line.split()[:2] for line in lines if line)
    return {(name, version.removeprefix("v")) for name, version in pairs}


def purl(crate: Crate) -> str:
    return f"pkg:cargo/{crate[0]}@{crate[1]}"


def component(crate: Crate, described: dict[str, Any], kind: str = "library") -> dict[str, Any]:
    found: dict[str, Any] = {"type": kind, "bom-ref": purl(crate), "name": crate[0], "version": crate[1]}
    # What is not from the registry has no package address: one would name somebody else's crate.
    if described["source"] is not None:
        found["purl"] = purl(crate)
    if described["license"]:
        # An old way to write "or", which SPDX does not know.
        found["licenses"] = [{"expression": re.sub(r"\s*/\s*", " OR ", described["license"])}]
    return found


def bill(package: str, target: str) -> dict[str, Any]:
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", target))
    by_id = {one["id"]: one for one in metadata["packages"]}
    described = {(one["name"], one["version"]): one for one in metadata["packages"]}
    crates = linked(package, target)
    (root,) = (crate for crate in crates if crate[0] == package)

    def key(identity: str) -> Crate:
        return by_id[identity]["name"], by_id[identity]["version"]

    edges = {
        key(node["id"]): sorted(
            purl(key(edge["pkg"]))
            for edge in node["deps"]
            if key(edge["pkg"]) in crates and any(kind["kind"] is None for kind in edge["dep_kinds"])
        )
        for node in metadata["resolve"]["nodes"]
    }
    document: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component(root, described[root])},
        "components": [component(crate, described[crate]) for crate in sorted(crates - {root})],
        "dependencies": [{"ref": purl(crate), "dependsOn": edges[crate]} for crate in sorted(crates)],
    }
    # A number that follows from the content, so that the same content is the same file.
    content = json.dumps(document, sort_keys=True)
    document["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, content)}"
    return document


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the bill of materials of one library.")
    parser.add_argument("--package", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    document = bill(options.package, options.target)
    # Without spaces: it is installed with every function, and read by programs.
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    options.file.write_text(text + "\n", encoding="utf-8")
    print(f"{options.file.name}: {len(document['components'])} crates")


if __name__ == "__main__":
    main()
