"""Checks what is shipped: every wheel and every npm package with a compiled part. Ends non-zero, a line per complaint.

    python wheels/audit.py [--against FOLDER] [FILE ...]

Without files: the wheels in target/shipped and the platform packages in target/npm, momento-lambda's and
momento-lambda-local's. `--against` compares hashes with another build's folder of the same layout (target).

Problem: a compiled part that does not load is this kind of package's usual failure, and is seen by users only. Choice:
each reason is looked for in the file itself: architecture, libc, libraries, symbols, size, licence, bill of materials
and folders of this machine. `auditwheel` and `abi3audit` must agree; where they are not installed, that is said.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import elf
from sizes import COMPRESSED_LIMIT, INSTALLED_LIMIT

ROOT = Path(__file__).resolve().parent.parent
GLIBC_LIMIT = (2, 17)
# glibc's own, and GCC's unwinder, which every Lambda runtime has and a build without zig asks for.
LIBRARIES = re.compile(
    r"(libc\.so\.6|libm\.so\.6|libdl\.so\.2|libpthread\.so\.0|librt\.so\.1|libgcc_s\.so\.1|ld-linux.*)"
)
# What compiled files begin with on Linux, macOS and Windows.
COMPILED = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")
# Names with an underscore that are in Python's stable ABI all the same.
STABLE_PRIVATE = re.compile(r"_Py(_(None|True|False|NotImplemented)Struct|_Dealloc|_EllipsisObject|Weakref_\w+Type)")
# A package's name begins with -> the end of its compiled file's name, and the one symbol that this may show.
KINDS = {
    "momento_lambda-": (".abi3.so", "PyInit__native"),
    "momento-lambda-linux-": (".node", "napi_register_module_v1"),
    "momento_lambda_local-": ("/momento-lambda-local", None),
    "momento-lambda-local-linux-": ("/momento-lambda-local", None),
}


class Unreadable(ValueError):
    """The package can't be taken apart."""


@dataclass(frozen=True)
class Package:
    path: Path
    files: dict[str, bytes]
    machine: str
    """What its name promises."""
    library: str
    """The compiled file in it."""
    entry: str | None
    """The one symbol that the library may show; None for a program."""

    @property
    def installed(self) -> int:
        return sum(map(len, self.files.values()))

    @property
    def hash(self) -> str:
        return file_hash(self.path)


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def unpack_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def unpack_tar(path: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member)
            if content is not None:
                found[member.name] = content.read()
    return found


def read_package(path: Path) -> Package:
    kind = next((prefix for prefix in KINDS if path.name.startswith(prefix)), None)
    machine = re.search(r"_(x86_64|aarch64)\.whl$|-linux-(x64|arm64)-", path.name)
    if kind is None or machine is None:
        raise Unreadable("its name says no architecture, or is none of ours")
    suffix, entry = KINDS[kind]
    try:
        files = unpack_zip(path) if path.suffix == ".whl" else unpack_tar(path)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Unreadable(f"can't be unpacked: {error}") from error
    named = (suffix, ".so", ".node", ".dylib", ".pyd")
    compiled = [name for name, content in files.items() if name.endswith(named) or content.startswith(COMPILED)]
    if len(compiled) != 1 or not compiled[0].endswith(suffix):
        raise Unreadable(f"must hold one {suffix} file, holds {compiled or 'none'}")
    promised = {"x64": "x86_64", "arm64": "aarch64"}
    name = machine[1] or promised[machine[2]]
    return Package(path, files, name, compiled[0], entry)


# --- the checks: each gives its complaints ---------------------------------------------------------------------------


def check_library(package: Package) -> Iterable[str]:
    try:
        library = elf.read(package.files[package.library])
    except elf.ElfError as error:
        yield f"{package.library}: {error}"
        return
    if library.machine != package.machine:
        yield f"is for {library.machine}, its name says {package.machine}"
    highest, marks = library.glibc()
    if highest > GLIBC_LIMIT:
        yield f"needs glibc {dotted(highest)}, which is newer than {dotted(GLIBC_LIMIT)}"
    if marks:
        yield f"needs what not every glibc has: {marks}"
    for name in library.needed:
        if not LIBRARIES.fullmatch(name):
            yield f"needs the library {name}"
    if library.search_paths:
        yield f"looks for libraries in {library.search_paths}"
    if package.entry is not None and library.defined != [package.entry]:
        yield f"shows the symbols {library.defined[:5]}, should show {package.entry} only"
    # An unwinder of its own crashes with the system's: wheels/unwinder.c.
    if "_Unwind_Resume" not in library.undefined:
        yield "does not use the system's unwinder, libgcc_s"
    private = [name for name in library.undefined if name.startswith("_Py") and not STABLE_PRIVATE.fullmatch(name)]
    if private:
        yield f"uses what is private in Python: {private}"


