"""A compiled part that does not load: one sentence that names the reason and the command that mends it.

Real files, made wrong: a copy of the installed package whose library is missing, for another processor or system, asks
for a newer glibc, or is damaged. Only what this machine can't be (musl, PyPy) is told to the module instead.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import momento_lambda
from momento_lambda import load_error

PACKAGE = Path(momento_lambda.__file__).parent
linux = pytest.mark.skipif(sys.platform != "linux", reason="tampers with an ELF file, which only Linux loads")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the package to make wrong; gives its compiled file."""
    shutil.copytree(PACKAGE, tmp_path / "momento_lambda", ignore=shutil.ignore_patterns("__pycache__"))
    [compiled] = [path for path in (tmp_path / "momento_lambda").glob("_native.*") if path.suffix != ".pyi"]
    return compiled


def sentence(folder: Path, statement: str = "from momento_lambda import get_momento_client") -> str:
    """What the user's `import` says, without the traceback."""
    program = f"""
import sys
sys.path.insert(0, {str(folder)!r})
try:
    {statement}
except ImportError as error:
    assert error.name == "momento_lambda._native", error.name
    assert error.__cause__ is not None
    print(error)
else:
    sys.exit("it was loaded")
"""
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    assert line.endswith("."), "a whole sentence"
    return line


def change(path: Path, edit: Callable[[bytearray], None]) -> None:
    content = bytearray(path.read_bytes())
    edit(content)
    path.write_bytes(content)


STATEMENTS = (
    "from momento_lambda import get_momento_client",
    "from momento_lambda import CacheClientAsync",
    "from momento_lambda import __version__",
    "from momento_lambda.cache_client_async import CacheClientAsync",
    "from momento_lambda.cache_client import CacheClient",
    "from momento_lambda.auth.credential_provider import CredentialProvider",
    "from momento_lambda.config.configurations import Configurations",
    "import momento_lambda; momento_lambda.CacheClient",
)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_way_in_says_it(statement: str, broken: Path) -> None:
    broken.unlink()
    said = sentence(broken.parents[1], statement)
    assert "compiled part is missing" in said
    assert str(broken.parent) in said
    assert "pip install" in said


@linux
def test_another_processor(broken: Path) -> None:
    other = {"x86_64": (183, "aarch64"), "aarch64": (62, "x86_64")}[platform.machine()]

    def to_other(content: bytearray) -> None:
        content[18:20] = other[0].to_bytes(2, "little")

    change(broken, to_other)
    said = sentence(broken.parents[1])
    assert f"is built for {other[1]} on linux, and this Python runs on {platform.machine()} on linux" in said
    assert f"--platform manylinux2014_{platform.machine()} --only-binary=:all:" in said


@pytest.mark.parametrize(("magic", "system"), [(b"\xcf\xfa\xed\xfe", "darwin"), (b"MZ\x90\x00", "win32")])
@linux
def test_another_system(magic: bytes, system: str, broken: Path) -> None:
    change(broken, lambda content: content.__setitem__(slice(0, 4), magic))
    assert f"on {system}, and this Python runs on" in sentence(broken.parents[1])


@linux
def test_a_newer_glibc(broken: Path) -> None:
    """The loader itself refuses it, and its words are understood."""
    content = broken.read_bytes()
    needed = max(
        (name for name in (b"GLIBC_2.17", b"GLIBC_2.14", b"GLIBC_2.34") if name + b"\0" in content), default=None
    )
    assert needed is not None, "the library names no version that this test knows"
    broken.write_bytes(content.replace(needed + b"\0", b"GLIBC_9.99\0"))
    said = sentence(broken.parents[1])
    assert f"needs glibc 9.99, and this system has {platform.libc_ver()[1]}" in said


@pytest.mark.parametrize("kept", [0, 7, 63])
@linux
def test_a_damaged_file(kept: int, broken: Path) -> None:
    os.truncate(broken, kept)
    said = sentence(broken.parents[1])
    assert f"{broken} is damaged" in said
    assert "pip install" in said


def test_an_unreadable_file(broken: Path) -> None:
    """A folder, since root may read every file."""
    broken.unlink()
    broken.mkdir()
    assert f"{broken} can't be read (" in sentence(broken.parents[1])


def test_musl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(load_error, "_wrong_file", lambda _: None)
    said = load_error.explain(ImportError("Error loading shared library ld-linux-x86-64.so.2"))
    assert "musl" in said
    assert "--no-binary momento-lambda" in said


def test_another_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load_error, "OLDEST_PYTHON", (4, 0))
    assert "needs Python" in load_error.explain(ImportError())
    monkeypatch.setattr(sys.implementation, "name", "pypy")
    assert "runs on CPython only, and this is pypy" in load_error.explain(ImportError())


def test_a_free_threaded_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_config_var", lambda name: 1 if name == "Py_GIL_DISABLED" else None)
    assert "free-threaded" in load_error.explain(ImportError())


def test_what_is_not_known_is_passed_on() -> None:
    said = load_error.explain(ImportError("the moon is in the wrong phase"))
    assert "(the moon is in the wrong phase)" in said
    assert "pip install" in said
