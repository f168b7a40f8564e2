"""One function's run: a cold and 20 warm invocations, what they took, and what they cost in look-ups.

Look-ups are counted by the proxy before Secrets Manager and connections by the Momento server: the client
under test is not asked. Both are differences, so the languages don't mix.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from backend import Backend
from lambda_environment import function_environment
from processes import Programs
from runtime_api import InvocationError, RuntimeApi
from runtimes import ROOT, Runtime

FUNCTIONS = {
    "Python": (ROOT / "examples" / "python_function", "app.handler"),
    "Node": (ROOT / "examples" / "node_function", "index.handler"),
}
WARM = 20
INVOCATION_SECONDS = 20.0
SHOWN_WARM = (1, 2, 3, WARM)
HEAD = (
    "Milliseconds: cold = from the start of the process to the reply (in brackets the invocation alone, which",
    "holds the look-up and the connection); warm = from handing over the event to the reply.",
    "Look-ups and connections: so far in this language, counted by the servers.",
)


class MeasurementError(Exception):
    """The function did not get through its invocations."""


@dataclass(frozen=True)
class Row:
    milliseconds: float
    invocation_milliseconds: float
    lookups: int
    connections: int
    process_id: int
    right: bool


@dataclass(frozen=True)
class Measurement:
    language: str
    rows: Sequence[Row]

    def problems(self) -> list[str]:
        """A sentence for each way in which the run fell short."""
        found = []
        last = self.rows[-1]
        if last.lookups != 1:
            found.append(f"{self.language}: {last.lookups} look-ups in Secrets Manager, expected exactly 1.")
        if last.connections != 1:
            found.append(f"{self.language}: {last.connections} connections to Momento, expected exactly 1.")
        wrong = sum(not row.right for row in self.rows)
        if wrong:
            found.append(f"{self.language}: {wrong} of {len(self.rows)} invocations served a wrong value.")
        if len({row.process_id for row in self.rows}) != 1:
            found.append(f"{self.language}: the invocations were not all served by one process.")
        return found


def measure(runtime: Runtime, backend: Backend, programs: Programs) -> Measurement:
    language = runtime.language
    task_root, handler = FUNCTIONS[language]
    secret = f"momento/demo-{language.lower()}"
    backend.create_secret(secret, backend.secret_value())
    api = RuntimeApi()
    api.start()
    before = backend.connections()
    variables = {**backend.environment, "MOMENTO_SECRET_ID": secret}
    environment = function_environment(task_root, handler, variables, timeout_seconds=20, runtime_api=api.address)
    started = time.monotonic()
    program = programs.start(f"the {language} runtime", [*runtime.command, handler], environment, task_root, api.fail)
    rows = []
    try:
        for number in range(1 + WARM):
            value = f"{language} {number}"
            try:
                reply = api.invoke({"key": f"demo-{language}", "value": value}, INVOCATION_SECONDS)
            except InvocationError as error:
                raise MeasurementError(f"{language}, invocation {number}: {error}") from None
            seconds = reply.finished_at - started if number == 0 else reply.seconds
            rows.append(
                Row(
                    milliseconds=seconds * 1000,
                    invocation_milliseconds=reply.seconds * 1000,
                    lookups=backend.lookups(secret),
                    connections=backend.connections() - before,
                    process_id=reply.value["pid"],
                    right=reply.value["value"] == value,
                )
            )
    finally:
        program.end()
        api.stop()
    return Measurement(language, rows)


def table(measurements: Sequence[Measurement]) -> str:
    lines = [*HEAD, "", f"{'language':<10}{'invocation':<22}{'milliseconds':>22}{'look-ups':>10}{'connections':>13}"]
    for measurement in measurements:
        rows = measurement.rows
        cold = f"({rows[0].invocation_milliseconds:.1f}) {rows[0].milliseconds:10.1f}"
        lines.append(_line(measurement.language, "cold", cold, rows[0]))
        for number in SHOWN_WARM:
            warm = f"{rows[number].milliseconds:.1f}"
            lines.append(_line(measurement.language, f"warm {number}", warm, rows[number]))
        median = statistics.median(row.milliseconds for row in rows[1:])
        lines.append(_line(measurement.language, f"median of {WARM} warm", f"{median:.1f}", rows[-1]))
    return "\n".join(lines)


def _line(language: str, invocation: str, milliseconds: str, row: Row) -> str:
    return f"{language:<10}{invocation:<22}{milliseconds:>22}{row.lookups:>10}{row.connections:>13}"
