"""Fetch AWS's Lambda Runtime Interface Emulator into target/lambda/, once.

    .venv/bin/python tests/lambda/fetch_emulator.py

Problem: AWS publishes the emulator in container images and on a release page; the package registry is the only
source a build machine is sure to reach. Choice: it is inside the aws-sam-cli wheel, of which pip downloads the
version and hash in emulator-wheel.txt and nothing else: no dependency, no installation.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / "target" / "lambda"
REQUIREMENT = HERE / "emulator-wheel.txt"
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def emulator_path() -> Path:
    """Where the emulator is, once fetched; the version is in the name so that a new pin fetches anew."""
    pin = re.search(r"^aws-sam-cli==(\S+)", REQUIREMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert pin is not None, f"{REQUIREMENT.name} has no aws-sam-cli==VERSION"
    return CACHE / f"aws-lambda-rie-{pin[1]}"


def why_unsupported() -> str | None:
    """The emulator is a Linux program."""
    if not sys.platform.startswith("linux"):
        return f"AWS's Lambda emulator runs on Linux only, this is {sys.platform}"
    if platform.machine().lower() not in ARCHITECTURES:
        return f"AWS's Lambda emulator is not published for {platform.machine()}"
    return None


def fetch() -> Path:
    target = emulator_path()
    if target.is_file():
        return target
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        # The wheel is only unpacked, so its Python requirement is nothing to us.
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--require-hashes"]
        command = [sys.executable, "-m", "pip", "download", *options, "-r", str(REQUIREMENT), "-d", folder]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        member = f"samcli/local/rapid/aws-lambda-rie-{ARCHITECTURES[platform.machine().lower()]}"
        with zipfile.ZipFile(wheel) as archive:
            unpacked = Path(archive.extract(member, folder))
        unpacked.chmod(0o755)
        os.replace(unpacked, target)
    return target


def main() -> None:
    unsupported = why_unsupported()
    if unsupported is not None:
        print(f"NOT FETCHED: {unsupported}")
        return
    try:
        print(fetch())
    except subprocess.CalledProcessError as error:
        sys.exit(f"pip could not download the wheel with the emulator (status {error.returncode}, see above)")


if __name__ == "__main__":
    main()
