"""The cases of tests/vectors as they stand there, behaviour sets included, and the list of known differences.

tests/vectors/README.md describes the notation. Here nothing is known of an SDK.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
VECTORS = TESTS / "vectors"


@dataclass
class Case:
    """A case with its name; `group` is the name that all cases of one argument of a behaviour set have in common."""

    name: str
    group: str
    written: dict[str, Any]

    def expected(self, language: str) -> dict[str, Any]:
        expected: dict[str, Any] = self.written.get(language, self.written)
        return expected


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def operations() -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in read(TESTS / "parity/operations.json")["operations"]}


def cases() -> list[Case]:
    found = []
    for file in sorted(VECTORS.glob("*.json")):
        for written in read(file)["cases"]:
            name = f"{file.stem}: {written['name']}"
            found.append(Case(name, name, written))
    return [*found, *from_sets()]


def from_sets() -> Iterator[Case]:
    calls = read(VECTORS / "sets/calls.json")
    for operation, call in calls.items():
        yield Case(f"sets/calls: {operation}", "", {**call, "operation": operation, "accepted": True})
    for file in sorted((VECTORS / "sets").glob("*.json")):
        if file.stem == "calls":
            continue
        behaviour = read(file)
        for operation, row in operations().items():
            if operation in behaviour.get("except", []):
                continue
            for argument in row["arguments"]:
                name = argument["name"]
                if argument["kind"] != behaviour["kind"] or name not in behaviour.get("names", [name]):
                    continue
                for case in behaviour["cases"]:
                    arguments = {**calls[operation]["arguments"], name: case["argument"]}
                    written = {**calls[operation], **case, "operation": operation, "arguments": arguments}
                    group = f"sets/{file.stem}: {case['name']}"
                    yield Case(f"{group}: {operation}, {name}", group, written)


def summary(ran: dict[str, str | None], groups: dict[str, str]) -> list[str]:
    """One line for each group of cases that differ: an argument of a behaviour set, or a case of its own."""
    found: dict[str, list[str]] = {}
    for name, difference in ran.items():
        if difference:
            found.setdefault(groups[name] or name, []).append(difference)
    return [f"differs: {name} ({len(all_)} calls): {all_[0]}" for name, all_ in found.items()]


def check(language: str, ran: dict[str, str | None], groups: dict[str, str]) -> list[str]:
    """What is wrong: differences that differences.json does not list, and what it lists that does not differ.

    `ran` holds what each case differs in, or None; `groups` the group of each case. A listed group stands for all of
    its cases.
    """
    listed: set[str] = set()
    for entry in read(Path(__file__).with_name("differences.json"))[language]:
        assert entry["reason"]
        listed.update(entry["cases"])
    wrong = []
    for name, difference in ran.items():
        known = name in listed or groups[name] in listed
        if difference and not known:
            wrong.append(f"differs: {name}: {difference}")
        elif known and not difference:
            wrong.append(f"no longer differs, take it out of differences.json: {name}")
    stale = listed - set(ran) - set(groups.values())
    return wrong + [f"listed in differences.json, but did not run: {name}" for name in sorted(stale)]
