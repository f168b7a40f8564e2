"""`make bench`: what this library costs beside the official packages, the bare crate and the floor, in one run.

    bench/run.py [--only SECTION,...] [--turns N] [--quick]

Every module of sections/ is measured in turn. Tables are printed as they come; bench/results.json has every row, with
the machine it was taken on, bench/plots/ the pictures, docs/performance/figures.md the tables. With `--only` the other
sections' rows stay as they were.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import report
import sections
from lab import BENCH, BenchError, Lab, Options
from machine import describe
from row import Row
from table import summary, table

RESULTS = BENCH / "results.json"
PLOTS = BENCH / "plots"
# Enough to see that it works, in two minutes.
QUICK_TURNS = 1


def main() -> int:
    names = sorted(module.name for module in pkgutil.iter_modules(sections.__path__))
    options, chosen, results, pictures = parse(names)
    measured: list[Row] = []
    failed = []
    document = read(results)
    with Lab() as lab:
        for name in chosen:
            section = importlib.import_module(f"sections.{name}")
            begun = time.monotonic()
            try:
                rows = section.measure(lab, options)
            except Exception as error:  # a section that fails must not take the others' figures with it
                failed.append(name)
                print(f"{name}:", error if isinstance(error, BenchError) else traceback.format_exc(), file=sys.stderr)
                continue
            measured += rows
            print(f"\n{table(name, rows)}\n({time.monotonic() - begun:.0f} s)\n", flush=True)
            document = merged(document, name, rows, options)
            results.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
            draw(section.plots(rows), pictures)
    print(summary(measured))
    if results == RESULTS:
        report.PAGE.write_text(report.page(document), encoding="utf-8")
    if options.quick:
        print("A quick run: to see that all works, not for figures.")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def parse(names: Sequence[str]) -> tuple[Options, list[str], Path, Path]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(names), help=f"of these: {', '.join(names)}")
    parser.add_argument("--turns", type=int, help=f"how often each is measured (default 5; with --quick {QUICK_TURNS})")
    parser.add_argument("--quick", action="store_true", help="less of everything, to see that it works")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file for the rows")
    parser.add_argument("--plots", type=Path, default=PLOTS, help="the folder for the pictures")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    unknown = set(chosen) - set(names)
    if unknown:
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    turns = arguments.turns or (QUICK_TURNS if arguments.quick else Options.turns)
    return Options(turns=turns, quick=arguments.quick), chosen, arguments.results, arguments.plots


def read(results: Path) -> dict[str, Any]:
    """What is there from other runs."""
    if not results.is_file():
        return {"sections": {}, "rows": []}
    document: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return document


def merged(document: Mapping[str, Any], name: str, rows: Sequence[Row], options: Options) -> dict[str, Any]:
    """The document with these rows in the place of the section's former ones, and with what they were taken on."""
    taken = {"turns": options.turns, "quick": options.quick, "machine": describe()}
    others = [row for row in document["rows"] if row["section"] != name]
    documents = [*others, *(row.document() for row in rows)]
    return {
        "sections": dict(sorted({**document["sections"], name: taken}.items())),
        "rows": sorted(documents, key=lambda row: row["section"]),
    }


def draw(pictures: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file, picture in pictures.items():
        (folder / file).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
