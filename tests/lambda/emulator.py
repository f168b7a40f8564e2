"""One function under AWS's Lambda Runtime Interface Emulator: start it, invoke it, read its logs.

Problem: the emulator binds all interfaces unless told otherwise, wants its two ports from outside and prints
nothing when it is ready. Choice: two loopback ports that were free a moment ago, started anew with others if
they were taken meanwhile; it is ready when its port accepts a connection.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_environment import function_environment
from loopback import HOST, free_port
from processes import Program, ProgramError, Programs
from runtimes import Runtime

ROUTE = "/2015-03-31/functions/function/invocations"
START_SECONDS = 10.0
INVOCATION_SECONDS = 30.0
ATTEMPTS = 3


@dataclass(frozen=True)
class Reply:
    """What the emulator answered. On AWS a failed function has status 200 too, a dead one 502."""

    status: int
    text: str

    @property
    def value(self) -> dict[str, Any]:
        value = json.loads(self.text)
        assert isinstance(value, dict), f"the reply is no object: {self.text}"
        return value


class Sandbox:
    """The emulator with one function; use it in one thread."""

    def __init__(
        self,
        programs: Programs,
        emulator: Path,
        runtime: Runtime,
        task_root: Path,
        handler: str,
        variables: Mapping[str, str],
        timeout_seconds: int,
    ) -> None:
        environment = function_environment(task_root, handler, variables, timeout_seconds)
        for attempt in range(ATTEMPTS):
            self._port, api_port = free_port(), free_port()
            addresses = (
                f"--runtime-interface-emulator-address={HOST}:{self._port}",
                f"--runtime-api-address={HOST}:{api_port}",
            )
            command = [str(emulator), *addresses, *runtime.command, handler]
            self._program: Program = programs.start("the emulator", command, environment, task_root)
            try:
                self._wait_until_ready()
                return
            except ProgramError:
                self._program.end()
                if attempt == ATTEMPTS - 1:
                    raise

    @property
    def output(self) -> str:
        """The logs of the emulator and of the function."""
        return self._program.output

    def invoke(self, event: Mapping[str, Any]) -> Reply:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=INVOCATION_SECONDS)
        try:
            connection.request("POST", ROUTE, json.dumps(event), {"Content-Type": "application/json"})
            response = connection.getresponse()
            return Reply(response.status, response.read().decode())
        finally:
            connection.close()

    def end(self) -> None:
        self._program.end()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection((HOST, self._port), timeout=1).close()
                return
            except ConnectionRefusedError:
                if not self._program.alive:
                    break
                time.sleep(0.01)  # the only signal there is, is the port itself
        raise ProgramError(f"the emulator did not open its port; it printed:\n{self._program.output}")
