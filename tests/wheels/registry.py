"""An npm registry on loopback that holds the packages of target/npm, as npm and pnpm will find them once published.

Problem: a package manager chooses the platform package by its `os`, `cpu` and `libc`, but only for what comes from a
registry. Choice: this one, which answers the two requests that an installation makes. For platforms that were not built
here it holds a package with the true manifest and no compiled part.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pack_node
from loopback import LoopbackServer, QuietHandler
from version import version


class Registry(LoopbackServer):
    """Serves from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(RegistryHandler)
        self._tarballs: dict[str, bytes] = {}
        for product in pack_node.PRODUCTS:
            self._add(folder, product.name, None)
            for platform in pack_node.platforms():
                manifest = pack_node.platform_manifest(product, platform)
                self._add(folder, f"{product.name}-{platform['name']}", pack_manifest(manifest))

    def _add(self, folder: Path, name: str, otherwise: bytes | None) -> None:
        path = folder / f"{name}-{version()}.tgz"
        tarball = path.read_bytes() if path.is_file() else otherwise
        if tarball is not None:
            self._tarballs[name] = tarball

    def tarball(self, name: str) -> bytes | None:
        return self._tarballs.get(name)

    def describe(self, name: str, tarball: bytes) -> dict[str, Any]:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
            file = archive.extractfile("package/package.json")
            assert file is not None
            manifest = json.load(file)
        manifest["dist"] = {
            "tarball": f"{self.url}/{name}/-/{name}.tgz",
            "integrity": f"sha512-{base64.b64encode(hashlib.sha512(tarball).digest()).decode()}",
        }
        return {
            "name": name,
            "dist-tags": {"latest": manifest["version"]},
            "versions": {manifest["version"]: manifest},
        }


class RegistryHandler(QuietHandler):
    server: Registry

    def do_GET(self) -> None:
        name, _, file = self.path.strip("/").partition("/-/")
        tarball = self.server.tarball(name)
        if tarball is None:
            self.answer_json(404, {"error": "Not found"})
        elif file:
            self.answer(200, tarball, "application/octet-stream")
        else:
            self.answer_json(200, self.server.describe(name, tarball))


def pack_manifest(manifest: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("package/package.json")
        entry.size = len(manifest.encode())
        archive.addfile(entry, io.BytesIO(manifest.encode()))
    return packed.getvalue()
