"""Starts the program momento-lambda-local and ends it.

Problem: a test run that is killed must leave no server behind, and a Ctrl-C in the terminal must not take the server
from under the tests that are being ended. Choice: the server runs in a session of its own, which the terminal's signals
don't reach, and ends when its stdin does: the other side of that pipe is this process's, so it closes however this
process ends.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO

from momento_lambda_local.program import cannot_run, find_program

START_SECONDS = 30.0
# The server gives calls under way two seconds.
STOP_SECONDS = 5.0


class StartError(Exception):
    """The server could not be started; the message holds what the program said."""


class LocalMomento:
    """A running server. Made by `start`; leaving its `with` block, or `stop`, ends it.

    Attributes:
        host: 127.0.0.1.
        port: where it listens.
        endpoint: the same as a URL, http://127.0.0.1:PORT.
        api_key: a key in the form of Momento's, which nobody signed; the server accepts it.
        environment: the variables with which `momento_lambda.get_momento_client()` finds the server and the key.
        caches: the caches that are there from the start, and after `reset`.
    """

    def __init__(self, process: subprocess.Popen[str], port: int, admin_port: int, key: str, caches: tuple[str, ...]):
        self._process = process
        self._admin_port = admin_port
        self.host = "127.0.0.1"
        self.port = port
        self.endpoint = f"http://{self.host}:{port}"
        self.api_key = key
        self.caches = caches
        self.environment = {
            # Named outright, so that a token source which the machine's environment has already does not count.
            "MOMENTO_TOKEN_SOURCE": "env:MOMENTO_API_KEY",
            "MOMENTO_API_KEY": key,
            "MOMENTO_ENDPOINT": self.endpoint,
        }

    def __repr__(self) -> str:
        return f"<LocalMomento {self.endpoint}>"

    def __enter__(self) -> LocalMomento:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def process_id(self) -> int:
        """The server's process."""
        return self._process.pid

    def reset(self) -> None:
        """Empty the server: caches made since the start go, and what the others hold."""
        # Not urllib, which would send this to a proxy where http_proxy is set.
        connection = http.client.HTTPConnection(self.host, self._admin_port, timeout=START_SECONDS)
        try:
            for path in ("/reset", "/flush"):
                connection.request("POST", path)
                response = connection.getresponse()
                response.read()
                if response.status != http.client.OK:
                    raise RuntimeError(f"{self!r} answered POST {path} with HTTP {response.status}; start it anew.")
        finally:
            connection.close()

    def stop(self) -> None:
        """End the server, and return when its process is gone. May be called twice."""
        stdin = self._process.stdin
        if stdin is not None:
            stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start(
    *,
    caches: Iterable[str] = (),
    port: int = 0,
    require_key: bool = False,
    latency_ms: int = 0,
    program: str | Path | None = None,
) -> LocalMomento:
    """Start a server on loopback; it accepts connections when this returns.

    Args:
        caches: names of caches to create.
        port: where to listen; 0 takes a free port.
        require_key: refuse calls without `LocalMomento.api_key`, instead of accepting any key and none.
        latency_ms: how long each answer is held back.
        program: the program to start, instead of the one that was installed with this package.

    Raises:
        NoProgramError: the program is missing, or is for another machine.
        StartError: it ended, or was not ready within 30 seconds.
    """
    if isinstance(caches, str):
        raise TypeError(f"caches must be a list of names, not one string; write [{caches!r}].")
    caches = tuple(caches)
    found = find_program(program)
    key = _make_key()
    command = [str(found), "--exit-with-stdin", "--admin-port=0", f"--port={port}", f"--latency-ms={latency_ms}"]
    command += [f"--cache={name}" for name in caches]
    if require_key:
        command.append(f"--token={key}")
    # A file, since nobody would read a pipe that fills up later.
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
                start_new_session=True,
            )
        except OSError as error:
            raise cannot_run(found, error) from error
        try:
            ports = _read_ports(process)
        except BaseException:
            # Ctrl-C included.
            _discard(process)
            raise
        if ports is None:
            _discard(process)
            complaints.seek(0)
            said = complaints.read().strip() or f"it did not say so within {START_SECONDS:g} s, or ended"
            raise StartError(f"{found} did not get ready: {said}")
    return LocalMomento(process, *ports, key, caches)


def _read_ports(process: subprocess.Popen[str]) -> tuple[int, int] | None:
    """The two ports that a server which is ready tells of; None from one that ends without, or does not come to it."""
    assert process.stdout is not None
    deadline = threading.Timer(START_SECONDS, process.kill)
    deadline.daemon = True
    deadline.start()
    try:
        port, admin_port = _read_port(process.stdout, "listening"), _read_port(process.stdout, "admin")
    finally:
        deadline.cancel()
        # It prints nothing more.
        process.stdout.close()
    return None if port is None or admin_port is None else (port, admin_port)


def _read_port(output: IO[str], what: str) -> int | None:
    line = re.fullmatch(rf"{what} on 127\.0\.0\.1:(\d+)\n", output.readline())
    return None if line is None else int(line[1])


def _discard(process: subprocess.Popen[str]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.wait()


def _make_key() -> str:
    """A Momento v2 API key as far as its form goes."""

    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    claims = json.dumps({"t": "g", "jti": uuid.uuid4().hex})
    return f"{part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}))}.{part(claims)}.{part('nobody signed this')}"
