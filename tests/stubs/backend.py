"""The services a function needs, on loopback: AWS's token stores (moto, counted) and a Momento server.

Problem: the demo and the Lambda tests need the same pair and the same two figures, look-ups and connections,
counted outside the client. Choice: moto behind the counting proxy, and momento-lambda-local with its admin
port, both started here. Secrets and parameters are written with plain HTTP: importing boto3 would cost more time
than the whole of the rest.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from counting_proxy import CountingProxy
from loopback import HOST
from processes import LISTENING, Program, Programs

START_SECONDS = 30.0
ADMIN = r"admin on 127\.0\.0\.1:(\d+)"
CACHE = "cache"
REGION = "us-east-1"


class BackendError(Exception):
    """A service of the backend answered with an error."""


def make_key(identifier: str) -> str:
    """A Momento v2 API key as far as its form goes: a JWT with "t":"g". Nobody signed it."""

    def part(value: dict[str, str]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    signature = base64.urlsafe_b64encode(f"unsigned {identifier}".encode()).rstrip(b"=").decode()
    return f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{part({'t': 'g', 'jti': identifier})}.{signature}"


class Backend:
    """Start with `start`; the programs end with the `Programs` they were started in, the proxy with `stop`.

    `more`: variables of the Momento server's environment, beside this process's.
    """

    def __init__(
        self,
        programs: Programs,
        local_server: Path,
        require_token: bool = True,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._programs = programs
        self._local_server = local_server
        self._require_token = require_token
        self._server_environment = {**os.environ, **(more or {})}
        self._proxy: CountingProxy | None = None
        self._moto_url = self._admin_url = self.momento_url = ""
        self.key = make_key(uuid.uuid4().hex)

    def start(self) -> None:
        moto = self._programs.start("moto", [sys.executable, "-m", "moto.server", "-H", HOST, "-p", "0"])
        options = ["--port", "0", "--admin-port", "0", "--cache", CACHE]
        if self._require_token:
            options += ["--token", self.key]
        command = [str(self._local_server), *options]
        momento = self._programs.start("momento-lambda-local", command, self._server_environment)
        self._start_proxy(moto)
        self.momento_url = f"http://{HOST}:{momento.wait_for_line(LISTENING, START_SECONDS)[1]}"
        self._admin_url = f"http://{HOST}:{momento.wait_for_line(ADMIN, START_SECONDS)[1]}"

    def stop(self) -> None:
        if self._proxy is not None:
            self._proxy.stop()
            self._proxy = None

    @property
    def environment(self) -> dict[str, str]:
        """What a function needs to find the token stores here; the credentials are moto's any-will-do."""
        assert self._proxy is not None, "the backend is not started"
        return {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self._proxy.url,
            "AWS_ENDPOINT_URL_SSM": self._proxy.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "ASIAFUNCTIONEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "stand-in-secret-access-key",
            "AWS_SESSION_TOKEN": "stand-in-session-token",
        }

    def secret_value(self, field: str = "MOMENTO_API_KEY") -> str:
        """The JSON form of the secret: key and endpoint side by side."""
        return json.dumps({field: self.key, "MOMENTO_ENDPOINT": self.momento_url})

    def create_secret(self, name: str, value: str) -> str:
        """Store a secret, and read it once behind the proxy's back so that moto has loaded all it needs. -> ARN"""
        token = str(uuid.uuid4())
        self._call("secretsmanager.CreateSecret", Name=name, SecretString=value, ClientRequestToken=token)
        return str(self._call("secretsmanager.GetSecretValue", SecretId=name)["ARN"])

    def put_parameter(self, name: str, value: str, kind: str = "SecureString", label: str | None = None) -> int:
        """Store a new version of a parameter, with a label if one is given. -> the version"""
        answer = self._call("AmazonSSM.PutParameter", Name=name, Value=value, Type=kind, Overwrite=True)
        version = int(answer["Version"])
        if label is not None:
            self._call("AmazonSSM.LabelParameterVersion", Name=name, ParameterVersion=version, Labels=[label])
        return version

    def lookups(self, secret: str) -> int:
        assert self._proxy is not None, "the backend is not started"
        return self._proxy.lookups(secret)

    def connections(self) -> int:
        """How many connections the Momento server has accepted since it started."""
        with urllib.request.urlopen(f"{self._admin_url}/counters", timeout=START_SECONDS) as response:
            return int(json.load(response)["connections"])

    def _start_proxy(self, moto: Program) -> None:
        port = moto.wait_for_line(r"Running on http://127\.0\.0\.1:(\d+)", START_SECONDS)[1]
        self._moto_url = f"http://{HOST}:{port}"
        self._proxy = CountingProxy(f"{HOST}:{port}")
        self._proxy.start()

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        service = "ssm" if operation.startswith("AmazonSSM.") else "secretsmanager"
        scope = f"ASIASETUPEXAMPLE/20260101/{REGION}/{service}/aws4_request"
        request = urllib.request.Request(
            self._moto_url,
            data=json.dumps(arguments).encode(),
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": operation,
                "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")
            raise BackendError(f"{operation} failed with HTTP {error.code}: {detail}") from None
