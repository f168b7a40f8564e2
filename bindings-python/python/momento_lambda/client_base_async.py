"""How an asyncio client is made, awaited and closed. Apart from client_base, as few processes have both clients."""

from __future__ import annotations

from momento_lambda import _native
from momento_lambda.client_base import ClientBase, connection_timeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Future
    from datetime import timedelta
    from types import TracebackType
    from typing import ClassVar, TypeVar

    from momento_lambda._native import NativeClient
    from momento_lambda.auth.credential_provider import CredentialProvider
    from momento_lambda.config.configuration import Configuration

    T = TypeVar("T")
    AsyncSelf = TypeVar("AsyncSelf", bound="ClientAsync")


class ClientAsync(ClientBase):
    """How an asyncio client is made and closed."""

    __slots__ = ()
    _open: ClassVar[dict[NativeClient, ClientBase]] = {}
    _wants_worker = True

    @classmethod
    async def create(
        cls: type[AsyncSelf],
        configuration: Configuration,
        credential_provider: CredentialProvider,
        default_ttl: timedelta,
        eager_connection_timeout: timedelta | None = None,
    ) -> AsyncSelf:
        """A client of its own that is connected already.

        Args:
            configuration: As in the constructor.
            credential_provider: As in the constructor.
            default_ttl: As in the constructor.
            eager_connection_timeout: How long to wait for the connection, 30 s where left out; zero
                does not connect.

        Raises:
            InvalidArgumentException: An argument can't be used.
            ConnectionException: There was no connection in time.
            ValueError: The time-out is negative.
        """
        client = cls(configuration, credential_provider, default_ttl)
        timeout = connection_timeout(eager_connection_timeout)
        if timeout:
            await ended(_native.connect_async(client._native, timeout))
        return client

    async def __aenter__(self: AsyncSelf) -> AsyncSelf:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()


async def ended(future: Future[T]) -> T:
    """What a call answers; a call whose task is cancelled is given up."""
    try:
        return await future
    except BaseException:
        _native.give_up(future)
        raise
