"""One version: each file that disagrees with Cargo.toml is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import version

CHANGES = "# Changes\n\n## 1.2.3, 2026-01-31\n\n* One.\n\n## 1.2.2, 2026-01-01\n"


def checkout(folder: Path, *, package: str = "1.2.3", locked: str = "1.2.3", changes: str = CHANGES) -> Path:
    for name in ("bindings-node", "local/node"):
        (folder / name).mkdir(parents=True)
        (folder / name / "package.json").write_text(json.dumps({"version": package}))
    (folder / "Cargo.toml").write_text('[workspace]\n\n[workspace.package]\nversion = "1.2.3"\nedition = "2024"\n')
    (folder / "package-lock.json").write_text(json.dumps({"packages": {"bindings-node": {"version": locked}}}))
    (folder / "CHANGELOG.md").write_text(changes)
    return folder


def test_what_agrees_has_no_complaints(tmp_path: Path) -> None:
    assert list(version.disagreements(checkout(tmp_path), "v1.2.3")) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"locked": "1.2.4"}, "package-lock.json says 1.2.4"),
        ({"changes": "# Changes\n\n## 1.2.4, 2026-01-31\n"}, "CHANGELOG.md begins with 1.2.4"),
        ({"changes": "# Changes\n"}, "CHANGELOG.md begins with no version"),
    ],
)
def test_what_disagrees_is_named(wrong: dict[str, str], named: str, tmp_path: Path) -> None:
    (found,) = version.disagreements(checkout(tmp_path, **wrong))
    assert found.startswith(named)


def test_every_npm_package_is_looked_at(tmp_path: Path) -> None:
    found = list(version.disagreements(checkout(tmp_path, package="1.2.4")))
    assert found == [
        f"{name}/package.json says 1.2.4, Cargo.toml says 1.2.3" for name in ("bindings-node", "local/node")
    ]


def test_a_tag_wants_its_version_and_a_day(tmp_path: Path) -> None:
    root = checkout(tmp_path, changes="# Changes\n\n## 1.2.3, unreleased\n")
    assert list(version.disagreements(root)) == []
    tag, day = version.disagreements(root, "1.2.3")
    assert tag == "the tag is 1.2.3, Cargo.toml says 1.2.3"
    assert "unreleased" in day


def test_this_checkout_agrees() -> None:
    assert list(version.disagreements()) == []
