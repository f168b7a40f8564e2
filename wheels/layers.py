"""Makes the Lambda layers: what a function that has no packages of its own finds in /opt.

    python wheels/layers.py           -> target/layers/momento-lambda-{python,nodejs}-{x86_64,arm64}.zip

They hold what the wheel and the npm packages hold, no more. Entries are sorted and carry one time and one mode each,
so the same packages give the same bytes.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from audit import file_hash, unpack_tar, unpack_zip

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "target"
# Lambda's name for the architecture -> the wheel's, npm's
ARCHITECTURES = {"x86_64": ("x86_64", "x64"), "arm64": ("aarch64", "arm64")}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16


def python_layer(machine: str) -> dict[str, bytes] | None:
    wheels = sorted((TARGET / "shipped").glob(f"momento_lambda-*_{machine}.whl"))
    if len(wheels) != 1:
        return None
    return {f"python/{name}": content for name, content in unpack_zip(wheels[0]).items()}


def node_layer(cpu: str) -> dict[str, bytes] | None:
    addons = sorted((TARGET / "npm").glob(f"momento-lambda-linux-{cpu}-gnu-*.tgz"))
    packages = sorted((TARGET / "npm").glob("momento-lambda-[0-9]*.tgz"))
    if len(addons) != 1 or len(packages) != 1:
        return None
    found = {}
    for folder, package in (("momento-lambda", packages[0]), (f"momento-lambda-linux-{cpu}-gnu", addons[0])):
        for name, content in unpack_tar(package).items():
            found[f"nodejs/node_modules/{folder}/{name.removeprefix('package/')}"] = content
    return found


def write(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = READABLE
            archive.writestr(entry, files[name])


def main() -> None:
    folder = TARGET / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for name, (machine, cpu) in ARCHITECTURES.items():
        for language, files in (("python", python_layer(machine)), ("nodejs", node_layer(cpu))):
            path = folder / f"momento-lambda-{language}-{name}.zip"
            path.unlink(missing_ok=True)
            if files is None:
                print(f"layers: NOT MADE: {path.name}, whose packages were not built", file=sys.stderr)
                continue
            write(path, files)
            made += 1
            installed = sum(map(len, files.values()))
            print(f"{path.name:<40}{installed / 1e6:>7.2f} MB{path.stat().st_size / 1e6:>7.2f} MB  {file_hash(path)}")
    if made == 0:
        sys.exit("layers: nothing to make them of; run wheels/build and wheels/pack_node.py")


if __name__ == "__main__":
    main()
