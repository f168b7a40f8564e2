"""The arm64 layers, loaded and used under qemu: elsewhere than on arm64, nothing else runs what is shipped for it.

MOMENTO_ARM64_ROOT names a folder with an arm64 system that has glibc, python3 and nodejs, such as

    debootstrap --variant=minbase --foreign --arch=arm64 --include=nodejs,python3 bookworm FOLDER MIRROR
    for package in FOLDER/var/cache/apt/archives/*.deb; do dpkg-deb -x "$package" FOLDER; done

makes, and qemu-aarch64-static is on PATH. Without them, or without arm64 artefacts, it is skipped, loudly.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest
from installing import PROGRAMS, TARGET, run


@pytest.mark.parametrize(
    ("language", "program", "interpreter"),
    [("python", "smoke.py", "usr/bin/python3"), ("nodejs", "smoke.cjs", "usr/bin/node")],
)
def test_the_arm64_layer(language: str, program: str, interpreter: str, port: str, cache: str, tmp_path: Path) -> None:
    root, qemu = os.environ.get("MOMENTO_ARM64_ROOT"), shutil.which("qemu-aarch64-static")
    layer = TARGET / "layers" / f"momento-lambda-{language}-arm64.zip"
    if root is None or qemu is None:
        pytest.skip("arm64 is not run: MOMENTO_ARM64_ROOT and qemu-aarch64-static are not both there")
    if not layer.is_file():
        pytest.skip(f"arm64 is not run: {layer.name} was not made; make wheels, with a rustc for aarch64, does it")
    with zipfile.ZipFile(layer) as archive:
        archive.extractall(tmp_path)
    said = run(
        *(qemu, "-L", root, Path(root) / interpreter, PROGRAMS / program, port, cache),
        folder=tmp_path,
        variables={
            "PYTHONPATH": str(tmp_path / "python"),
            "NODE_PATH": str(tmp_path / "nodejs" / "node_modules"),
        },
    )
    assert "smoke: passed" in said
