"""The demo's order of events, and how it ends.

Problem: Ctrl-C may come at any moment, in the middle of starting a program too, and must leave none behind.
An exception raised by a signal handler could strike anywhere. Choice: the work is done in a thread; the main
thread only waits, for its outcome or a signal, whichever comes first, then forbids further starts and ends
every program by its process id.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from typing import NoReturn

from backend import Backend, BackendError
from measurement import WARM, Measurement, MeasurementError, measure, table
from processes import ProgramError, Programs
from runtimes import LOCAL_SERVER, missing_parts, node_runtime, python_runtime

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EXPECTED_FAILURES = (BackendError, MeasurementError, ProgramError, OSError)


def demonstrate(programs: Programs, backend: Backend) -> list[str]:
    """Run everything, print the steps and the table, and return what was wrong."""

    def say(text: str) -> None:
        if not programs.closed:
            print(text, flush=True)

    say("starting Secrets Manager (moto) and momento-lambda-local on loopback ...")
    backend.start()
    measurements: list[Measurement] = []
    for runtime in (python_runtime(), node_runtime()):
        say(f"{runtime.language}: a cold and {WARM} warm invocations under {runtime.client} ...")
        measurements.append(measure(runtime, backend, programs))
    say("\n" + table(measurements) + "\n")
    return [problem for measurement in measurements for problem in measurement.problems()]


def main() -> NoReturn:
    missing = missing_parts()
    if missing:
        sys.exit("demo: " + "\n      ".join(missing))
    programs = Programs()
    backend = Backend(programs, LOCAL_SERVER)
    # SimpleQueue.put may be called from a signal handler that interrupts a get of the same queue.
    outcomes: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
    for number in SIGNALS:
        signal.signal(number, lambda number, frame: outcomes.put((128 + number, "demo: stopped.")))

    def work() -> None:
        try:
            problems = demonstrate(programs, backend)
        except EXPECTED_FAILURES as error:
            outcomes.put((1, f"demo failed: {error}"))
        except Exception as error:
            outcomes.put((1, f"demo failed, unexpectedly: {type(error).__name__}: {error}"))
        else:
            good = "demo: one look-up and one connection for each function, and every value was right."
            outcomes.put((1, "demo failed: " + "\n             ".join(problems)) if problems else (0, good))

    threading.Thread(target=work, daemon=True).start()
    status, message = _first(outcomes)
    # A second signal is put in the queue too, and nobody reads it. (Ignoring signals from here on would be passed
    # on to a program that the working thread is starting right now, and that program could only be killed.)
    programs.end_all()
    _finish(status, message.replace(backend.key, "(the key)"))


def _first(outcomes: queue.SimpleQueue[tuple[int, str]]) -> tuple[int, str]:
    """The first outcome. Waits in short turns: a signal that comes just before a wait begins does not interrupt it, and
    Python would run its handler only after it."""
    while True:
        try:
            return outcomes.get(timeout=0.1)
        except queue.Empty:
            continue


def _finish(status: int, message: str) -> NoReturn:
    """Leave without waiting for the working thread, which may be in the middle of anything."""
    try:
        print(message, file=sys.stderr if status else sys.stdout, flush=True)
    finally:
        os._exit(status)
