"""What the two clients have besides operations: how they are made, shared and closed.

The classes with the operations are generated on top of these; what is asyncio's is in client_base_async.
"""

from __future__ import annotations

import os

from momento_lambda import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta
    from types import TracebackType
    from typing import ClassVar, TypeVar

    from momento_lambda._native import NativeClient
    from momento_lambda.auth.credential_provider import CredentialProvider
    from momento_lambda.config.configuration import Configuration

    Self = TypeVar("Self", bound="ClientBase")
    SyncSelf = TypeVar("SyncSelf", bound="ClientSync")


# Nobody else pays for the hooks of snapshots.
if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start":
    from momento_lambda.snapshots import register

    register()


class ClientBase:
    __slots__ = ("__weakref__", "_is_shared", "_native")

    _native: NativeClient
    _is_shared: bool
    # Each flavour has its own: the object for each shared native client.
    _open: ClassVar[dict[NativeClient, ClientBase]]
    # asyncio leaves nobody to drive the connection between calls.
    _wants_worker: ClassVar[bool]

    def __init__(
        self, configuration: Configuration, credential_provider: CredentialProvider, default_ttl: timedelta
    ) -> None:
        """A client of its own. Connects with the first operation.

        Args:
            configuration: How it behaves, such as `Configurations.Lambda.latest()`.
            credential_provider: Token and endpoints.
            default_ttl: How long an item lives where `set` does not say; more than zero.

        Raises:
            InvalidArgumentException: An argument can't be used.
        """
        self._native = _native.open(credential_provider, configuration, default_ttl)
        self._is_shared = False

    @classmethod
    def _shared_for(cls: type[Self], native: NativeClient) -> Self:
        client = cls._open.get(native)
        if client is None:
            made = cls.__new__(cls)
            made._native = native
            made._is_shared = True
            # Atomic: of two threads that get here at a time, both go on with the same object.
            client = cls._open.setdefault(native, made)
            if client is made:
                _native.start(native, cls._wants_worker)
        assert isinstance(client, cls)
        return client

    def counters(self) -> dict[str, int]:
        """What this client has done so far: look-ups, connections, what had to be repeated, and more.

        Each name is explained in docs/counters.md. Counted since the client was made; clients for the
        same arguments of `get_momento_client` count together.

        Example:
            counted = client.counters()
            print(counted["look_ups"], counted["connections"])
        """
        return _native.counters(self._native)

    def close(self) -> None:
        """Lets go of the connection.

        Calls that are at the service get their replies. One that is not sent yet may answer with
        `FAILED_PRECONDITION_ERROR`; later ones do.

        A client that `get_momento_client` gave is closed for all who hold it, in the other flavour
        too; the next call of `get_momento_client` makes a new one.
        """
        try:
            _native.close(self._native)  # may run a middleware's own close
        finally:
            for flavour in ClientBase.__subclasses__():
                flavour._open.pop(self._native, None)

    def _leave(self) -> None:
        # The shared client stays for the next invocation.
        if not self._is_shared:
            self.close()


class ClientSync(ClientBase):
    """How a synchronous client is made and closed."""

    __slots__ = ()
    _open: ClassVar[dict[NativeClient, ClientBase]] = {}
    _wants_worker = False

    @classmethod
    def create(
        cls: type[SyncSelf],
        configuration: Configuration,
        credential_provider: CredentialProvider,
        default_ttl: timedelta,
        eager_connection_timeout: timedelta | None = None,
    ) -> SyncSelf:
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
            _native.connect(client._native, timeout)
        return client

    def __enter__(self: SyncSelf) -> SyncSelf:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()


def connection_timeout(given: timedelta | None) -> timedelta:
    from datetime import timedelta

    timeout = timedelta(seconds=30) if given is None else given
    if timeout < timedelta(0):
        raise ValueError("The eager connection timeout must be greater than or equal to 0 seconds.")
    return timeout
