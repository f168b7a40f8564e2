"""What the packing scripts write, without anything built: one version, the platforms, and zips of equal bytes."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import layers
import pack_node
import pytest
from version import version

ROOT = Path(__file__).resolve().parents[2]


PRODUCTS = pytest.mark.parametrize("product", pack_node.PRODUCTS, ids=lambda product: product.name)


@PRODUCTS
def test_the_version_is_the_same_everywhere(product: pack_node.Product) -> None:
    checkout = json.loads((product.folder / "package.json").read_text(encoding="utf-8"))
    assert checkout["version"] == version()


@PRODUCTS
def test_the_main_package_names_every_platform_in_its_own_version(product: pack_node.Product) -> None:
    manifest = json.loads(pack_node.main_manifest(product))
    platforms = ("darwin-arm64", "darwin-x64", "linux-arm64-gnu", "linux-x64-gnu", "win32-x64")
    assert manifest["optionalDependencies"] == {f"{product.name}-{platform}": version() for platform in platforms}
    assert "scripts" not in manifest


@PRODUCTS
def test_the_main_package_holds_what_its_manifest_points_at(product: pack_node.Product) -> None:
    manifest = json.loads(pack_node.main_manifest(product))
    kinds = manifest["exports"]["."]
    pointed_at = {*kinds["import"].values(), *kinds["require"].values(), manifest["main"], manifest["types"]}
    programs = manifest.get("bin", {})
    pointed_at |= {programs} if isinstance(programs, str) else set(programs.values())
    for path in pointed_at:
        assert any(path.removeprefix("./").startswith(name) for name in manifest["files"]), path


@PRODUCTS
def test_the_checkout_names_no_platform_package(product: pack_node.Product) -> None:
    """Else `npm ci` would look for what is not published."""
    assert "optionalDependencies" not in (product.folder / "package.json").read_text(encoding="utf-8")


@PRODUCTS
@pytest.mark.parametrize("platform", pack_node.platforms(), ids=lambda platform: platform["name"])
def test_a_platform_package_says_where_it_runs(product: pack_node.Product, platform: dict[str, str]) -> None:
    manifest = json.loads(pack_node.platform_manifest(product, platform))
    assert manifest["name"] == f"{product.name}-{platform['name']}"
    assert manifest["version"] == version()
    assert (manifest["os"], manifest["cpu"]) == ([platform["os"]], [platform["cpu"]])
    assert manifest.get("libc") == (["glibc"] if platform["os"] == "linux" else None)
    assert manifest["files"] == [
        pack_node.named(product.packed, platform),
        f"{product.name}.{platform['name']}.cdx.json",
        f"{product.name}.{platform['name']}.notices.txt",
    ]
    assert manifest.get("main", manifest["files"][0]) == manifest["files"][0]
    assert not re.search(r"\{\w+\}", json.dumps(manifest))
    if platform["os"] == "win32":
        assert manifest["files"][0] in ("momento-lambda.win32-x64.node", "momento-lambda-local.exe")


def test_a_layer_of_the_same_files_has_the_same_bytes(tmp_path: Path) -> None:
    layers.write(tmp_path / "one.zip", {"python/b": b"2", "python/a": b"1"})
    layers.write(tmp_path / "two.zip", {"python/a": b"1", "python/b": b"2"})
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["python/a", "python/b"]
        assert all(entry.external_attr >> 16 == 0o100644 for entry in archive.infolist())
