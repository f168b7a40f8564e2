"""The transport's settings, and the one strategy there is."""

from __future__ import annotations

from datetime import timedelta

from momento_lambda import _native
from momento_lambda.config.transport.grpc_configuration import GrpcConfiguration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GrpcConfiguration", "StaticGrpcConfiguration", "StaticTransportStrategy", "TransportStrategy"]


class StaticGrpcConfiguration(GrpcConfiguration):
    """Settings that never change; each `with_` method gives a copy that differs in that point only.

    Args:
        deadline: How long a data call may take; more than zero.
        root_certificates_pem: A PEM file of authorities to trust besides the compiled-in ones; its
            path, where the official SDK takes its content.
        max_send_message_length: In bytes; left out, 10,486,000.
        max_receive_message_length: In bytes; left out, 10,486,000.
        keepalive_permit_without_calls: Kept and told, no more: a frozen function can send no
            keepalives, so this client finds out in another way whether its connection lives.
        keepalive_time: The same.
        keepalive_timeout: The same.
    """

    def __init__(
        self,
        deadline: timedelta,
        root_certificates_pem: Path | None = None,
        max_send_message_length: int | None = None,
        max_receive_message_length: int | None = None,
        keepalive_permit_without_calls: bool | None = True,
        keepalive_time: timedelta | None = timedelta(milliseconds=5000),
        keepalive_timeout: timedelta | None = timedelta(milliseconds=1000),
    ) -> None:
        if isinstance(root_certificates_pem, bytes):
            raise TypeError("root_certificates_pem must be the path of a PEM file, not its content")
        _, largest = _native.preset("lambda")
        self._deadline = deadline
        self._root_certificates_path = root_certificates_pem
        self._max_send_message_length = largest if max_send_message_length is None else max_send_message_length
        self._max_receive_message_length = largest if max_receive_message_length is None else max_receive_message_length
        self._keepalive_permit_without_calls = keepalive_permit_without_calls
        self._keepalive_time = keepalive_time
        self._keepalive_timeout = keepalive_timeout

    def get_deadline(self) -> timedelta:
        """How long a data call may take."""
        return self._deadline

    def with_deadline(self, deadline: timedelta) -> StaticGrpcConfiguration:
        """The same with another deadline.

        Raises:
            InvalidArgumentException: It is no timedelta, or not more than zero.
        """
        _check_timeout(deadline)
        changed = self._copy()
        changed._deadline = deadline
        return changed

    def get_root_certificates_pem(self) -> bytes | None:
        """The further certificate authorities to trust, in PEM, read from their file."""
        path = self._root_certificates_path
        return None if path is None else path.read_bytes()

    def with_root_certificates_pem(self, root_certificates_pem_path: Path) -> StaticGrpcConfiguration:
        """The same, trusting also the authorities in this PEM file."""
        changed = self._copy()
        changed._root_certificates_path = root_certificates_pem_path
        return changed

    def get_max_send_message_length(self) -> int:
        """The largest message sent, in bytes."""
        return self._max_send_message_length

    def get_max_receive_message_length(self) -> int:
        """The largest message received, in bytes."""
        return self._max_receive_message_length

    def get_keepalive_permit_without_calls(self) -> int | None:
        """Whether the official SDK would send keepalives without calls: 1, 0 or None."""
        permit = self._keepalive_permit_without_calls
        return None if permit is None else int(permit)

    def get_keepalive_time(self) -> timedelta | None:
        """The official SDK's pause between keepalives."""
        return self._keepalive_time

    def get_keepalive_timeout(self) -> timedelta | None:
        """How long the official SDK would wait for a keepalive's answer."""
        return self._keepalive_timeout

    def _copy(self) -> StaticGrpcConfiguration:
        copy = StaticGrpcConfiguration.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        return copy

    def __repr__(self) -> str:
        settings = ", ".join(f"{name[1:]}={value!r}" for name, value in vars(self).items())
        return f"StaticGrpcConfiguration({settings})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StaticGrpcConfiguration):
            return NotImplemented
        return vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))


def _check_timeout(timeout: object) -> None:
    if isinstance(timeout, timedelta):
        if timeout > timedelta(0):
            return
        what = "Request timeout must be a positive amount of time."
    else:
        what = "Request timeout must be a timedelta."
    from momento_lambda.errors.exceptions import InvalidArgumentException, Service

    raise InvalidArgumentException(what, Service.CACHE)


class TransportStrategy:
    """Where the settings come from. The one implementation is `StaticTransportStrategy`."""

    def get_grpc_configuration(self) -> GrpcConfiguration:
        """The settings."""
        raise NotImplementedError

    def with_grpc_configuration(self, grpc_configuration: GrpcConfiguration) -> TransportStrategy:
        """The same with other settings."""
        raise NotImplementedError

    def with_client_timeout(self, client_timeout: timedelta) -> TransportStrategy:
        """The same with another deadline for data calls."""
        raise NotImplementedError


class StaticTransportStrategy(TransportStrategy):
    """Settings that never change."""

    def __init__(self, grpc_configuration: GrpcConfiguration) -> None:
        self._grpc_configuration = grpc_configuration

    def get_grpc_configuration(self) -> GrpcConfiguration:
        """The settings."""
        return self._grpc_configuration

    def with_grpc_configuration(self, grpc_configuration: GrpcConfiguration) -> StaticTransportStrategy:
        """The same with other settings."""
        return StaticTransportStrategy(grpc_configuration)

    def with_client_timeout(self, client_timeout: timedelta) -> StaticTransportStrategy:
        """The same with another deadline for data calls."""
        return StaticTransportStrategy(self._grpc_configuration.with_deadline(client_timeout))

    def __repr__(self) -> str:
        return f"StaticTransportStrategy(grpc_configuration={self._grpc_configuration!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StaticTransportStrategy):
            return NotImplemented
        return self._grpc_configuration == other._grpc_configuration

    def __hash__(self) -> int:
        return hash(self._grpc_configuration)
