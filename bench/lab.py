"""Where the bench measures: moto and momento-lambda-local on loopback, and the environments of the subjects.

The official local providers send no token, so the server asks for none; that is the same for all subjects.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "stubs"))

from backend import Backend  # noqa: E402  the path must come first
from lambda_environment import function_environment  # noqa: E402
from processes import Programs  # noqa: E402
from runtimes import LOCAL_SERVER  # noqa: E402

BENCH = ROOT / "bench"
PROGRAMS = BENCH / "programs"
SECRET = "momento/bench"
RUN_SECONDS = 120.0
# The server keeps the memory that its replies had. Left to itself, glibc gives 5 MB back after each reply or does not,
# as the process before happened to leave the heap: 2,400 page faults or none, 8 or 2.5 ms for a get of that size.
SERVER_MEMORY = {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 25)}
# Which interpreter has whose packages.
PYTHON = {"ours": str(ROOT / ".venv" / "bin" / "python"), "official": str(BENCH / ".venv" / "bin" / "python")}
NODE = "node"


class BenchError(Exception):
    """A subject's program failed; the message has what it printed."""


@dataclasses.dataclass(frozen=True)
class Options:
    """`turns`: how often each subject is measured. `quick`: less of everything, to see that it works."""

    turns: int = 5
    quick: bool = False


class Lab:
    """The servers, from `with Lab() as lab`."""

    def __init__(self) -> None:
        self.programs = Programs()
        self.backend = Backend(self.programs, LOCAL_SERVER, require_token=False, more=SERVER_MEMORY)

    def __enter__(self) -> Lab:
        self.backend.start()
        self.backend.create_secret(SECRET, self.backend.secret_value())
        return self

    def __exit__(self, *_: object) -> None:
        self.programs.end_all()
        self.backend.stop()

    @property
    def environment(self) -> dict[str, str]:
        """A function's, with the secret's name. A key and an endpoint for those who look nothing up stand beside."""
        variables = {**self.backend.environment, "MOMENTO_SECRET_ID": SECRET, "HOME": str(ROOT / "target")}
        environment = function_environment(PROGRAMS, "none", variables)
        kept = {name: value for name, value in environment.items() if not name.startswith("_")}
        return {**kept, "BENCH_ENDPOINT": self.backend.momento_url, "BENCH_KEY": self.backend.key}

    def run(self, command: Sequence[str], more: Mapping[str, str] | None = None, seconds: float = RUN_SECONDS) -> str:
        """One fresh process to its end; -> what it printed."""
        environment = {**self.environment, **(more or {})}
        try:
            done = subprocess.run(list(command), env=environment, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired as late:
            raise BenchError(f"{command[-1]} took more than {seconds:g} s; it printed {late.stdout!r}") from None
        if done.returncode != 0:
            raise BenchError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout
