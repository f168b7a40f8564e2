"""What the packing scripts write, without anything built: one version, the platforms, and zips of equal bytes."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import layers
import pack_node
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_version_is_the_same_everywhere() -> None:
    checkout = json.loads((ROOT / "bindings-node" / "package.json").read_text(encoding="utf-8"))
    assert checkout["version"] == pack_node.version()


def test_the_main_package_names_every_platform_in_its_own_version() -> None:
    manifest = json.loads(pack_node.main_manifest())
    assert manifest["optionalDependencies"] == {
        "momento-lambda-linux-arm64-gnu": pack_node.version(),
        "momento-lambda-linux-x64-gnu": pack_node.version(),
    }
    assert manifest["files"] == ["dist"]
    assert "scripts" not in manifest


def test_the_checkout_names_no_platform_package() -> None:
    """Else `npm ci` would look for what is not published."""
    assert "optionalDependencies" not in (ROOT / "bindings-node" / "package.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("platform", pack_node.platforms(), ids=lambda platform: platform["name"])
def test_a_platform_package_says_where_it_runs(platform: dict[str, str]) -> None:
    manifest = json.loads(pack_node.platform_manifest(platform))
    assert manifest["name"] == f"momento-lambda-{platform['name']}"
    assert manifest["version"] == pack_node.version()
    assert (manifest["os"], manifest["cpu"]) == ([platform["os"]], [platform["cpu"]])
    assert manifest["libc"] == [platform["libc"]]
    assert manifest["main"] == f"momento-lambda.{platform['name']}.node"
    assert "{" not in json.dumps(manifest).replace('{"', "").replace(": {", "")


def test_a_layer_of_the_same_files_has_the_same_bytes(tmp_path: Path) -> None:
    layers.write(tmp_path / "one.zip", {"python/b": b"2", "python/a": b"1"})
    layers.write(tmp_path / "two.zip", {"python/a": b"1", "python/b": b"2"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["python/a", "python/b"]
        assert all(entry.external_attr >> 16 == 0o100644 for entry in archive.infolist())
