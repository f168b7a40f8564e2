"""A function's first call under AWS's own runtime clients: awslambdaric and aws-lambda-ric, in AWS's emulator.

The emulator starts the runtime at the first call. What is timed begins when the interpreter is started and ends with
the answer to the call: interpreter, runtime client, the function's import, look-up, connection, first set and get. The
emulator itself, which is no part of a function, is never throttled: only the runtime is moved into the group.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from pathlib import Path

from lab import BENCH, PROGRAMS, ROOT, BenchError, Lab
from row import OFFICIAL
from throttle import Group, start_command

sys.path.insert(0, str(ROOT / "tests" / "lambda"))

import fetch_emulator
from emulator import Sandbox
from processes import Programs
from runtimes import node_runtime, python_runtime

TIMEOUT_SECONDS = 60
RUNTIMES = {"Python": python_runtime, "Node": node_runtime}


def why_not(language: str) -> str | None:
    """What keeps this machine from running a function of the language under AWS's client."""
    unsupported = fetch_emulator.why_unsupported()
    if unsupported is not None:
        return unsupported
    runtime = RUNTIMES[language]()
    return None if runtime.official else f"there is only {runtime.client}"


def client_name(language: str) -> str:
    return RUNTIMES[language]().client


def first_call(lab: Lab, language: str, subject: str, group: Group | None = None, phase: float = 0.0) -> float:
    """One fresh sandbox; -> ms from the interpreter's start to the answer. `group` and `phase` as in throttle.py."""
    runtime = RUNTIMES[language]()
    programs = Programs()
    with tempfile.TemporaryDirectory() as folder:
        mark = Path(folder) / "started"
        command = (
            start_command(runtime.command, None, -1, mark)
            if group is None
            else group.command(runtime.command, phase, mark)
        )
        variables = {**lab.environment, **packages_of(language, subject)}
        sandbox = Sandbox(
            programs,
            fetch_emulator.fetch(),
            dataclasses.replace(runtime, command=tuple(command)),
            PROGRAMS / "cold",
            f"{subject}_function.handler",
            variables,
            TIMEOUT_SECONDS,
        )
        try:
            reply = sandbox.invoke({})
            ended = time.monotonic_ns()
            if reply.status != 200 or '"value": "value"' not in reply.text.replace('":"', '": "'):
                raise BenchError(f"the {language} function of {subject} answered {reply.text}\n{sandbox.output}")
            return (ended - int(mark.read_text())) / 1e6
        finally:
            programs.end_all()


def packages_of(language: str, subject: str) -> dict[str, str]:
    """The official packages stand before what the runtime's Python has, as a function's own do on Lambda."""
    if (language, subject) != ("Python", OFFICIAL):
        return {}
    (packages,) = BENCH.glob(".venv/lib/python*/site-packages")
    return {"PYTHONPATH": str(packages)}
