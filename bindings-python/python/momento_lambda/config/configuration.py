"""A client's configuration."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path
    from typing import Optional

    import momento_lambda.config.middleware.aio
    import momento_lambda.config.middleware.synchronous
    from momento_lambda.config.compression import CompressionStrategy
    from momento_lambda.config.middleware import Middleware
    from momento_lambda.config.read_concern import ReadConcern
    from momento_lambda.config.transport.transport_strategy import TransportStrategy
    from momento_lambda.hooks import ClientHooks
    from momento_lambda.retry.retry_strategy import RetryStrategy

    # As the native part takes them: deadline, largest messages, file of authorities; the strategy's
    # name and numbers; format, level, and whether reads decompress by themselves; start and token's TTL.
    _Transport = tuple[timedelta, int, int, Optional[Path]]
    _Retry = tuple[str, list[float]]
    _Compression = tuple[str, str, bool]
    _Budgets = tuple[Optional[float], Optional[float]]

# The preset's strategy. Its class is imported when a program asks for it.
_DEFAULT_ATTEMPTS = 3


class Configuration:
    """How a client behaves. Made by `Configurations`; each `with_` method gives a changed copy.

    What has no method here (the budgets of connecting and of one look-up) comes from the preset and
    survives every change.

    Args:
        transport_strategy: Deadline, trust and sizes.
        retry_strategy: When a failed request is followed by another; up to three times at once where left out.
        middlewares: What watches requests, synchronous and asyncio ones in one list.
    """

    def __init__(
        self,
        transport_strategy: TransportStrategy,
        retry_strategy: RetryStrategy | None = None,
        middlewares: list[Middleware] | None = None,
    ) -> None:
        self._transport_strategy = transport_strategy
        self._retry_strategy = retry_strategy
        self._middlewares = list(middlewares or [])
        self._read_concern: ReadConcern | None = None
        self._compression_strategy: CompressionStrategy | None = None
        self._max_concurrent_requests: int | None = None
        self._throw_on_errors = False
        self._start_budget: timedelta | None = None
        self._token_ttl: timedelta | None = None
        self._preset = "lambda"

    def _changed(self, attribute: str, value: object) -> Configuration:
        copy = Configuration.__new__(Configuration)
        copy.__dict__.update(self.__dict__)
        setattr(copy, attribute, value)
        return copy

    def get_transport_strategy(self) -> TransportStrategy:
        """Deadline, trust and sizes."""
        return self._transport_strategy

    def with_transport_strategy(self, transport_strategy: TransportStrategy) -> Configuration:
        """The same with another transport strategy."""
        return self._changed("_transport_strategy", transport_strategy)

    def get_retry_strategy(self) -> RetryStrategy:
        """When a failed request is followed by another."""
        if self._retry_strategy is None:
            from momento_lambda.retry.fixed_count_retry_strategy import FixedCountRetryStrategy

            self._retry_strategy = FixedCountRetryStrategy(max_attempts=_DEFAULT_ATTEMPTS)
        return self._retry_strategy

    def with_retry_strategy(self, retry_strategy: RetryStrategy) -> Configuration:
        """The same with another retry strategy, one of `momento_lambda.retry` or one's own."""
        return self._changed("_retry_strategy", retry_strategy)

    def with_client_timeout(self, client_timeout: timedelta) -> Configuration:
        """The same with another deadline for data calls; more than zero."""
        return self.with_transport_strategy(self._transport_strategy.with_client_timeout(client_timeout))

    def with_root_certificates_pem(self, root_certificates_pem_path: Path) -> Configuration:
        """The same, trusting also the certificate authorities in this PEM file."""
        grpc = self._transport_strategy.get_grpc_configuration()
        return self.with_transport_strategy(
            self._transport_strategy.with_grpc_configuration(
                grpc.with_root_certificates_pem(root_certificates_pem_path)
            )
        )

    def get_middlewares(self) -> list[Middleware]:
        """What watches requests."""
        return list(self._middlewares)

    def get_async_middlewares(self) -> list[momento_lambda.config.middleware.aio.Middleware]:
        """What watches requests of asyncio clients."""
        from momento_lambda.config.middleware.aio import Middleware as AsyncMiddleware

        return [middleware for middleware in self._middlewares if isinstance(middleware, AsyncMiddleware)]

    def get_sync_middlewares(self) -> list[momento_lambda.config.middleware.synchronous.Middleware]:
        """What watches requests of synchronous clients."""
        from momento_lambda.config.middleware.synchronous import Middleware as SyncMiddleware

        return [middleware for middleware in self._middlewares if isinstance(middleware, SyncMiddleware)]

    def with_middlewares(self, middlewares: list[Middleware]) -> Configuration:
        """The same with these middlewares instead of those it has."""
        return self._changed("_middlewares", list(middlewares))

    def add_middleware(self, middleware: Middleware) -> Configuration:
        """The same with one more middleware, after those it has."""
        return self._changed("_middlewares", [*self._middlewares, middleware])

    def get_read_concern(self) -> ReadConcern:
        """Whether reads must see the latest write."""
        from momento_lambda.config.read_concern import ReadConcern

        return self._read_concern or ReadConcern.BALANCED

    def with_read_concern(self, read_concern: ReadConcern) -> Configuration:
        """The same with another read concern."""
        return self._changed("_read_concern", read_concern)

    def get_compression_strategy(self) -> CompressionStrategy | None:
        """How values are compressed; None: not at all."""
        return self._compression_strategy

    def with_compression_strategy(self, compression_strategy: CompressionStrategy) -> Configuration:
        """The same with values compressed where a call says `compress=True`."""
        return self._changed("_compression_strategy", compression_strategy)

    def get_max_concurrent_requests(self) -> int | None:
        """How many requests may be under way at a time; None: any number."""
        return self._max_concurrent_requests

    def with_max_concurrent_requests(self, max_concurrent_requests: int) -> Configuration:
        """The same with at most so many requests under way at a time; others wait within their deadline.

        Raises:
            InvalidArgumentException: The number is not 1 or more.
        """
        if max_concurrent_requests <= 0:
            from momento_lambda.errors.exceptions import InvalidArgumentException, Service

            raise InvalidArgumentException("concurrent requests limit must be strictly positive (> 0)", Service.CACHE)
        return self._changed("_max_concurrent_requests", max_concurrent_requests)

    def get_throw_on_errors(self) -> bool:
        """Whether failures are raised."""
        return self._throw_on_errors

    def with_throw_on_errors(self, throw_on_errors: bool) -> Configuration:
        """The same with failures raised, as the exception that `Error` responses hold, or not."""
        return self._changed("_throw_on_errors", bool(throw_on_errors))

    def get_start_budget(self) -> timedelta | None:
        """How long a first call waits for token and connection; None: as the preset says, 1 s as a rule."""
        return self._start_budget

    def with_start_budget(self, start_budget: timedelta) -> Configuration:
        """The same with another time that a first call waits for token and connection together.

        Raises:
            InvalidArgumentException: It is no timedelta, or not more than zero.
        """
        if _milliseconds(start_budget, "start budget") <= 0:
            raise _invalid("start budget must be a positive amount of time.")
        return self._changed("_start_budget", start_budget)

    def get_token_ttl(self) -> timedelta | None:
        """How long a token is used before it is looked up again; None: `MOMENTO_TOKEN_TTL`, else 15 minutes."""
        return self._token_ttl

    def with_token_ttl(self, token_ttl: timedelta) -> Configuration:
        """The same with another time after which the token is looked up again; zero: never.

        Raises:
            InvalidArgumentException: It is no timedelta, or less than zero.
        """
        if _milliseconds(token_ttl, "token TTL") < 0:
            raise _invalid("token TTL must not be negative.")
        return self._changed("_token_ttl", token_ttl)

    def _for_native(self) -> tuple[str, _Transport, _Retry, str, _Compression | None, int | None, _Budgets]:
        grpc = self._transport_strategy.get_grpc_configuration()
        path: Path | None = getattr(grpc, "_root_certificates_path", None)
        sent, received = grpc.get_max_send_message_length(), grpc.get_max_receive_message_length()
        strategy = self._retry_strategy
        return (
            self._preset,
            (grpc.get_deadline(), sent, received, path),
            ("fixed_count", [_DEFAULT_ATTEMPTS]) if strategy is None else strategy._for_native(),
            "balanced" if self._read_concern is None else self._read_concern.value,
            None if self._compression_strategy is None else self._compression_strategy._for_native(),
            self._max_concurrent_requests,
            (
                None if self._start_budget is None else _milliseconds(self._start_budget, "start budget"),
                None if self._token_ttl is None else _milliseconds(self._token_ttl, "token TTL"),
            ),
        )

    def _raises(self) -> bool:
        return self._throw_on_errors

    def _hooks(self) -> tuple[ClientHooks, bool, bool, bool] | None:
        """The user's own objects to ask: for synchronous calls, for asyncio ones, about retries."""
        strategy = self._retry_strategy
        is_custom = strategy is not None and strategy._for_native()[0] == "custom"
        if not is_custom and not self._middlewares:
            return None
        from momento_lambda.hooks import ClientHooks

        hooks = ClientHooks(self.get_sync_middlewares(), self.get_async_middlewares(), strategy)
        return hooks, bool(hooks.synchronous), bool(hooks.aio), is_custom

    def _identity(self) -> tuple[object, ...]:
        strategy = self._retry_strategy
        native = self._for_native()
        own_strategy = strategy if native[2][0] == "custom" else None
        return (
            self._transport_strategy,
            self._preset,
            str(native[2:]),
            own_strategy,
            tuple(self._middlewares),
            self._throw_on_errors,
        )

    def __repr__(self) -> str:
        parts = [f"transport_strategy={self._transport_strategy!r}", f"preset={self._preset!r}"]
        for attribute in (
            "_retry_strategy",
            "_middlewares",
            "_read_concern",
            "_compression_strategy",
            "_max_concurrent_requests",
            "_throw_on_errors",
            "_start_budget",
            "_token_ttl",
        ):
            value = getattr(self, attribute)
            if value or (attribute == "_token_ttl" and value is not None):
                parts.append(f"{attribute[1:]}={value!r}")
        return f"Configuration({', '.join(parts)})"

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Configuration) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())


def _milliseconds(given: timedelta, what: str) -> float:
    from datetime import timedelta

    if not isinstance(given, timedelta):
        raise _invalid(f"{what} must be a timedelta.")
    return given.total_seconds() * 1_000


def _invalid(what: str) -> Exception:
    from momento_lambda.errors.exceptions import InvalidArgumentException, Service

    return InvalidArgumentException(what, Service.CACHE)
