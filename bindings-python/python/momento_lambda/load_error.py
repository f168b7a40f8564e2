"""Why the compiled part does not load, in one sentence with the command that mends it.

The loader's own words ("cannot open shared object file") hide the usual reasons: a package installed for another
machine, an older system, another C library or another Python. They are read from the file itself and from this
interpreter. Imported only when loading has failed.
"""

from __future__ import annotations

import platform
import re
import sys
import sysconfig
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 9)
# The ELF header's numbers and the names that platform.machine() and wheels use.
_ELF_MACHINES = {3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64", 243: "riscv64"}
_SAME_MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}
_WHEELS = ("x86_64", "aarch64")


def explain(error: ImportError) -> str:
    """One sentence: what is wrong with the compiled part of this package, and what to do.

    Args:
        error: What importing `momento_lambda._native` raised.
    """
    wrong = _wrong_python()
    if wrong is not None:
        return wrong
    path = _compiled_file()
    if path is None:
        return (
            f"momento_lambda's compiled part is missing: {FOLDER} holds no _native file for this Python; {_install()}, "
            "and put all of the package's files into the function's zip, layer or image."
        )
    return _wrong_file(path) or _wrong_system(path, str(error)) or f"{path} can't be loaded ({error}); {_install()}."


def _wrong_python() -> str | None:
    """Who runs a Python that no wheel is made for."""
    running = f"{sys.implementation.name} {platform.python_version()}"
    if sys.implementation.name != "cpython":
        return f"momento_lambda runs on CPython only, and this is {running}; run it with CPython 3.9 or newer."
    if sys.version_info < OLDEST_PYTHON:
        return f"momento_lambda needs Python 3.9 or newer, and this is {running}; choose a newer Python or runtime."
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return (
            f"momento_lambda is built for the ordinary CPython, and this is {running} without the global lock "
            "(free-threaded); run it with the ordinary build, as Lambda's runtimes do."
        )
    return None


def _compiled_file() -> Path | None:
    """The file that this Python should load; else one that was meant for another system."""
    try:
        found = sorted(path for path in FOLDER.iterdir() if path.stem.startswith("_native") and path.suffix != ".pyi")
    except OSError:  # inside a zip, from which no compiled part can be loaded
        return None
    return found[0] if found else None


def _wrong_file(path: Path) -> str | None:
    """What the first bytes say: another system, another processor, or a damaged file."""
    try:
        with path.open("rb") as file:
            head = file.read(20)
    except OSError as problem:
        return f"{path} can't be read ({problem.strerror}); make it readable for this user, or {_install()}."
    here = _machine()
    if head.startswith(b"\x7fELF") and len(head) == 20:
        number = int.from_bytes(head[18:20], "little")
        built_for = ("linux", _ELF_MACHINES.get(number, f"processor {number}"))
    elif head.startswith((b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")):
        built_for = ("darwin", here)
    elif head.startswith(b"MZ"):
        built_for = ("win32", here)
    else:
        return f"{path} is damaged: it is no library; {_install()}."
    if built_for == (sys.platform, here):
        return None
    return (
        f"{path} is built for {' on '.join(reversed(built_for))}, and this Python runs on {here} on {sys.platform}; "
        f"{_install()}."
    )


def _wrong_system(path: Path, said: str) -> str | None:
    """What the system lacks that the right file asks for."""
    if sys.platform != "linux":
        return None
    name, version = platform.libc_ver()
    if name != "glibc":
        return (
            f"{path} is built for glibc, and this Python runs on another C library (musl, as on Alpine); use an image "
            "with glibc, such as Amazon Linux or Debian, or build it here, which needs Rust: "
            "pip install --force-reinstall --no-binary momento-lambda momento-lambda."
        )
    needed = re.search(r"version [`']GLIBC_([\w.]+)' not found", said)
    if needed is not None:
        return (
            f"{path} needs glibc {needed[1]}, and this system has {version}: it was built on a newer one; "
            f"{_install()}, whose wheels run from glibc 2.17 on."
        )
    if "file too short" in said or "ELF" in said:
        return f"{path} is damaged ({said}); {_install()}."
    return None


def _machine() -> str:
    machine = platform.machine().lower()
    return _SAME_MACHINE.get(machine, machine)


def _install() -> str:
    """The command for this machine."""
    machine = _machine()
    if sys.platform == "linux" and machine in _WHEELS:
        choice = f" --platform manylinux2014_{machine} --only-binary=:all: --target FOLDER"
        return f"install it for this machine: pip install --upgrade{choice} momento-lambda"
    return "install it for this machine: pip install --force-reinstall momento-lambda"
