"""Writes the notices that the licences of the linked crates ask for: each text once, under the names of its crates.

    python wheels/notices.py --package momento-lambda-python --target x86_64-unknown-linux-gnu FILE

Problem: a compiled library carries some 200 crates, and most of their licences ask that their text goes along; many of
them differ in nothing but who holds the copyright, or where lines break. Choice: the texts come from the crates' own
files; where a crate may be used under MIT or another licence, MIT is chosen, the shortest. Each text stands once, below
the copyrights of all the crates that come with it. A crate without a text is listed with the licence that it names. No
path, no time: same crates, same bytes.
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
# A paragraph that says who holds the copyright, or that names the licence, at the head of a text.
HOLDERS = re.compile(r"(\(?the )?MIT License|\(MIT License\)|Copyright\b|\(c\)|©", re.IGNORECASE)
LONGEST_HOLDERS = 600


def texts(folder: Path, expression: str) -> list[str]:
    """The licence's texts in a crate's folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and TEXT_NAMES.fullmatch(path.name))
    chosen = [path for path in files if re.search(r"MIT", path.name, re.IGNORECASE)]
    if not (chosen and re.search(r"\bMIT\b", expression) and re.search(r"\bOR\b|/", expression)):
        chosen = files
    return [re.sub(r"[ \t]+$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE).strip() for path in chosen]


def parted(text: str) -> tuple[str, str]:
    """A text's head, which names the holders of the copyright, and the licence itself."""
    paragraphs = re.split(r"\n\s*\n", text)
    count = 0
    while (
        count < len(paragraphs) - 1
        and len(paragraphs[count]) < LONGEST_HOLDERS
        and HOLDERS.match(paragraphs[count].strip())
    ):
        count += 1
    return "\n".join(one.strip() for one in paragraphs[:count]), "\n\n".join(paragraphs[count:])


def notices(package: str, target: str) -> str:
    metadata = json.loads(cargo("metadata", "--locked", "--format-version", "1", "--filter-platform", target))
    described = {(one["name"], one["version"]): one for one in metadata["packages"]}
    # By the licence's words, whatever their lines: its text, and the crates of each head.
    licences: dict[str, tuple[str, dict[str, list[Crate]]]] = {}
    without: list[str] = []
    for crate in sorted(linked(package, target)):
        one = described[crate]
        if one["name"].startswith("momento-lambda"):
            continue
        found = texts(Path(one["manifest_path"]).parent, one["license"] or "")
        for text in found:
            holders, licence = parted(text)
            _, crates_of = licences.setdefault(" ".join(licence.split()), (licence, defaultdict(list)))
            crates_of[holders].append(crate)
        if not found:
            without.append(f"{crate[0]} {crate[1]}: {one['license']}")
    parts = [HEAD]
    for licence, crates_of in licences.values():
        parts.append(RULE)
        for holders, crates in crates_of.items():
            names = ", ".join(f"{name} {version}" for name, version in crates)
            parts.append(f"{names}\n{holders}".rstrip() + "\n")
        parts.append(f"{licence}\n")
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
