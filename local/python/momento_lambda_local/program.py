"""Where the program momento-lambda-local is.

Problem: pip puts a program into the environment's folder of scripts, which need not be on PATH, and is another one with
--user, --prefix and --target. Choice: what pip recorded about this very installation comes first; PATH, which may hold
another version, last. MOMENTO_LAMBDA_LOCAL names one that was built by hand.
"""

from __future__ import annotations

import errno
import importlib.metadata
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

NAME = "momento-lambda-local"
VARIABLE = "MOMENTO_LAMBDA_LOCAL"
_ADVICE = f"install it on this machine: pip install --force-reinstall {NAME}"


class NoProgramError(Exception):
    """The program momento-lambda-local is missing, or is not one that this machine can run."""


def find_program(named: str | Path | None = None) -> Path:
    """The program to start.

    Args:
        named: this one, instead of the one that belongs to this installation.

    Raises:
        NoProgramError: there is none.
    """
    origin = "program"
    if named is None:
        named, origin = os.environ.get(VARIABLE) or None, VARIABLE
    if named is not None:
        if Path(named).is_file():
            return Path(named)
        raise NoProgramError(f"{origin} is {named}, which is no file; give the path of {NAME}, or leave it out.")
    for candidate in _candidates():
        if candidate.is_file():
            return candidate
    raise NoProgramError(f"the program {NAME} is missing from this installation; {_ADVICE}.")


def cannot_run(program: Path, error: OSError) -> NoProgramError:
    """What to say when the system refused to run a program that is there."""
    # The second is what Linux says of a program whose loader is missing: one for another C library.
    if error.errno in (errno.ENOEXEC, errno.ENOENT):
        here = f"{platform.system()} {platform.machine()}"
        return NoProgramError(f"{program} is not built for this machine ({here}: {error.strerror}); {_ADVICE}.")
    return NoProgramError(f"{program} can't be started ({error.strerror}); see to it that this user may run it.")


def _candidates() -> Iterator[Path]:
    try:
        recorded = importlib.metadata.files(NAME) or []
    except importlib.metadata.PackageNotFoundError:
        recorded = []
    yield from (Path(str(file.locate())).resolve() for file in recorded if file.name in (NAME, f"{NAME}.exe"))
    # pip install --target moves the scripts without recording it.
    yield Path(__file__).resolve().parents[1] / "bin" / NAME
    found = shutil.which(NAME)
    if found is not None:
        yield Path(found)
