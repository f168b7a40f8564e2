"""The published clients and the server that they are run against."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Callable

import pytest
from momento import CacheClient, CacheClientAsync, Configurations, CredentialProvider

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("MOMENTO_LAMBDA_LOCAL", ROOT / ".venv" / "bin" / "momento-lambda-local"))
PATIENCE = 20.0


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[int]:
    """Runs the server on a free port until the block ends, and holds it to a clean exit."""
    if not BINARY.exists():
        pytest.fail(f"there is no {BINARY}: run make build")
    process = subprocess.Popen([BINARY, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:"), line
        yield int(line.rpartition(":")[2])
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.communicate()


class Sync:
    """The sync client with awaitable methods."""

    def __init__(self, client: CacheClient) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            return method(*args, **kwargs)

        return call


@contextlib.asynccontextmanager
async def connected(kind: str, provider: CredentialProvider) -> AsyncIterator[Any]:
    configuration = Configurations.Laptop.v1()
    ttl = timedelta(seconds=60)
    if kind == "sync":
        with CacheClient(configuration, provider, ttl) as client:
            yield Sync(client)
    else:
        async with CacheClientAsync(configuration, provider, ttl) as client:
            yield client


def local(port: int) -> CredentialProvider:
    return CredentialProvider.for_momento_local(port=port)


def with_token(port: int, token: str) -> CredentialProvider:
    """A provider of a v1 key. Only the port tells the SDK to leave TLS out, so it is set afterwards."""
    key = base64.b64encode(json.dumps({"endpoint": "unused.example", "api_key": token}).encode()).decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        provider = CredentialProvider.from_string(key, "127.0.0.1", "127.0.0.1", "127.0.0.1")
    provider.port = port
    return provider
