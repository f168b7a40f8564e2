"""What the machine does to a client for the lab is really done and taken back, or it is skipped with the reason."""

from __future__ import annotations

import contextlib
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import machine
import pytest
from loopback import HOST
from machine import MovingName, ShiftedClock, Unavailable
from processes import LISTENING, Program, Programs

STUB = Path(__file__).resolve().parents[1] / "stubs" / "secrets_stub.py"
SECONDS = 10.0
SILENCE = 0.3
REQUEST = b"GET /requests HTTP/1.1\r\nHost: here\r\n\r\n"
# Prints its clocks' difference to those of the machine at its start, then waits for its wall clock to move.
CLOCK = """
import sys, time
began = time.monotonic()
print("off by", round(time.time() - float(sys.argv[1])), flush=True)
while time.time() < float(sys.argv[1]) + 3600 and time.monotonic() < began + 10:
    time.sleep(0.005)
print("then", round((time.time() - float(sys.argv[1])) / 3600), "hours, timers", round(time.monotonic() - began) // 60)
"""
NAMES = """
import socket, sys, time
print("first", socket.gethostbyname(sys.argv[1]), flush=True)
until = time.monotonic() + 10
while socket.gethostbyname(sys.argv[1]) != "127.0.0.2" and time.monotonic() < until:
    time.sleep(0.005)
print("then", socket.gethostbyname(sys.argv[1]), flush=True)
"""


@pytest.fixture
def programs() -> Iterator[Programs]:
    programs = Programs()
    yield programs
    programs.end_all()


@contextlib.contextmanager
def skipping() -> Iterator[None]:
    try:
        yield
    except Unavailable as reason:
        pytest.skip(str(reason))


def connect(program: Program) -> socket.socket:
    return socket.create_connection((HOST, int(program.wait_for_line(LISTENING, SECONDS)[1])), timeout=SECONDS)


def answered(connection: socket.socket) -> bool:
    connection.sendall(REQUEST)
    return answers(connection, SECONDS)


def answers(connection: socket.socket, seconds: float) -> bool:
    connection.settimeout(seconds)
    try:
        return connection.recv(65536).startswith(b"HTTP/1.1 200")
    except TimeoutError:
        return False


@pytest.mark.parametrize("freeze", [machine.stopped, machine.frozen])
def test_a_frozen_program_does_nothing_until_the_thaw(programs: Programs, freeze: Callable[[Program], Any]) -> None:
    program = programs.start("stub", [sys.executable, str(STUB)])
    connection = connect(program)
    with skipping(), freeze(program):
        connection.sendall(REQUEST)
        assert not answers(connection, SILENCE)
    assert answers(connection, SECONDS)


def test_lost_packets_are_lost_until_the_end(programs: Programs) -> None:
    program = programs.start("stub", [sys.executable, str(STUB)])
    connection, other = connect(program), connect(program)
    with skipping(), machine.packets_lost([connection.getsockname()[1]], connection.getpeername()[1]):
        connection.sendall(REQUEST)
        other.sendall(REQUEST)
        assert not answers(connection, SILENCE)
        assert answers(other, SECONDS)
    assert answers(connection, SECONDS)


def test_attempts_to_connect_are_counted_at_one_port(programs: Programs) -> None:
    program, other = (programs.start("stub", [sys.executable, str(STUB)]) for _ in range(2))
    port = int(program.wait_for_line(LISTENING, SECONDS)[1])
    with skipping(), machine.attempts_counted(port) as attempts:
        for one in (program, program, other):
            assert answered(connect(one))
        program.end()
        with pytest.raises(ConnectionRefusedError):
            connect(program)
        assert attempts() == 3


def test_the_wall_clock_moves_while_the_program_runs(programs: Programs, tmp_path: Path) -> None:
    with skipping():
        clock = ShiftedClock(tmp_path)
    command = [sys.executable, "-c", CLOCK, str(time.time())]
    program = programs.start("clock", command, {"PATH": "", **clock.environment})
    assert int(program.wait_for_line(r"off by (-?\d+)", SECONDS)[1]) < 60
    clock.advance(3)
    program.wait_for_line("then 3 hours, timers 0", SECONDS)


def test_a_name_moves_for_the_program_alone(programs: Programs, tmp_path: Path) -> None:
    with skipping():
        name = MovingName(tmp_path)
    program = programs.start("names", [*name.prefix, sys.executable, "-c", NAMES, name.NAME])
    assert program.wait_for_line(r"first (\S+)", SECONDS)[1] == "127.0.0.1"
    name.point_at("127.0.0.2")
    assert program.wait_for_line(r"then (\S+)", SECONDS)[1] == "127.0.0.2"
    assert name.NAME not in Path("/etc/hosts").read_text()


def test_a_name_has_two_addresses_the_one_of_this_machine_first(programs: Programs, tmp_path: Path) -> None:
    """address-silent counts on the order."""
    with skipping():
        name = MovingName(tmp_path)
    name.point_at("127.0.0.2", "127.0.0.1")
    code = "import socket, sys; print([found[4][0] for found in socket.getaddrinfo(sys.argv[1], 80, type=1)])"
    program = programs.start("names", [*name.prefix, sys.executable, "-c", code, name.NAME])
    program.wait_for_line(r"\['127.0.0.1', '127.0.0.2'\]", SECONDS)
