"""What the Python programs of the lab have in common: the line to the lab, the client, and what a call came to.

The program is given one JSON object, {"control": PORT, "package": ..., "style": "sync" | "async", "credentials": {...},
"verbose": bool}, connects to the port and sends {"event": "up"}. Each line that comes is an order. Of these two the
meaning is the same everywhere, as in programs/control.mjs:

    {"do": "make"}   -> {"event": "made", "ms": how long the constructor took, "error": ...}
    {"do": "end"}
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

CACHE = "cache"
telling: Any = None  # the module, where all is to be told (canary.py)


class Control:
    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))

    def send(self, event: dict[str, Any]) -> None:
        self._socket.sendall(json.dumps(event).encode() + b"\n")

    def orders(self) -> Iterator[dict[str, Any]]:
        """Until the lab is gone."""
        return (json.loads(line) for line in self._socket.makefile())

    async def orders_async(self) -> AsyncIterator[dict[str, Any]]:
        read: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def read_all() -> None:
            for order in self.orders():
                loop.call_soon_threadsafe(read.put_nowait, order)
            loop.call_soon_threadsafe(read.put_nowait, None)

        threading.Thread(target=read_all, daemon=True).start()
        while (order := await read.get()) is not None:
            yield order

    @contextlib.contextmanager
    def making(self) -> Iterator[None]:
        """In the block the client is made; the lab learns how long it took, or what it raised."""
        start = time.monotonic_ns()
        error = None
        try:
            yield
        except Exception as raised:
            error = type(raised).__name__
        self.send({"event": "made", "ms": (time.monotonic_ns() - start) / 1e6, "error": error})


def credential_provider(package: str, given: dict[str, Any]) -> Any:
    if package == "momento_lambda":
        provider = importlib.import_module("momento_lambda").CredentialProvider
        return provider.for_momento_local(given["host"], given["port"])
    # The official SDK leaves TLS out only where a port is set, and a v1 key is the only one that takes a host beside.
    import base64
    import warnings

    key = base64.b64encode(json.dumps({"endpoint": "unused.example", "api_key": given["token"]}).encode()).decode()
    host = given["host"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        provider = importlib.import_module("momento").CredentialProvider.from_string(key, host, host, host)
    provider.port = given["port"]
    return provider


def make(options: dict[str, Any]) -> Any:
    """The client, or for asyncio what `await` gives it."""
    package, style, credentials = options["package"], options["style"], options["credentials"]
    module = importlib.import_module(package)
    if credentials["kind"] == "environment":
        shared = module.get_momento_client if style == "sync" else module.get_momento_client_async
        if "root_certificates" not in credentials:
            return shared()
        trusted = Path(credentials["root_certificates"])
        return shared(configuration=module.Configurations.Lambda.latest().with_root_certificates_pem(trusted))
    made = module.CacheClient if style == "sync" else module.CacheClientAsync
    preset = module.Configurations.Lambda.latest()
    return made.create(preset, credential_provider(package, credentials), timedelta(days=1))


async def make_async(options: dict[str, Any]) -> Any:
    client = make(options)
    return await client if asyncio.iscoroutine(client) else client


def code_of(response: Any) -> str | None:
    """The error's code; None if all is well."""
    if telling is not None:
        telling.answer(response)
    error = getattr(response, "error_code", None)
    return None if error is None else str(error.name)


def raised_by(error: Exception) -> str:
    """As a code: what should have been a response."""
    if telling is not None:
        telling.error(error)
    return f"raised {type(error).__name__}"


def tell_of(client: Any) -> None:
    if telling is not None:
        telling.everything_of(client)


def attempt(call: Callable[..., Any], arguments: list[Any]) -> str | None:
    """-> the error's code"""
    try:
        return code_of(call(*arguments))
    except Exception as error:
        return raised_by(error)


async def attempt_async(call: Callable[..., Any], arguments: list[Any]) -> str | None:
    try:
        return code_of(await call(*arguments))
    except Exception as error:
        return raised_by(error)


def run(
    sync: Callable[[dict[str, Any], Control], None],
    with_asyncio: Callable[[dict[str, Any], Control], Coroutine[Any, Any, None]],
) -> None:
    """The program: one of the two, until it is told to end."""
    options = json.loads(sys.argv[1])
    control = Control(options["control"])
    if options["verbose"]:
        global telling
        telling = importlib.import_module("telling")
        telling.begin(options["package"])
    importlib.import_module(options["package"])
    control.send({"event": "up"})
    if options["style"] == "sync":
        sync(options, control)
    else:
        asyncio.run(with_asyncio(options, control))
    sys.stdout.flush()
    # What a client leaves behind at exit is not measured here, and must not keep the lab waiting.
    os._exit(0)
