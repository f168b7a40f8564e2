"""What all the small servers here share: a loopback socket on a free port, and a quiet threaded HTTP server.

Problem: `http.server` logs each request, leaves Nagle's algorithm on (40 ms a call with clients that write
head and body apart) and cannot be ended without its thread. Choice: one base server and one base handler
with those points settled; as a program each server prints `listening on 127.0.0.1:PORT` and runs until a signal.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


class LoopbackServer(ThreadingHTTPServer):
    """An HTTP/1.1 server on loopback, served by threads that end with the process."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, handler: type[BaseHTTPRequestHandler], port: int = 0) -> None:
        super().__init__((HOST, port), handler)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Serve from a thread; the socket listens already."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is daily business here; anything else is shown."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class QuietHandler(BaseHTTPRequestHandler):
    """Keep-alive, no Nagle, no log line for each request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one segment for head and body

    def log_message(self, format: str, *args: object) -> None:
        pass

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(
        self,
        status: int,
        body: bytes,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def answer_json(self, status: int, value: object) -> None:
        self.answer(status, json.dumps(value).encode())


class RefusingPort:
    """A port that refuses connections for as long as this object is open: bound, so nobody else can get it,
    but never listening."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.bind((HOST, 0))

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> RefusingPort:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def free_port() -> int:
    """A port that was free a moment ago, for a program that can't choose one itself: retry if it was taken."""
    with RefusingPort() as reserved:
        return reserved.port


def announce(port: int) -> None:
    print(f"listening on {HOST}:{port}", flush=True)


def run_until_signal(server: LoopbackServer) -> None:
    """Announce the port and serve until SIGINT or SIGTERM."""
    stop_at_signals()
    announce(server.port)
    try:
        server.serve_forever(0.05)
    finally:
        server.server_close()


def stop_at_signals() -> None:
    """From here on SIGINT and SIGTERM end this program at once, without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
