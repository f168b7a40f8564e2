"""`get_momento_client`: the client that warm invocations share."""

from __future__ import annotations

from momento_lambda import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta

    from momento_lambda.cache_client import CacheClient
    from momento_lambda.cache_client_async import CacheClientAsync
    from momento_lambda.config.configuration import Configuration


def get_momento_client(
    token_source: str | None = None,
    *,
    default_ttl: timedelta | None = None,
    configuration: Configuration | None = None,
    endpoint: str | None = None,
) -> CacheClient:
    """The client for these arguments: the same object on every call, as long as it is open.

    Returns at once. The look-up of the token and the connection begin in the background, and the
    first operation joins them; what goes wrong on the way is told by that operation's response.
    `with get_momento_client() as client:` leaves the client open; `client.close()` closes it.

    Args:
        token_source: Where the token is: `secretsmanager:NAME-or-ARN[#field]`,
            `ssm:NAME-or-ARN[:version-or-label][#field]`, one of these two after `extension:` to ask
            AWS's Lambda extension first, `env:VARIABLE[#field]` or `file:PATH`. Left out:
            `MOMENTO_TOKEN_SOURCE`, else `MOMENTO_SECRET_ID`, else `MOMENTO_API_KEY` with
            `MOMENTO_ENDPOINT`, else `MOMENTO_AUTH_TOKEN`.
        default_ttl: How long an item lives where `set` does not say. Left out:
            `MOMENTO_DEFAULT_TTL` in seconds, else 60 s.
        configuration: Left out: `Configurations.Lambda.latest()`.
        endpoint: Momento's host, where neither the key nor the secret names it.

    Raises:
        InvalidArgumentException: An argument or a variable makes no sense, or no source is named.

    Example:
        client = get_momento_client()
        response = client.get("cache", "key")
    """
    from momento_lambda.cache_client import CacheClient

    native = _native.shared(token_source, endpoint, configuration, default_ttl)
    return CacheClient._shared_for(native)


def get_momento_client_async(
    token_source: str | None = None,
    *,
    default_ttl: timedelta | None = None,
    configuration: Configuration | None = None,
    endpoint: str | None = None,
) -> CacheClientAsync:
    """The asyncio client for these arguments: the same object on every call, as long as it is open.

    Arguments and behaviour as in `get_momento_client`; needs no running event loop. Both clients
    for the same arguments share one token and one connection, and so are closed together.

    Example:
        client = get_momento_client_async()
        response = await client.get("cache", "key")
    """
    from momento_lambda.cache_client_async import CacheClientAsync

    native = _native.shared(token_source, endpoint, configuration, default_ttl)
    return CacheClientAsync._shared_for(native)
