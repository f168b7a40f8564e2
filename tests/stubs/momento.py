"""A Momento of a test's own: momento-lambda-local with the cache `cache`, and the secret that leads to it."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

from backend import ADMIN, CACHE, START_SECONDS, make_key
from loopback import HOST
from processes import LISTENING, Programs


class Momento:
    """It ends with the `Programs` it was started in."""

    def __init__(self, programs: Programs, program: Path) -> None:
        command = [str(program), "--port", "0", "--admin-port", "0", "--cache", CACHE]
        server = programs.start("momento-lambda-local", command)
        self.port = int(server.wait_for_line(LISTENING, START_SECONDS)[1])
        self._admin = f"http://{HOST}:{server.wait_for_line(ADMIN, START_SECONDS)[1]}"

    @property
    def secret(self) -> str:
        """What a token store answers with."""
        return json.dumps({"MOMENTO_API_KEY": make_key("example"), "MOMENTO_ENDPOINT": f"http://{HOST}:{self.port}"})

    def counters(self) -> dict[str, int]:
        counted: dict[str, int] = json.loads(self.ask("counters"))
        return counted

    def ask(self, path: str) -> bytes:
        """What the admin port answers at this path."""
        with urllib.request.urlopen(f"{self._admin}/{path}", timeout=START_SECONDS) as answer:
            content: bytes = answer.read()
            return content
