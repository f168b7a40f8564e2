"""Momento for AWS Lambda: one client that warm invocations share.

A cold start pays for every import, so nothing is imported here: each public name is when it is
first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda._native import __version__
    from momento_lambda.auth.credential_provider import CredentialProvider
    from momento_lambda.cache_client import CacheClient
    from momento_lambda.cache_client_async import CacheClientAsync
    from momento_lambda.config.configurations import Configurations
    from momento_lambda.invocations import invocation
    from momento_lambda.shared_client import get_momento_client, get_momento_client_async
    from momento_lambda.snapshots import after_restore, before_snapshot

_PLACES = {
    "CacheClient": "momento_lambda.cache_client",
    "CacheClientAsync": "momento_lambda.cache_client_async",
    "Configurations": "momento_lambda.config.configurations",
    "CredentialProvider": "momento_lambda.auth.credential_provider",
    "__version__": "momento_lambda._native",
    "after_restore": "momento_lambda.snapshots",
    "before_snapshot": "momento_lambda.snapshots",
    "get_momento_client": "momento_lambda.shared_client",
    "get_momento_client_async": "momento_lambda.shared_client",
    "invocation": "momento_lambda.invocations",
}

__all__ = [
    "CacheClient",
    "CacheClientAsync",
    "Configurations",
    "CredentialProvider",
    "__version__",
    "after_restore",
    "before_snapshot",
    "get_momento_client",
    "get_momento_client_async",
    "invocation",
]


def __getattr__(name: str) -> object:
    if name == "_native":
        return _load()
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import sys

    _load()
    __import__(_PLACES[name])  # importlib would be one more import
    value: object = getattr(sys.modules[_PLACES[name]], name)
    globals()[name] = value
    return value


def _load() -> object:
    """The compiled part; modules that need it import it from here, so that none fails without a reason."""
    import sys

    try:
        __import__("momento_lambda._native")
    except ImportError as error:
        from momento_lambda.load_error import explain

        raise ImportError(explain(error), name="momento_lambda._native") from error
    if "logging" in sys.modules:
        __import__("momento_lambda.logs")  # gives logging the level TRACE, as the official package does
    return sys.modules["momento_lambda._native"]


def __dir__() -> list[str]:
    return __all__
