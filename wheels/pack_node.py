"""Makes the npm packages: one for all platforms, and one with the addon for each platform that was built.

    python wheels/pack_node.py        -> target/npm/*.tgz

Problem: the main package names the platform packages as optional dependencies; written into the checkout, `npm ci`
would look for versions that are not published yet, and a lock file could not be made. Choice: they are added here, when
the package is packed, out of bindings-node/npm: one list of platforms, one template, the version from Cargo.toml.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BINDING = ROOT / "bindings-node"
SHIPPED = ROOT / "target" / "shipped"
NPM = ROOT / "target" / "npm"
# Of the checkout only: what it takes to build.
UNSHIPPED = ("scripts", "prettier", "devDependencies")


def version() -> str:
    """The workspace's version, which is every package's."""
    found = re.search(
        r'^\[workspace\.package\]\nversion = "([^"]+)"$',
        (ROOT / "Cargo.toml").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    if found is None:
        sys.exit("pack_node: Cargo.toml has no version first in [workspace.package]")
    return found[1]


def platforms() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((BINDING / "npm" / "platforms.json").read_text(encoding="utf-8"))
    return found


def platform_manifest(platform: dict[str, str]) -> str:
    text = (BINDING / "npm" / "template.json").read_text(encoding="utf-8")
    for field, value in {**platform, "version": version()}.items():
        text = text.replace("{" + field + "}", value)
    return text


def main_manifest() -> str:
    manifest: dict[str, Any] = json.loads((BINDING / "package.json").read_text(encoding="utf-8"))
    if manifest["version"] != version():
        sys.exit(f"pack_node: bindings-node/package.json says {manifest['version']}, Cargo.toml says {version()}")
    kept = {name: value for name, value in manifest.items() if name not in UNSHIPPED}
    kept["files"] = ["dist"]
    kept["optionalDependencies"] = {f"momento-lambda-{one['name']}": version() for one in platforms()}
    return json.dumps(kept, indent=2) + "\n"


def pack(name: str, manifest: str, contents: list[Path]) -> None:
    stage = NPM / "stage" / name
    stage.mkdir(parents=True)
    (stage / "package.json").write_text(manifest, encoding="utf-8")
    for path in [*contents, ROOT / "LICENSE"]:
        if path.is_dir():
            shutil.copytree(path, stage / path.name)
        else:
            shutil.copy(path, stage / path.name)
    subprocess.run(["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", NPM], cwd=stage, check=True)


def main() -> None:
    if not (BINDING / "dist" / "index.js").is_file():
        sys.exit("pack_node: bindings-node/dist is missing; run make build")
    shutil.rmtree(NPM, ignore_errors=True)
    NPM.mkdir(parents=True)
    pack("momento-lambda", main_manifest(), [BINDING / "dist", ROOT / "README.md"])
    for platform in platforms():
        addon = SHIPPED / f"momento-lambda.{platform['name']}.node"
        if addon.is_file():
            contents = [addon, addon.with_suffix(".cdx.json")]
            pack(f"momento-lambda-{platform['name']}", platform_manifest(platform), contents)
        else:
            print(f"pack_node: NOT PACKED: {platform['name']}, whose addon was not built", file=sys.stderr)


if __name__ == "__main__":
    main()
