"""Start programs, wait for the line that says they are ready, and end them again.

Problem: a test or a demo that starts servers must neither sleep in the hope that they are up, nor leave
one behind, nor end somebody else's. Choice: each program runs in a session of its own (so a Ctrl-C in the
terminal reaches only the program that owns the run), a thread keeps its output and wakes whoever waits for
a line, and it is ended by the process id it was started with. AWS's Lambda emulator puts its children into
groups of their own, so the descendants are noted before the end and ended too, recognised by start time.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"


class ProgramError(Exception):
    """A program could not be started, ended early, or did not say in time what was waited for."""


class Program:
    """One running child process and all the lines it has printed (standard output and error together)."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        on_exit: Callable[[str], None] | None = None,
    ) -> None:
        self.name = name
        self._changed = threading.Condition()
        self._lines: list[str] = []
        self._closed = False
        self._on_exit = on_exit
        self._descendants: set[tuple[int, str]] = set()
        try:
            self._process = subprocess.Popen(
                list(arguments),
                env=None if environment is None else dict(environment),
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            raise ProgramError(f"{name} could not be started: {error}") from error
        self._reader = threading.Thread(target=self._read, name=f"output of {name}", daemon=True)
        self._reader.start()

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def output(self) -> str:
        with self._changed:
            return "\n".join(self._lines)

    def wait_for_line(self, pattern: str, seconds: float) -> re.Match[str]:
        """The first line that matches `pattern`, printed already or within `seconds`."""
        deadline = time.monotonic() + seconds
        seen = 0
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                seen = len(self._lines)
                if self._closed:
                    raise ProgramError(f"{self.name} ended before it was ready; {self._last_lines()}")
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise ProgramError(f"{self.name} was not ready within {seconds:g} s; {self._last_lines()}")
                self._changed.wait(remaining)

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    def wait_for_end(self, seconds: float) -> int:
        """The status of a program that ends by itself within `seconds`, with all its output read."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProgramError(f"{self.name} did not end within {seconds:g} s; {self._last_lines()}") from None
        self._reader.join(seconds)
        return status

    def ask_to_end(self) -> None:
        """Send SIGTERM and remember the descendants there are; `end` must follow."""
        self._descendants |= descendants(self._process.pid)
        if self.alive:
            self._process.terminate()

    def end(self, seconds: float = 3.0) -> None:
        """End the program and what it started: SIGTERM, then SIGKILL after `seconds`. May be called twice."""
        self.ask_to_end()
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._descendants |= descendants(self._process.pid)
            self._process.kill()
            self._process.wait()
        for descendant in self._descendants:
            _kill(*descendant, seconds)
        self._reader.join(seconds)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        status = self._process.wait()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            reason = f"{self.name} ended with status {status}; {self._last_lines()}"
        self._process.stdout.close()
        if self._on_exit is not None:
            self._on_exit(reason)

    def _last_lines(self, count: int = 8) -> str:
        if not self._lines:
            return "it printed nothing"
        return "it printed last:\n  " + "\n  ".join(self._lines[-count:])


class Programs:
    """All the programs of one run. After `end_all` nothing can be started, from whatever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: list[Program] = []
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    def start(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        on_exit: Callable[[str], None] | None = None,
    ) -> Program:
        with self._lock:
            if self._closed:
                raise ProgramError(f"{name} was not started: the run is being ended")
            program = Program(name, arguments, environment, directory, on_exit)
            self._started.append(program)
            return program

    def end_all(self) -> None:
        """End the programs, the last one started first; they all get the signal before any is waited for."""
        with self._lock:
            self._closed = True
            programs = self._started[::-1]
            self._started.clear()
        for program in programs:
            program.ask_to_end()
        for program in programs:
            program.end()


def start_time_of(process_id: int) -> str | None:
    """The kernel's start time of a live process: with the id it names a process beyond reuse of the id."""
    fields = _status_fields(process_id)
    return None if fields is None or fields[0] == "Z" else fields[19]


def descendants(process_id: int) -> set[tuple[int, str]]:
    """(process id, start time) of each live descendant; empty where there is no /proc."""
    children: dict[int, list[tuple[int, str]]] = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:
        fields = _status_fields(int(entry)) if entry.isdigit() else None
        if fields is not None:
            children.setdefault(int(fields[1]), []).append((int(entry), fields[19]))
    found: set[tuple[int, str]] = set()
    waiting = [process_id]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child[0])
    return found


def _status_fields(process_id: int) -> list[str] | None:
    """The fields of /proc/ID/stat after the program's name: state, parent, ..., start time (index 19)."""
    try:
        text = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _kill(process_id: int, start_time: str, seconds: float) -> None:
    """Kill a process unless it has ended already, and wait until it is gone: a look now and then, because only a
    parent can wait for the end itself."""
    deadline = time.monotonic() + seconds
    while start_time_of(process_id) == start_time and time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, signal.SIGKILL)
        time.sleep(0.002)
