"""The size of what a user installs, on disk and as the zip that goes up with every deployment.

Ours as it is published: the wheel in target/shipped, installed with pip; the npm packages in target/npm, the main one
and this platform's, unpacked side by side as npm does it (`make packages` makes them). The official side is what is
installed for this bench: Momento's package, the AWS SDK and all that they need. Lambda's own images bring an AWS SDK
along, so the rows are there without it, too. Sizes are sums of the files' bytes, 1 MB being 1,000,000; zips are made at
level 6; byte code counts where pip compiles it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path

from lab import BENCH, ROOT, BenchError, Lab, Options
from row import OFFICIAL, OURS, Budget, Row

SECTION = "installed"
Files = Sequence[tuple[Path, Path]]  # where a file is, its name in the zip
SUBJECTS = (OURS, OFFICIAL)
BUDGETS = (Budget(at_most=8),)
AWS = {"Python": "boto3", "Node": "@aws-sdk/client-secrets-manager"}
MOMENTO = {"Python": "momento", "Node": "@gomomento/sdk"}


def measure(lab: Lab, options: Options) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        python, node = Path(name) / "python", Path(name) / "node"
        install_wheel(python)
        unpack_npm(node)
        wheel, both = files_below(python), python_packages([MOMENTO["Python"], AWS["Python"]])
        rows = [
            *rows_of("Python", wheel, both, BUDGETS),
            *rows_of("Python, without byte code", without_byte_code(wheel), without_byte_code(both)),
            *rows_of("Python, theirs without the AWS SDK", wheel, python_packages([MOMENTO["Python"]])),
        ]
        packages, both = files_below(node), node_packages([MOMENTO["Node"], AWS["Node"]])
        rows += [
            *rows_of("Node", packages, both, BUDGETS),
            *rows_of("Node, theirs without the AWS SDK", packages, node_packages([MOMENTO["Node"]])),
        ]
    return rows


def rows_of(name: str, ours: Files, theirs: Files, budgets: Sequence[Budget] = ()) -> list[Row]:
    sizes = {OURS: sizes_of(ours), OFFICIAL: sizes_of(theirs)}
    return [
        Row(
            SECTION,
            name,
            figure,
            "MB",
            {subject: [sizes[subject][place]] for subject in SUBJECTS},
            budgets if figure == "installed" else (),
        )
        for place, figure in enumerate(("installed", "zipped"))
    ]


def without_byte_code(files: Files) -> Files:
    return [(file, name) for file, name in files if file.suffix != ".pyc"]


def plots(rows: Sequence[Row]) -> dict[str, str]:
    from plot import bars

    groups = {
        f"{row.name}, {row.figure}": {each: row.median(each) for each in SUBJECTS}
        for row in rows
        if "," not in row.name
    }
    return {"installed.svg": bars("Size of what is installed, AWS SDK included", "MB", groups)}


def sizes_of(files: Files) -> tuple[float, float]:
    """-> MB on disk, MB zipped."""
    size = 0
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for file, name in files:
                size += file.stat().st_size
                archive.writestr(str(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
        return size / 1e6, packed.tell() / 1e6


def files_below(folder: Path) -> list[tuple[Path, Path]]:
    return [(file, file.relative_to(folder)) for file in sorted(folder.rglob("*")) if file.is_file()]


# --- ours -------------------------------------------------------------------------------------------------------------


def install_wheel(folder: Path) -> None:
    options = ["--disable-pip-version-check", "--quiet", "--no-index", "--find-links", str(ROOT / "target" / "shipped")]
    command = [sys.executable, "-m", "pip", "install", *options, "--target", str(folder), "momento-lambda"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise BenchError(f"pip could not install the wheel in target/shipped (`make build` makes it):\n{done.stderr}")


def unpack_npm(folder: Path) -> None:
    machine = json.loads(subprocess.check_output(["node", "-p", "JSON.stringify([process.platform, process.arch])"]))
    platform = f"{machine[0]}-{machine[1]}"
    for pattern in ("momento-lambda-[0-9]*.tgz", f"momento-lambda-{platform}*.tgz"):
        found = sorted((ROOT / "target" / "npm").glob(pattern))
        if len(found) != 1:
            raise BenchError(f"there is not one target/npm/{pattern}, but {len(found)}: `make packages` makes it")
        with tarfile.open(found[0]) as archive:
            archive.extractall(folder, filter="data")
        # npm packs everything below "package".
        name = json.loads((folder / "package" / "package.json").read_text(encoding="utf-8"))["name"]
        shutil.move(folder / "package", folder / "node_modules" / name)


def closure(roots: Iterable[str], needs: Callable[[str], set[str]]) -> set[str]:
    """The roots, what they need, what that needs, and so on."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs(name)
    return found


# --- theirs -----------------------------------------------------------------------------------------------------------


def python_packages(roots: Iterable[str]) -> list[tuple[Path, Path]]:
    """The files of these packages and of all that they need, of the environment of the bench."""
    (packages,) = BENCH.glob(".venv/lib/python*/site-packages")
    installed = {canonical(each.metadata["Name"]): each for each in metadata.distributions(path=[str(packages)])}
    files: dict[Path, Path] = {}
    for name in closure(roots, lambda name: requirements(installed[name]) & set(installed)):
        for path in installed[name].files or ():
            file = Path(str(path.locate()))
            if file.is_file() and file.is_relative_to(packages):  # not the programs in bin
                files[file] = file.relative_to(packages)
    return sorted(files.items())


def requirements(distribution: metadata.Distribution) -> set[str]:
    """Those without which it doesn't run here: what only an extra wants is not."""
    lines = [line for line in distribution.requires or () if "extra ==" not in line]
    names = (re.match(r"[\w.-]+", line) for line in lines)
    return {canonical(name[0]) for name in names if name}


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def node_packages(roots: Iterable[str]) -> list[tuple[Path, Path]]:
    """The same, of the lock file's tree."""
    lock = json.loads((BENCH / "node_modules" / ".package-lock.json").read_text(encoding="utf-8"))["packages"]

    def needs(place: str) -> set[str]:
        description = lock[place]
        names = {**description.get("dependencies", {}), **description.get("optionalDependencies", {})}
        return {found for name in names if (found := place_of(name, place)) is not None}

    def place_of(name: str, asker: str) -> str | None:
        """Where `require` finds it: in the nearest node_modules above."""
        above = asker
        while True:
            candidate = f"{above}/node_modules/{name}" if above else f"node_modules/{name}"
            if candidate in lock:
                return candidate
            if not above:
                return None
            above = above.rpartition("node_modules/")[0].rstrip("/")

    files = []
    for place in sorted(closure([f"node_modules/{name}" for name in roots], needs)):
        for file, name in files_below(BENCH / place):
            if "node_modules" not in name.parts:  # a package inside is in the list itself, if it is needed
                files.append((file, Path(place) / name))
    return files
