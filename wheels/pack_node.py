"""Makes the npm packages: momento-lambda and momento-lambda-local, each one package for all platforms, and one with the
compiled part for each platform that was built.

    python wheels/pack_node.py        -> target/npm/*.tgz

Problem: the main packages name the platform packages as optional dependencies; written into the checkout, `npm ci`
would look for versions that are not published yet, and a lock file could not be made. Choice: they are added here, when
the package is packed, out of one list of platforms, bindings-node/npm, a template for each product, and the version
from Cargo.toml.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from version import version

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "target" / "shipped"
NPM = ROOT / "target" / "npm"
# Of the checkout only: what it takes to build.
UNSHIPPED = ("scripts", "prettier", "devDependencies")
EXECUTABLE = {"bin.js", "momento-lambda-local"}
Platform = dict[str, str]


@dataclass(frozen=True)
class Product:
    name: str
    folder: Path
    """Where the main package's manifest is."""
    template: Path
    """The platform packages' manifest."""
    files: Sequence[str]
    """What of the folder goes into the main package."""
    readme: Path
    compiled: str
    """The compiled file's name in target/shipped."""
    packed: str
    """Its name in the platform package."""


PRODUCTS = [
    Product(
        name="momento-lambda",
        folder=ROOT / "bindings-node",
        template=ROOT / "bindings-node" / "npm" / "template.json",
        files=["dist"],
        readme=ROOT / "README.md",
        compiled="momento-lambda.{name}.node",
        # The same, since it is what gets copied beside a bundle.
        packed="momento-lambda.{name}.node",
    ),
    Product(
        name="momento-lambda-local",
        folder=ROOT / "local" / "node",
        template=ROOT / "local" / "npm" / "template.json",
        files=["bin.js", "index.js", "index.mjs", "index.d.ts", "index.d.mts", "program.js"],
        readme=ROOT / "local" / "README.md",
        compiled="momento-lambda-local.{name}{suffix}",
        packed="momento-lambda-local{suffix}",
    ),
]


def named(pattern: str, platform: Platform) -> str:
    return pattern.format(name=platform["name"], suffix=".exe" if platform["os"] == "win32" else "")


def platforms() -> list[Platform]:
    found: list[Platform] = json.loads((ROOT / "bindings-node" / "npm" / "platforms.json").read_text(encoding="utf-8"))
    return found


def platform_manifest(product: Product, platform: Platform) -> str:
    text = product.template.read_text(encoding="utf-8")
    for field, value in {**platform, "version": version(), "file": named(product.packed, platform)}.items():
        text = text.replace("{" + field + "}", value)
    manifest: dict[str, Any] = json.loads(text)
    # Only Linux has several.
    if "libc" not in platform:
        del manifest["libc"]
    return json.dumps(manifest, indent=2) + "\n"


def main_manifest(product: Product) -> str:
    path = product.folder / "package.json"
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest["version"] != version():
        sys.exit(f"pack_node: {path.relative_to(ROOT)} says {manifest['version']}, Cargo.toml says {version()}")
    kept = {name: value for name, value in manifest.items() if name not in UNSHIPPED}
    kept["files"] = list(product.files)
    kept["optionalDependencies"] = {f"{product.name}-{one['name']}": version() for one in platforms()}
    return json.dumps(kept, indent=2) + "\n"


def pack(name: str, manifest: str, contents: dict[str, Path]) -> None:
    """Packs files and folders under the names that they get in the package."""
    stage = NPM / "stage" / name
    stage.mkdir(parents=True)
    (stage / "package.json").write_text(manifest, encoding="utf-8")
    for target, source in {**contents, "LICENSE": ROOT / "LICENSE"}.items():
        if source.is_dir():
            shutil.copytree(source, stage / target)
        else:
            shutil.copyfile(source, stage / target)
            # npm keeps the mode, which must not be what this checkout's umask made of it.
            (stage / target).chmod(0o755 if target in EXECUTABLE else 0o644)
    subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", NPM], cwd=stage, check=True)


def pack_product(product: Product) -> None:
    files = {name: product.folder / name for name in product.files}
    missing = [name for name, path in files.items() if not path.exists()]
    if missing:
        sys.exit(f"pack_node: {product.folder.relative_to(ROOT)} has no {', '.join(missing)}; run make build")
    pack(product.name, main_manifest(product), {**files, "README.md": product.readme})
    for platform in platforms():
        name = f"{product.name}-{platform['name']}"
        compiled = SHIPPED / named(product.compiled, platform)
        if not compiled.is_file():
            print(f"pack_node: NOT PACKED: {name}, whose compiled part was not built", file=sys.stderr)
            continue
        documents = [f"{product.name}.{platform['name']}.{kind}" for kind in ("cdx.json", "notices.txt")]
        contents = {named(product.packed, platform): compiled, **{one: SHIPPED / one for one in documents}}
        pack(name, platform_manifest(product, platform), contents)


def main() -> None:
    shutil.rmtree(NPM, ignore_errors=True)
    NPM.mkdir(parents=True)
    for product in PRODUCTS:
        pack_product(product)


if __name__ == "__main__":
    main()
