"""A stand-in for the Secrets Manager API with the answers moto can't give: see MODES.

    python secrets_stub.py [--port N] [--mode MODE] [--secret-string TEXT] [--delay-ms N]

`POST /mode` and `POST /reset` as in modes.py. `GET /requests` lists the GetSecretValue requests: names of the
headers, body, and region and access key id from the credential scope; never a signature or a token. The messages
are AWS's own. Nobody listens: `loopback.RefusingPort`.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
import time

from loopback import run_until_signal
from modes import Behaviour, ModeHandler, ModeServer

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


class _Handler(ModeHandler):
    def answer_post(self, body: bytes) -> None:
        if self.headers.get("X-Amz-Target") != "secretsmanager.GetSecretValue":
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
            self.say_nothing()
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


class SecretsStub(ModeServer):
    """Every SecretId has the same answer, the one of the present mode."""

    def __init__(self, port: int = 0, behaviour: Behaviour | None = None) -> None:
        super().__init__(_Handler, MODES, port, behaviour)


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
