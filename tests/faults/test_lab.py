"""The lab tells the truth: the proxy does to a connection what it says.

A raw socket plays the client, so that what stands on the wire is seen, not what some client makes of it.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import frames
import machine
import pytest
from frames import PREFACE, Frame, Splitter
from links import ProxyLink
from loopback import HOST
from processes import LISTENING, Programs
from relay import LATE_SECONDS
from scene import CONTROL

HERE = Path(__file__).resolve().parent
SECONDS = 10.0
SILENCE = 0.2
# ":status: 200" and "grpc-status: 0", the latter as a field of the dynamic table: what a warm server sends.
REPLY_HEAD, REPLY_END = b"\x88", b"\xbe"
TOKEN = b"the-token"
# "authorization", a static name, with a literal value.
WITH_TOKEN = b"\x0f\x08" + bytes([len(TOKEN)]) + TOKEN


class Server(socketserver.ThreadingTCPServer):
    """Answers each request that has its message with a head, a message and an end, when `go` allows it."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__((HOST, 0), Answering)
        self.go = threading.Event()
        self.go.set()
        self.seen: list[Frame] = []


class Answering(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Server)
        splitter = Splitter(after_preface=True)
        while data := self.request.recv(65536):
            for frame in splitter.feed(data)[1]:
                self.server.seen.append(frame)
                if frame.kind == frames.DATA:
                    self.server.go.wait(SECONDS)
                    self.request.sendall(reply(frame.stream))


def reply(stream: int) -> bytes:
    head = Frame(frames.HEADERS, frames.END_HEADERS, stream, REPLY_HEAD).encode()
    end = Frame(frames.HEADERS, frames.END_HEADERS | frames.END_STREAM, stream, REPLY_END).encode()
    return head + Frame(frames.DATA, 0, stream, b"message").encode() + end


def request(stream: int, block: bytes = b"\x83") -> bytes:
    head = Frame(frames.HEADERS, frames.END_HEADERS, stream, block).encode()
    return head + Frame(frames.DATA, frames.END_STREAM, stream, b"write-1-1").encode()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.go.set()
    server.shutdown()
    server.server_close()


class Proxied:
    def __init__(self, programs: Programs, server: Server, *further: str) -> None:
        command = [sys.executable, str(HERE / "fault_proxy.py"), "--upstream-port", str(server.server_address[1])]
        program = programs.start("the fault proxy", [*command, "--read-headers", *further])
        self.port = int(program.wait_for_line(LISTENING, SECONDS)[1])
        self.link = ProxyLink(int(program.wait_for_line(CONTROL, SECONDS)[1]))

    def connect(self) -> socket.socket:
        connection = socket.create_connection((HOST, self.port), timeout=SECONDS)
        connection.sendall(PREFACE)
        return connection

    def warm(self) -> socket.socket:
        connection = self.connect()
        connection.sendall(request(1))
        assert received(connection, reply(1)) == reply(1)
        return connection


@pytest.fixture
def proxied(server: Server) -> Iterator[Proxied]:
    programs = Programs()
    proxied = Proxied(programs, server)
    yield proxied
    proxied.link.close()
    programs.end_all()


def received(connection: socket.socket, expected: bytes) -> bytes:
    data = b""
    while len(data) < len(expected):
        portion = connection.recv(len(expected) - len(data))
        if not portion:
            break
        data += portion
    return data


def is_silent(connection: socket.socket) -> bool:
    connection.settimeout(SILENCE)
    try:
        return connection.recv(1) is None
    except TimeoutError:
        return True
    finally:
        connection.settimeout(SECONDS)


def test_a_connection_that_nothing_is_done_to_is_passed_on_byte_for_byte(proxied: Proxied, server: Server) -> None:
    proxied.warm()
    assert b"".join(frame.encode() for frame in server.seen) == request(1)
    state = proxied.link.state()
    assert (state["connections"], state["requests"], state["writes"]) == (1, 1, {"write-1-1": 1})


