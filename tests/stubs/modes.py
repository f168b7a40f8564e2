"""A stub whose way of answering is chosen at run time: the part that all such stubs share.

`POST /mode` with {"mode": ..., "secret_string"?: ..., "delay_ms"?: n, "times"?: n} switches; with `times` the mode
holds for that many requests, then `ok` follows. `GET /requests` lists what was asked, `POST /reset` forgets it.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from typing import Any

from loopback import LoopbackServer, QuietHandler


@dataclasses.dataclass
class Behaviour:
    mode: str = "ok"
    secret_string: str = "stand-in-value"
    delay_ms: int = 500
    times: int | None = None

    def changed(self, change: dict[str, Any], modes: tuple[str, ...]) -> Behaviour:
        """The behaviour after a `POST /mode`; ValueError says what is wrong with it."""
        known = {field.name for field in dataclasses.fields(self)}
        if not set(change) <= known:
            raise ValueError(f"unknown fields {sorted(set(change) - known)}, known are {sorted(known)}")
        if change.get("mode", self.mode) not in modes:
            raise ValueError(f"unknown mode, known are {', '.join(modes)}")
        return dataclasses.replace(self, **{"times": None, **change})


class ModeHandler(QuietHandler):
    """Answers the three paths above; what else comes is for `answer_get` and `answer_post`."""

    server: ModeServer

    def do_GET(self) -> None:
        if self.path == "/requests":
            self.answer_json(200, self.server.recorded())
        else:
            self.answer_get()

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
        else:
            self.answer_post(body)

    def answer_get(self) -> None:
        self.answer_json(404, {"message": "GET /requests, POST /mode, POST /reset or the API on POST /"})

    def answer_post(self, body: bytes) -> None:
        self.answer_json(404, {"message": "GET /requests, POST /mode, POST /reset or the API on GET"})

    def say_nothing(self) -> None:
        """Until the client hangs up."""
        self.close_connection = True
        while self.connection.recv(65536):
            pass


class ModeServer(LoopbackServer):
    """`modes` are the ones of this stub."""

    def __init__(
        self, handler: type[ModeHandler], modes: tuple[str, ...], port: int = 0, behaviour: Behaviour | None = None
    ) -> None:
        super().__init__(handler, port)
        self._modes = modes
        self._lock = threading.Lock()
        self._behaviour = behaviour or Behaviour()
        self._requests: list[dict[str, Any]] = []

    @property
    def mode(self) -> str:
        return self._behaviour.mode

    def change(self, change: dict[str, Any]) -> None:
        with self._lock:
            self._behaviour = self._behaviour.changed(change, self._modes)

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

    def recorded(self) -> dict[str, Any]:
        with self._lock:
            return {"count": len(self._requests), "requests": list(self._requests)}

    def forget(self) -> None:
        with self._lock:
            self._requests.clear()
