"""A container-credentials endpoint, as a function under SnapStart has one.

    python credentials_stub.py [--port N] [--access-key-id ID] [--lifetime SECONDS]

AWS_CONTAINER_CREDENTIALS_FULL_URI = the printed address + /credentials, AWS_CONTAINER_AUTHORIZATION_TOKEN =
AUTHORIZATION below. A request without that token gets 401. `GET /requests` tells how many came, and how many
of them were refused.
"""

from __future__ import annotations

import argparse
import datetime
import threading

from loopback import LoopbackServer, QuietHandler, run_until_signal

AUTHORIZATION = "Basic stand-in-authorization"


class _Handler(QuietHandler):
    server: CredentialsStub

    def do_GET(self) -> None:
        if self.path == "/requests":
            self.answer_json(200, {"count": self.server.requests, "refused": self.server.refused})
        elif self.path != "/credentials":
            self.answer_json(404, {"code": "NotFound", "message": "only /credentials is served"})
        elif self.server.accept(self.headers.get("Authorization")):
            self.answer_json(200, self.server.credentials())
        else:
            self.answer_json(401, {"code": "Unauthorized", "message": "wrong or no Authorization"})


class CredentialsStub(LoopbackServer):
    """Temporary credentials that are valid for `lifetime` seconds from each request on."""

    def __init__(self, port: int = 0, access_key_id: str = "ASIACONTAINEREXAMPLE", lifetime: int = 3600) -> None:
        super().__init__(_Handler, port)
        self._lock = threading.Lock()
        self._access_key_id = access_key_id
        self._lifetime = lifetime
        self.requests = 0
        self.refused = 0

    def environment(self) -> dict[str, str]:
        """The variables that make an AWS client come here."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.url}/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": AUTHORIZATION,
        }

    def accept(self, authorization: str | None) -> bool:
        with self._lock:
            self.requests += 1
            accepted = authorization == AUTHORIZATION
            self.refused += not accepted
            return accepted

    def credentials(self) -> dict[str, str]:
        expiration = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=self._lifetime)
        return {
            "AccessKeyId": self._access_key_id,
            "SecretAccessKey": "stand-in-secret-access-key",
            "Token": "stand-in-session-token",
            "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--access-key-id", default="ASIACONTAINEREXAMPLE")
    parser.add_argument("--lifetime", type=int, default=3600, help="seconds until the credentials expire")
    options = parser.parse_args()
    run_until_signal(CredentialsStub(options.port, options.access_key_id, options.lifetime))


if __name__ == "__main__":
    main()