def test_a_black_hole_takes_everything_and_gives_nothing(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    assert proxied.link.treat("swallow") == 1
    connection.sendall(request(3))
    assert is_silent(connection)
    assert all(frame.stream == 1 for frame in server.seen)
    proxied.warm()


def test_a_reply_that_is_on_its_way_is_swallowed_too(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    server.go.clear()
    proxied.link.treat("swallow", in_flight=1)
    connection.sendall(request(3))
    assert proxied.link.wait_for("fired", 1, SECONDS)
    server.go.set()
    assert is_silent(connection)
    assert server.seen[-1].stream == 3


def test_replies_are_lost_and_requests_are_not(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    proxied.link.treat("mute")
    connection.sendall(request(3))
    assert is_silent(connection)
    assert server.seen[-1].stream == 3


@pytest.mark.parametrize("in_flight", [0, 1])
def test_a_reset_is_a_reset(proxied: Proxied, in_flight: int) -> None:
    connection = proxied.warm()
    proxied.link.treat("reset", in_flight=in_flight)
    if in_flight:
        connection.sendall(request(3))
    with pytest.raises(ConnectionResetError):
        connection.recv(1)


def test_after_a_half_close_the_client_may_still_write(proxied: Proxied) -> None:
    connection = proxied.warm()
    proxied.link.treat("half-close")
    assert connection.recv(1) == b""
    for stream in (3, 5, 7):
        connection.sendall(request(stream))


def test_refused_and_accepted_again(proxied: Proxied) -> None:
    proxied.link.listen("refuse")
    with pytest.raises(ConnectionRefusedError):
        proxied.connect()
    proxied.link.listen("accept")
    proxied.warm()


def test_accepted_and_silent(proxied: Proxied, server: Server) -> None:
    proxied.link.listen("silence")
    connection = proxied.connect()
    connection.sendall(request(1))
    assert is_silent(connection)
    proxied.link.listen("accept")
    assert is_silent(connection)
    assert server.seen == []


def test_goaway_lets_what_is_in_flight_finish(proxied: Proxied) -> None:
    connection = proxied.warm()
    proxied.link.treat("goaway")
    connection.sendall(request(3) + request(5))
    expected = frames.goaway(3) + reply(3)
    assert received(connection, expected) == expected
    assert connection.recv(1) == b""


def test_goaway_of_an_unprocessed_request_keeps_it_from_the_server(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    proxied.link.treat("goaway-unprocessed")
    connection.sendall(request(3))
    assert received(connection, frames.goaway(1)) == frames.goaway(1)
    assert connection.recv(1) == b""
    assert all(frame.stream == 1 for frame in server.seen)


def test_a_refused_stream_has_no_message_for_the_server(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    proxied.link.treat("rst-refused")
    connection.sendall(request(3))
    expected = frames.rst_stream(3, frames.REFUSED_STREAM) + frames.window_update(len(b"write-1-1"))
    assert received(connection, expected) == expected
    connection.sendall(request(5))
    assert received(connection, reply(5)) == reply(5)
    kinds = [frame.kind for frame in server.seen if frame.stream == 3]
    assert kinds == [frames.HEADERS, frames.RST_STREAM]


def test_a_broken_stream_was_executed(proxied: Proxied, server: Server) -> None:
    connection = proxied.warm()
    proxied.link.treat("rst-internal")
    connection.sendall(request(3))
    head = Frame(frames.HEADERS, frames.END_HEADERS, 3, REPLY_HEAD).encode()
    expected = head + frames.rst_stream(3, frames.INTERNAL_ERROR)
    assert received(connection, expected) == expected
    connection.sendall(request(5))
    assert received(connection, reply(5)) == reply(5)
    assert [frame.kind for frame in server.seen if frame.stream == 3] == [frames.HEADERS, frames.DATA]


def test_a_cut_comes_in_the_middle_of_a_reply(proxied: Proxied) -> None:
    connection = proxied.warm()
    proxied.link.treat("cut")
    connection.sendall(request(3))
    with pytest.raises(ConnectionResetError):
        while connection.recv(1):
            pass


def test_a_slow_reply_comes_whole(proxied: Proxied) -> None:
    connection = proxied.warm()
    proxied.link.treat("slow")
    connection.sendall(request(3))
    portions = [connection.recv(65536)]
    while sum(map(len, portions)) < len(reply(3)):
        portions.append(connection.recv(65536))
    assert b"".join(portions) == reply(3)
    assert len(portions) > 1


def test_a_revoked_token_is_refused_on_the_same_connection(proxied: Proxied, server: Server) -> None:
    connection = proxied.connect()
    connection.sendall(request(1, WITH_TOKEN))
    assert received(connection, reply(1)) == reply(1)
    proxied.link.revoke(TOKEN.decode())
    connection.sendall(request(3, WITH_TOKEN))
    expected = frames.grpc_status(3, 16) + frames.window_update(len(b"write-1-1"))
    assert received(connection, expected) == expected
    connection.sendall(request(5))
    assert received(connection, reply(5)) == reply(5)
    assert not any(frame.kind == frames.DATA and frame.stream == 3 for frame in server.seen)


def test_a_late_reply_holds_up_nothing_else(proxied: Proxied) -> None:
    connection = proxied.warm()
    proxied.link.treat("late")
    begin = time.monotonic()
    connection.sendall(request(3))
    assert received(connection, reply(3)) == reply(3)
    assert LATE_SECONDS <= time.monotonic() - begin < LATE_SECONDS + 1


def test_packets_are_dropped_until_it_listens_again(proxied: Proxied) -> None:
    for mode in ("refuse", "drop"):
        proxied.link.listen(mode)
    with pytest.raises(TimeoutError):
        socket.create_connection((HOST, proxied.port), timeout=SILENCE)
    proxied.link.listen("accept")
    proxied.warm()
    before = proxied.link.state()["connections"]
    proxied.link.listen("drop")
    proxied.link.listen("refuse")
    with pytest.raises(ConnectionRefusedError):
        proxied.connect()
    proxied.link.listen("accept")
    proxied.warm()
    assert proxied.link.state()["connections"] == before + 1


def test_every_few_requests_the_next_treatment(proxied: Proxied) -> None:
    proxied.link.cycle(["reset", "half-close"], every=2, count=3)
    ends: list[object] = []
    for _ in range(4):
        connection = proxied.connect()
        try:
            for stream in (1, 3, 5):
                connection.sendall(request(stream))
                ends.append(len(received(connection, reply(stream))) == len(reply(stream)))
        except ConnectionResetError:
            ends.append("reset")
    assert ends[:2] == [True, "reset"]
    assert ends.count("reset") == 2
    assert ends[-3:] == [True, True, True]
    state = proxied.link.state()
    assert (state["cycles"], state["fired"], state["connections"]) == (3, 3, 4)


def test_a_token_is_refused_at_one_address_or_until_it_is_admitted(proxied: Proxied) -> None:
    connection = proxied.warm()
    refused = frames.grpc_status(3, 16) + frames.window_update(len(b"write-1-1"))
    proxied.link.revoke(TOKEN.decode(), "127.0.0.2")
    proxied.link.revoke(TOKEN.decode())
    connection.sendall(request(3, WITH_TOKEN))
    assert received(connection, refused) == refused
    proxied.link.admit(TOKEN.decode())
    connection.sendall(request(5, WITH_TOKEN))
    assert received(connection, reply(5)) == reply(5)
    proxied.link.revoke(TOKEN.decode(), HOST)
    connection.sendall(request(7, WITH_TOKEN))
    assert received(connection, frames.grpc_status(7, 16)) == frames.grpc_status(7, 16)


def test_tls_ends_at_the_proxy_and_a_reset_is_one_below_it(server: Server, tmp_path: Path) -> None:
    try:
        made, key = machine.certificate(tmp_path, [HOST])
    except machine.Unavailable as reason:
        pytest.skip(str(reason))
    trusting = ssl.create_default_context(cafile=str(made))
    trusting.set_alpn_protocols(["h2"])
    programs = Programs()
    proxied = Proxied(programs, server, "--certificate", str(made), "--key", str(key))
    try:
        raw = socket.create_connection((HOST, proxied.port), timeout=SECONDS)
        connection = trusting.wrap_socket(raw, server_hostname=HOST)
        assert connection.selected_alpn_protocol() == "h2"
        connection.sendall(PREFACE + request(1))
        assert received(connection, reply(1)) == reply(1)
        proxied.link.treat("reset", in_flight=1)
        connection.sendall(request(3))
        # Below TLS, whose module makes an end of both.
        with socket.socket(fileno=connection.detach()) as below, pytest.raises(ConnectionResetError):
            below.settimeout(SECONDS)
            while below.recv(65536):
                pass
        proxied.link.listen("silence")
        silent = socket.create_connection((HOST, proxied.port), timeout=SILENCE)
        with pytest.raises(TimeoutError):
            trusting.wrap_socket(silent, server_hostname=HOST)
    finally:
        proxied.link.close()
        programs.end_all()
