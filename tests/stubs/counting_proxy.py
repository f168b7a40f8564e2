"""A forwarder before AWS's token stores that counts the look-ups, outside the client under test.

    python counting_proxy.py --upstream http://127.0.0.1:PORT [--port N]

Each GetSecretValue of Secrets Manager and GetParameter of Parameter Store is counted under the name it asks for
before it is sent on, so that retries count too. `GET /counters` answers {"lookups": n, "by_secret": {"NAME": n}};
no other path is ours.
"""

from __future__ import annotations

import argparse
import collections
import http.client
import json
import threading
import urllib.parse

from loopback import LoopbackServer, QuietHandler, run_until_signal

UPSTREAM_SECONDS = 10.0
# Operation -> the field of its request that names what is looked up.
LOOKUPS = {"secretsmanager.GetSecretValue": "SecretId", "AmazonSSM.GetParameter": "Name"}
# These belong to one connection, not to the message that is passed on (RFC 9110, 7.6.1).
NOT_FORWARDED = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect"}


class _Handler(QuietHandler):
    server: CountingProxy

    def do_GET(self) -> None:
        if self.path == "/counters":
            self.answer_json(200, self.server.counters())
        else:
            self._forward(b"")

    def do_POST(self) -> None:
        body = self.read_body()
        field = LOOKUPS.get(self.headers.get("X-Amz-Target") or "")
        if field is not None:
            self.server.count(body, field)
        self._forward(body)

    def _forward(self, body: bytes) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        connection = http.client.HTTPConnection(self.server.upstream, timeout=UPSTREAM_SECONDS)
        try:
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            payload = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.answer_json(502, {"message": f"the counting proxy got no answer: {type(error).__name__}"})
            return
        finally:
            connection.close()
        self.send_response_only(response.status)
        for name, value in response.getheaders():
            if name.lower() not in NOT_FORWARDED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()


class CountingProxy(LoopbackServer):
    """`upstream` is HOST:PORT of the real endpoint."""

    def __init__(self, upstream: str, port: int = 0) -> None:
        super().__init__(_Handler, port)
        self.upstream = upstream
        self._lock = threading.Lock()
        self._by_secret: collections.Counter[str] = collections.Counter()

    def count(self, body: bytes, field: str) -> None:
        try:
            name = str(json.loads(body)[field])
        except (ValueError, KeyError, TypeError):
            name = f"(no {field})"
        with self._lock:
            self._by_secret[name] += 1

    def lookups(self, secret: str) -> int:
        """How often a secret or parameter was asked for, under exactly this name or ARN."""
        with self._lock:
            return self._by_secret[secret]

    def counters(self) -> dict[str, object]:
        with self._lock:
            return {"lookups": sum(self._by_secret.values()), "by_secret": dict(self._by_secret)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--upstream", required=True, help="the endpoint to send requests on to")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    run_until_signal(CountingProxy(urllib.parse.urlsplit(options.upstream).netloc, options.port))


if __name__ == "__main__":
    main()