def check_size(package: Package) -> Iterable[str]:
    if package.installed > INSTALLED_LIMIT:
        yield f"takes {package.installed / 1e6:.2f} MB installed, may take {INSTALLED_LIMIT / 1e6}"
    compressed = package.path.stat().st_size
    if compressed > COMPRESSED_LIMIT:
        yield f"takes {compressed / 1e6:.2f} MB compressed, may take {COMPRESSED_LIMIT / 1e6}"


def check_documents(package: Package) -> Iterable[str]:
    licences = [name for name in package.files if Path(name).name == "LICENSE"]
    if not any(b"Apache License" in package.files[name] for name in licences):
        yield "holds no licence"
    if not any(name.endswith(("THIRD-PARTY-NOTICES.txt", ".notices.txt")) for name in package.files):
        yield "holds no notices of the crates that are linked"
    bills = [name for name in package.files if name.endswith(".cdx.json")]
    if not bills:
        yield "holds no bill of materials"
    for name in bills:
        try:
            document = json.loads(package.files[name])
            if document["bomFormat"] != "CycloneDX" or not document["components"]:
                yield f"{name} names no components"
        except (ValueError, KeyError, TypeError) as error:
            yield f"{name} is no CycloneDX document: {error!r}"


def check_paths(package: Package, folders: Sequence[str]) -> Iterable[str]:
    for name, content in package.files.items():
        for folder in folders:
            if folder.encode() in content:
                yield f"{name} names this machine's folder {folder}"


def check_against(package: Package, other: Path) -> Iterable[str]:
    twin = other / package.path.parent.name / package.path.name
    if not twin.is_file():
        yield f"the other build has no {twin.name}"
    elif file_hash(twin) != package.hash:
        yield f"the other build differs: {package.hash[:16]} here, {file_hash(twin)[:16]} there"


def tool(name: str, *arguments: str) -> str | None:
    """What a tool of tests/requirements.txt says, both channels and its exit code; None where it is not installed."""
    program = Path(sys.executable).parent / name
    if not program.is_file():
        print(f"audit: NOT RUN: {name} is not installed beside {sys.executable}; make test does it", file=sys.stderr)
        return None
    run = subprocess.run(
        [program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    return f"{run.stdout}\nexit code {run.returncode}"


def check_tools(package: Package) -> Iterable[str]:
    if package.path.suffix != ".whl":
        return
    shown = tool("auditwheel", "show", str(package.path))
    if shown is not None and f'"manylinux_2_17_{package.machine}"' not in shown:
        yield f"auditwheel disagrees:\n{shown}"
    shown = tool("abi3audit", "--strict", "--report", str(package.path)) if package.entry is not None else None
    if shown is not None and not shown.endswith("exit code 0"):
        yield f"abi3audit disagrees:\n{shown}"


def machine_folders() -> list[str]:
    """The folders that must not be found in a package, each with its separator: "/" and "/root" alone prove nothing."""
    return [f"{folder}/" for folder in {str(ROOT), str(Path.home())} if len(folder) > 1]


def complaints(package: Package, against: Path | None = None) -> list[str]:
    found = [*check_library(package), *check_size(package), *check_documents(package)]
    found += [*check_paths(package, machine_folders()), *check_tools(package)]
    return found if against is None else [*found, *check_against(package, against)]


def row(package: Package) -> str:
    library = elf.read(package.files[package.library])
    glibc = dotted(library.glibc()[0])
    sizes = f"{package.installed / 1e6:>8.2f} MB{package.path.stat().st_size / 1e6:>8.2f} MB"
    return f"{package.path.name}\n    {library.machine:<8} glibc {glibc:<6}{sizes}  sha256 {package.hash}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Checks every wheel and addon that is shipped.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--against", type=Path, help="the target folder of another build")
    options = parser.parse_args()
    target = ROOT / "target"
    files = options.files or [
        path
        for path in [*target.glob("shipped/*.whl"), *target.glob("npm/*.tgz")]
        if "linux" in path.name and any(path.name.startswith(kind) for kind in KINDS)
    ]
    if not files:
        sys.exit("audit: there is nothing to check; run wheels/build and wheels/pack_node.py")
    failed = False
    print("package: architecture, highest glibc symbol, installed, compressed, hash")
    for path in sorted(files):
        try:
            package = read_package(path)
            found = complaints(package, options.against)
            if not found:
                print(row(package))
        except Unreadable as error:
            found = [str(error)]
        for one in found:
            failed = True
            print(f"audit: {path.name}: {one}", file=sys.stderr)
    if failed:
        sys.exit(1)
    compared = "" if options.against is None else ", the same in both builds"
    print(f"audit: {len(files)} packages, no complaints{compared}")


if __name__ == "__main__":
    main()
