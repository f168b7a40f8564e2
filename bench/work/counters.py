"""The three tools that count: callgrind, a malloc that counts, strace. Each runs a command once, whole.

Problem: the interpreter's start is a thousand times a call. Choice: sections/work.py takes the difference of a run with
more calls and one with fewer, in which the start drops out, and so does the work of the first call. What threads of a
program do to each other depends on who runs when: they are kept on one processor; most functions have no more.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
RUN_SECONDS = 300.0
# A figure's name to its value.
Counts = Mapping[str, float]
# Runs a command in an environment; -> its figures for the whole run.
Counter = Callable[[Sequence[str], Mapping[str, str]], Counts]


class Unavailable(Exception):
    """This machine lacks what it takes; the message says what."""


class ProgramFailed(Exception):
    """A program that was to be counted ended badly; the message has what it printed."""


def _keep_to_one_processor() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """-> what it wrote to standard error."""
    done = subprocess.run(
        list(command),
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
        preexec_fn=_keep_to_one_processor,
    )
    if done.returncode != 0:
        raise ProgramFailed(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stderr


def _tool(name: str, install: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is not installed ({install})")
    return found


def instructions() -> Counter:
    """User-mode instructions of all threads."""
    valgrind = _tool("valgrind", "apt-get install valgrind")

    def count(command: Sequence[str], environment: Mapping[str, str]) -> Counts:
        tool = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        told = run([*tool, *command], environment)
        found = re.search(r"Collected\s*:\s*(\d+)", told)
        if found is None:
            raise ProgramFailed(f"callgrind said no total:\n{told}")
        return {"instructions": float(found[1])}

    return count


class Allocations:
    """Calls of malloc and its kin, and the bytes they ask for. A context manager: its library is compiled first."""

    def __enter__(self) -> Counter:
        compiler = _tool("cc", "apt-get install gcc")
        self._folder = tempfile.TemporaryDirectory(prefix="bench-allocations-")
        library = Path(self._folder.name) / "allocations.so"
        command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(HERE / "allocations.c"), "-ldl"]
        built = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if built.returncode != 0:
            self._folder.cleanup()
            raise Unavailable(f"the counting malloc did not compile: {built.stderr.strip()[-300:]}")
        totals = Path(self._folder.name) / "totals"

        def count(command: Sequence[str], environment: Mapping[str, str]) -> Counts:
            totals.unlink(missing_ok=True)
            run(command, {**environment, "LD_PRELOAD": str(library), "BENCH_ALLOCATIONS": str(totals)})
            calls, size = totals.read_text(encoding="ascii").split()
            return {"allocations": float(calls), "bytes allocated": float(size)}

        return count

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def system_calls() -> Counter:
    """All system calls of all threads: their sum, and by name."""
    strace = _tool("strace", "apt-get install strace")

    def count(command: Sequence[str], environment: Mapping[str, str]) -> Counts:
        with tempfile.NamedTemporaryFile(prefix="bench-strace-") as table:
            run([strace, "-f", "-c", "-U", "calls,name", "-o", table.name, *command], environment)
            text = Path(table.name).read_text(encoding="utf-8")
        by_name = {name: float(calls) for calls, name in re.findall(r"^\s*(\d+)\s+(\w+)$", text, re.MULTILINE)}
        if "total" not in by_name:
            raise ProgramFailed(f"strace printed no total:\n{text}")
        return {"system calls": by_name["total"], **by_name}

    return count
