"""Secrets Manager with what a rotation and a freeze make of it: versions of a secret, and a clock that signatures are
held against.

Problem: the stand-in of tests/stubs answers every request with one value, whatever version was asked for and whenever
it was signed. Choice: this one looks at both and leaves the rest to it. A request may also be held back, until the lab
lets it go: that is where a client can be frozen in the middle of a look-up.
"""

from __future__ import annotations

import calendar
import dataclasses
import json
import threading
import time
import uuid
from typing import Any

from modes import Behaviour
from secrets_stub import SecretsStub, _Handler

PATIENCE = 15.0
SIGNED_FOR_SECONDS = 300  # AWS refuses a signature that is older
DAY_SECONDS = 86400


class _Versions(_Handler):
    server: Store

    def answer_post(self, body: bytes) -> None:
        self.server.arrived()
        signed = calendar.timegm(time.strptime(self.headers.get("X-Amz-Date", ""), "%Y%m%dT%H%M%SZ"))
        if abs(self.server.now() - signed) > SIGNED_FOR_SECONDS:
            self.server.record({"body": json.loads(body), "expired": True})
            message = f"Signature expired: {self.headers['X-Amz-Date']} is now earlier than the time allowed"
            payload = json.dumps({"__type": "InvalidSignatureException", "message": message}).encode()
            headers = {"x-amzn-errortype": "InvalidSignatureException"}
            self.answer(400, payload, "application/x-amz-json-1.1", headers)
        else:
            super().answer_post(body)

    def _answer_amazon(self, status: int, payload: bytes, headers: dict[str, str] | None = None) -> None:
        super()._answer_amazon(status, self.server.versioned(payload), headers)


class Store(SecretsStub):
    """`previous` is what AWSPREVIOUS holds, None where a secret has one version only."""

    def __init__(self) -> None:
        super().__init__()
        self.RequestHandlerClass = _Versions
        self.previous: str | None = None
        self._ahead = 0.0
        self._rotated_at = time.time()
        self._go = threading.Event()
        self._go.set()
        self._held = threading.Semaphore(0)

    def change(self, change: dict[str, Any]) -> None:
        if "secret_string" in change:
            self._rotated_at = self.now()
        super().change(change)

    def versioned(self, payload: bytes) -> bytes:
        """An answer with the id and the date of its version, as a rotation gives it new ones."""
        try:
            answer = json.loads(payload)
        except ValueError:
            return payload
        if "VersionId" in answer:
            is_previous = answer.get("SecretString") == self.previous
            answer["VersionId"] = str(uuid.uuid5(uuid.NAMESPACE_OID, str(answer.get("SecretString"))))
            answer["CreatedDate"] = self._rotated_at - (DAY_SECONDS if is_previous else 0)
            answer["VersionStages"] = ["AWSPREVIOUS" if is_previous else "AWSCURRENT"]
        return json.dumps(answer).encode()

    def record(self, request: dict[str, Any]) -> Behaviour:
        behaviour = super().record(request)
        if request["body"].get("VersionStage") != "AWSPREVIOUS" or behaviour.mode not in ("ok", "slow"):
            return behaviour
        if self.previous is None:
            return dataclasses.replace(behaviour, mode="missing")
        return dataclasses.replace(behaviour, secret_string=self.previous)

    # --- the clock ----------------------------------------------------------------------------------------------------

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, hours: float) -> None:
        self._ahead = hours * 3600

    # --- requests that are on their way -------------------------------------------------------------------------------

    def hold(self) -> None:
        """Requests stay on their way from now on."""
        self._go.clear()

    def wait_until_one_is_held(self, seconds: float) -> bool:
        return self._held.acquire(timeout=seconds)

    def let_go(self) -> None:
        """What was held arrives, now."""
        self._go.set()

    def arrived(self) -> None:
        if not self._go.is_set():
            self._held.release()
            self._go.wait(PATIENCE)
