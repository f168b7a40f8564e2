"""CPython without a GIL is refused, by pip: the wheel's tag, abi3, is none of those that such an interpreter takes.

No such interpreter is to be had from a package registry, so pip is asked on its behalf. One that knows the difference
comes with Python 3.13.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from installing import artefact
from interpreters import interpreters

PYTHONS = {version: program for version, program in interpreters().items() if int(version.partition(".")[2]) >= 13}


def download(python: Path, version: str, abi: str, folder: Path) -> subprocess.CompletedProcess[str]:
    wheel = artefact("shipped", "momento_lambda-*_{wheel}.whl")
    platform = wheel.stem.split("-")[-1].split(".")[0]
    kind = ["--implementation", "cp", "--python-version", version, "--abi", abi, "--platform", platform]
    source = ["--no-index", "--no-deps", "--only-binary=:all:", "--find-links", str(wheel.parent)]
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "download", *source, *kind]
    command += ["--dest", str(folder), "momento-lambda"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_pip_offers_the_wheel_to_interpreters_with_a_gil_only(tmp_path: Path) -> None:
    if not PYTHONS:
        pytest.skip("no Python >= 3.13 is here, whose pip knows of interpreters without a GIL")
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([next(iter(PYTHONS.values())), "-m", "venv", tmp_path / "venv"], check=True, timeout=60)
    for version, abi in (("3.13", "cp313"), ("3.14", "cp314")):
        taken = download(python, version, abi, tmp_path)
        assert taken.returncode == 0, taken.stderr
        refused = download(python, version, f"{abi}t", tmp_path)
        assert refused.returncode == 1
        assert "No matching distribution found" in refused.stderr
