"""Clients behind one face: the same test runs against the synchronous and the asyncio client.

The asyncio caller keeps an event loop of its own, as a warm function does.
"""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from momento_lambda import CacheClient, CacheClientAsync, Configurations, CredentialProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from momento_lambda.config import Configuration

DEFAULT_TTL = timedelta(seconds=60)
# How long anything may take here before the test gives up on it.
PATIENCE = 20.0


class Caller:
    """Calls operations by name and gives their responses."""

    def __init__(self, client: CacheClient | CacheClientAsync) -> None:
        self.client = client

    def call(self, operation: str, **arguments: Any) -> Any:
        return getattr(self.client, operation)(**arguments)

    def end(self) -> None:
        self.client.close()

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()


class AsyncCaller(Caller):
    def __init__(self, client: CacheClientAsync) -> None:
        super().__init__(client)
        self._loop = asyncio.new_event_loop()

    def call(self, operation: str, **arguments: Any) -> Any:
        calling = super().call(operation, **arguments)
        return self._loop.run_until_complete(asyncio.wait_for(calling, PATIENCE))

    def end(self) -> None:
        super().end()
        self._loop.close()


def caller_of(client: CacheClient | CacheClientAsync) -> Caller:
    return AsyncCaller(client) if isinstance(client, CacheClientAsync) else Caller(client)


def client_class(flavour: str) -> type[CacheClient | CacheClientAsync]:
    return CacheClient if flavour == "sync" else CacheClientAsync


def make_caller(flavour: str, port: int, configuration: Configuration | None = None) -> Caller:
    provider = CredentialProvider.for_momento_local(port=port)
    return caller_of(client_class(flavour)(configuration or patient(), provider, DEFAULT_TTL))


def local_client(port: int, configuration: Configuration | None = None) -> CacheClient:
    return CacheClient(configuration or patient(), CredentialProvider.for_momento_local(port=port), DEFAULT_TTL)


def patient() -> Configuration:
    """The Lambda preset with a deadline that a loaded machine does not miss."""
    return Configurations.Lambda.latest().with_client_timeout(timedelta(seconds=10))


def v1_key(api_key: str, endpoint: str) -> str:
    return base64.b64encode(json.dumps({"endpoint": endpoint, "api_key": api_key}).encode()).decode()


def jwt(claims: dict[str, str], signature: str = "signature") -> str:
    parts: list[dict[str, str]] = [{"alg": "none"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, base64.urlsafe_b64encode(signature.encode()).decode().rstrip("=")])


def v2_key(marker: str = "example") -> str:
    return jwt({"t": "g", "jti": marker})


def raised_by(function: Callable[[], object]) -> Exception:
    try:
        function()
    except Exception as exception:
        return exception
    raise AssertionError("nothing was raised")
