"""Writes the notices that the licences of the linked crates ask for: each text once, under the names of its crates.

    python wheels/notices.py --package momento-lambda-python --target x86_64-unknown-linux-gnu FILE

Problem: a compiled library carries some 200 crates, and most of their licences ask that their text goes along. Choice:
the texts come from the crates' own files; where a crate may be used under MIT or another licence, MIT is chosen, the
shortest. A crate without a text is listed with the licence that it names. No path, no time: same crates, same bytes.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path

from sbom import Crate, cargo, linked

TEXT_NAMES = re.compile(r"(LICEN[CS]E|COPYING|COPYRIGHT|NOTICE|UNLICENSE)([-_.].*)?", re.IGNORECASE)
HEAD = """The compiled part of this package holds the crates below, under the licences below.
momento-lambda itself is under the Apache License 2.0, and independent of Momento and of AWS.
"""
RULE = "=" * 100


def texts(folder: Path, expression: str) -> list[str]:
    """The licence's texts in a crate's folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and TEXT_NAMES.fullmatch(path.name))
    chosen = [path for path in files if re.search(r"MIT", path.name, re.IGNORECASE)]
    if not (chosen and re.search(r"\bMIT\b", expression) and re.search(r"\bOR\b|/", expression)):
        chosen = files
    return [re.sub(r"[ \t]+$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).strip() for path in chosen]


def notices(package: str, target: str) -> str:
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", target))
    described = {(one["name"], one["version"]): one for one in metadata["packages"]}
    crates_of: dict[str, list[Crate]] = defaultdict(list)
    without: list[str] = []
    for crate in sorted(linked(package, target)):
        one = described[crate]
        if one["name"].startswith("momento-lambda"):
            continue
        found = texts(Path(one["manifest_path"]).parent, one["license"] or "")
        for text in found:
            crates_of[text].append(crate)
        if not found:
            without.append(f"{crate[0]} {crate[1]}: {one['license']}")
    parts = [HEAD]
    for text, crates in sorted(crates_of.items(), key=lambda entry: entry[1]):
        parts.append(f"{RULE}\n{', '.join(f'{name} {version}' for name, version in crates)}\n\n{text}\n")
    if without:
        parts.append(f"{RULE}\nCrates that name a licence and bring no text:\n\n" + "\n".join(without) + "\n")
    return "\n".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the licence notices of what is linked into one library.")
    parser.add_argument("--package", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    options.file.write_text(notices(options.package, options.target), encoding="utf-8")


if __name__ == "__main__":
    main()
