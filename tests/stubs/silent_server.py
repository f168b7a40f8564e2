"""A TCP server that accepts connections and never answers: a silent Momento.

    python silent_server.py [--port N]

Bytes that arrive are read and dropped, so that the peer's window never fills: it is silent, not stuck.
"""

from __future__ import annotations

import argparse
import socketserver
import threading

from loopback import HOST, announce, stop_at_signals


class _Swallow(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, SilentServer)
        self.server.count_connection()
        try:
            while self.request.recv(65536):
                pass
        except OSError:
            pass


class SilentServer(socketserver.ThreadingTCPServer):
    """Use `start` and `stop` from a test; `connections` counts what was accepted."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int = 0) -> None:
        super().__init__((HOST, port), _Swallow)
        self._lock = threading.Lock()
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def count_connection(self) -> None:
        with self._lock:
            self.connections += 1

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    server = SilentServer(parser.parse_args().port)
    stop_at_signals()
    announce(server.port)
    server.serve_forever()


if __name__ == "__main__":
    main()
