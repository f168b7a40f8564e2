"""A small Lambda Runtime API: hands events to one runtime client and takes its replies.

Problem: AWS's emulator starts the runtime at the first call, so the time of a cold start can't be seen from
the process's start on; and the emulator is a download. Choice: the four routes that AWS's runtime clients call
(next, response, error, init/error), with Nagle's algorithm off (it would cost 40 ms a call) and a Content-Type
on each answer (the clients crash without one). Needs tests/stubs on the import path.
"""

from __future__ import annotations

import json
import queue
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any

from lambda_environment import FUNCTION_ARN
from loopback import HOST, LoopbackServer, QuietHandler

PREFIX = "/2018-06-01/runtime/"


class InvocationError(Exception):
    """The function answered with an error, its process ended, or no answer came in time."""


@dataclass(frozen=True)
class Reply:
    """`finished_at` is `time.monotonic()` at the reply, `seconds` counts from the hand-over of the event."""

    value: Any
    seconds: float
    finished_at: float


@dataclass
class _Invocation:
    identifier: str
    event: Any
    deadline: float
    handed_over: float = 0.0


class _Handler(QuietHandler):
    server: RuntimeApi

    def do_GET(self) -> None:
        if self.path != PREFIX + "invocation/next":
            self.answer_json(404, {"errorType": "UnknownRoute"})
            return
        invocation = self.server.next_invocation()
        body = json.dumps(invocation.event).encode()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.identifier,
            "Lambda-Runtime-Deadline-Ms": str(round(invocation.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": FUNCTION_ARN,
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
        }
        invocation.handed_over = time.monotonic()
        self.answer(200, body, headers=headers)

    def do_POST(self) -> None:
        body = self.read_body()
        finished_at = time.monotonic()
        route = self.path[len(PREFIX) :].split("/")
        if route[0] == "invocation" and len(route) == 3 and route[2] in ("response", "error"):
            self.server.finish(route[1], body, finished_at, failed=route[2] == "error")
        elif route == ["init", "error"]:
            self.server.fail(f"the function could not be loaded: {_describe(body)}")
        else:
            self.answer_json(404, {"errorType": "UnknownRoute"})
            return
        self.answer_json(202, {"status": "OK"})


class RuntimeApi(LoopbackServer):
    """One function, one event at a time, as in a Lambda sandbox."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self._events: queue.SimpleQueue[_Invocation] = queue.SimpleQueue()
        self._replies: queue.SimpleQueue[Reply | InvocationError] = queue.SimpleQueue()
        self._current: _Invocation | None = None
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def invoke(self, event: object, seconds: float) -> Reply:
        """Hand `event` to the function and wait for the reply, for `seconds` at most."""
        self._events.put(_Invocation(str(uuid.uuid4()), event, time.time() + seconds))
        try:
            reply = self._replies.get(timeout=seconds)
        except queue.Empty:
            raise InvocationError(f"no reply within {seconds:g} s") from None
        if isinstance(reply, InvocationError):
            raise reply
        return reply

    def next_invocation(self) -> _Invocation:
        invocation = self._events.get()
        with self._lock:
            self._current = invocation
        return invocation

    def finish(self, identifier: str, body: bytes, finished_at: float, failed: bool) -> None:
        with self._lock:
            invocation, self._current = self._current, None
        if invocation is None or invocation.identifier != identifier:
            self.fail("the runtime answered an event that it was not given")
        elif failed:
            self.fail(f"the function raised {_describe(body)}")
        else:
            seconds = finished_at - invocation.handed_over
            self._replies.put(Reply(json.loads(body), seconds, finished_at))

    def fail(self, reason: str) -> None:
        """Answer whoever waits with an error, for instance because the runtime's process has ended."""
        self._replies.put(InvocationError(reason))


def _describe(body: bytes) -> str:
    """`Type: message` from a Lambda error document."""
    try:
        document = json.loads(body)
        return f"{document['errorType']}: {document['errorMessage']}"
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")[:500]
