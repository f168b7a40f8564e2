"""A stand-in for the Secrets Manager API with the answers moto can't give: see MODES.

    python secrets_stub.py [--port N] [--mode MODE] [--secret-string TEXT] [--delay-ms N]

`POST /mode` with {"mode": ..., "secret_string"?: ..., "delay_ms"?: n, "times"?: n} switches at run time; with
`times` the mode holds for that many requests, then `ok` follows. `GET /requests` lists the GetSecretValue
requests: names of the headers, body, and region and access key id from the credential scope; never a signature
or a token. `POST /reset` forgets them. The messages are AWS's own. Nobody listens: `loopback.RefusingPort`.
"""

from __future__ import annotations

import argparse
import base64
import dataclasses
import json
import re
import threading
import time
from typing import Any

from loopback import LoopbackServer, QuietHandler, run_until_signal

AMAZON_JSON = "application/x-amz-json-1.1"
ACCOUNT = "123456789012"
CREDENTIAL_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")

# mode -> (HTTP status, error type, message with {name} for the SecretId)
ERRORS = {
    "missing": (400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    "access-denied": (
        400,
        "AccessDeniedException",
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/function-role/function is not authorized to perform: "
        "secretsmanager:GetSecretValue on resource: {name} because no identity-based policy allows the "
        "secretsmanager:GetSecretValue action",
    ),
    "throttling": (400, "ThrottlingException", "Rate exceeded"),
    "internal-error": (500, "InternalServiceError", "An error occurred on the server side."),
    "expired-token": (400, "ExpiredTokenException", "The security token included in the request is expired"),
}
MODES = ("ok", "slow", "binary", "silent", "truncated", "garbage", *ERRORS)


@dataclasses.dataclass
class Behaviour:
    mode: str = "ok"
    secret_string: str = "stand-in-value"
    delay_ms: int = 500
    times: int | None = None

    def changed(self, change: dict[str, Any]) -> Behaviour:
        """The behaviour after a `POST /mode`; ValueError says what is wrong with it."""
        known = {field.name for field in dataclasses.fields(self)}
        if not set(change) <= known:
            raise ValueError(f"unknown fields {sorted(set(change) - known)}, known are {sorted(known)}")
        if change.get("mode", self.mode) not in MODES:
            raise ValueError(f"unknown mode, known are {', '.join(MODES)}")
        return dataclasses.replace(self, **{"times": None, **change})


class _Handler(QuietHandler):
    server: SecretsStub

    def do_GET(self) -> None:
        if self.path == "/requests":
            self.answer_json(200, self.server.recorded())
        else:
            self.answer_json(404, {"message": "GET /requests, POST /mode, POST /reset or the API on POST /"})

    def do_POST(self) -> None:
        body = self.read_body()
        if self.path == "/mode":
            try:
                self.server.change(json.loads(body))
                self.answer_json(200, {"mode": self.server.mode})
            except (ValueError, TypeError) as error:
                self.answer_json(400, {"message": str(error)})
        elif self.path == "/reset":
            self.server.forget()
            self.answer_json(200, {})
        elif self.headers.get("X-Amz-Target") != "secretsmanager.GetSecretValue":
            self._answer_error(400, "UnknownOperationException", "only GetSecretValue is served")
        else:
            self._answer_get_secret_value(body)

    def _answer_get_secret_value(self, body: bytes) -> None:
        try:
            request = json.loads(body)
            name = str(request["SecretId"])
        except (ValueError, KeyError, TypeError):
            self._answer_error(400, "InvalidParameterException", "SecretId is missing")
            return
        scope = CREDENTIAL_SCOPE.search(self.headers.get("Authorization") or "")
        behaviour = self.server.record(
            {
                "body": request,
                "header_names": sorted({header.lower() for header in self.headers}),
                "region": scope["region"] if scope else None,
                "access_key_id": scope["key"] if scope else None,
            }
        )
        if behaviour.mode in ERRORS:
            status, error_type, message = ERRORS[behaviour.mode]
            self._answer_error(status, error_type, message.replace("{name}", name))
        elif behaviour.mode == "silent":
            self.close_connection = True
            while self.connection.recv(65536):  # returns when the client hangs up
                pass
        elif behaviour.mode == "truncated":
            self._answer_truncated(_secret(name, behaviour))
        elif behaviour.mode == "garbage":
            self._answer_amazon(200, b"<html>not what you asked for")
        else:
            if behaviour.mode == "slow":
                time.sleep(behaviour.delay_ms / 1000)
            self._answer_amazon(200, _secret(name, behaviour))

    def _answer_truncated(self, payload: bytes) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", AMAZON_JSON)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload[: len(payload) // 2])

    def _answer_amazon(self, status: int, payload: bytes, headers: dict[str, str] | None = None) -> None:
        request_id = {"x-amzn-RequestId": "00000000-0000-4000-8000-000000000000"}
        self.answer(status, payload, AMAZON_JSON, {**request_id, **(headers or {})})

    def _answer_error(self, status: int, error_type: str, message: str) -> None:
        # Errors of the service itself have a capital M, those of the layers before it a small one.
        field = "message" if error_type in ("ThrottlingException", "ExpiredTokenException") else "Message"
        payload = json.dumps({"__type": error_type, field: message}).encode()
        self._answer_amazon(status, payload, {"x-amzn-errortype": error_type})


class SecretsStub(LoopbackServer):
    """Every SecretId has the same answer, the one of the present mode."""

    def __init__(self, port: int = 0, behaviour: Behaviour | None = None) -> None:
        super().__init__(_Handler, port)
        self._lock = threading.Lock()
        self._behaviour = behaviour or Behaviour()
        self._requests: list[dict[str, Any]] = []

    @property
    def mode(self) -> str:
        return self._behaviour.mode

    def change(self, change: dict[str, Any]) -> None:
        with self._lock:
            self._behaviour = self._behaviour.changed(change)

    def record(self, request: dict[str, Any]) -> Behaviour:
        """Note a request and say how to answer this one."""
        with self._lock:
            self._requests.append(request)
            behaviour = self._behaviour
            if behaviour.times is not None:
                left = behaviour.times - 1
                self._behaviour = dataclasses.replace(
                    behaviour, mode=behaviour.mode if left > 0 else "ok", times=left if left > 0 else None
                )
            return behaviour

    def recorded(self) -> dict[str, object]:
        with self._lock:
            return {"count": len(self._requests), "requests": list(self._requests)}

    def forget(self) -> None:
        with self._lock:
            self._requests.clear()


def _secret(name: str, behaviour: Behaviour) -> bytes:
    """A GetSecretValue answer, in the binary form for the mode of that name."""
    plain_name = name.split(":secret:")[-1].rsplit("-", 1)[0] if name.startswith("arn:") else name
    value = (
        {"SecretBinary": base64.b64encode(behaviour.secret_string.encode()).decode()}
        if behaviour.mode == "binary"
        else {"SecretString": behaviour.secret_string}
    )
    return json.dumps(
        {
            "ARN": name if name != plain_name else f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{name}-AbCdEf",
            "Name": plain_name,
            "VersionId": "00000000-0000-4000-8000-000000000001",
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": 1767225600.0,
            **value,
        }
    ).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--mode", choices=MODES, default="ok")
    parser.add_argument("--secret-string", default=Behaviour.secret_string)
    parser.add_argument("--delay-ms", type=int, default=Behaviour.delay_ms, help="for the mode slow")
    options = parser.parse_args()
    behaviour = Behaviour(options.mode, options.secret_string, options.delay_ms)
    run_until_signal(SecretsStub(options.port, behaviour))


if __name__ == "__main__":
    main()
