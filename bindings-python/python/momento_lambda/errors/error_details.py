"""What an error says besides its message."""

from __future__ import annotations

from enum import Enum

from momento_lambda.grpc import Metadata
from momento_lambda.grpc import StatusCode as GrpcStatusCode

__all__ = ["GrpcStatusCode", "MomentoErrorCode", "MomentoErrorTransportDetails", "MomentoGrpcErrorDetails"]


class MomentoErrorCode(Enum):
    """What kind of failure it was. Names and values are the official ones, tuples among them."""

    INVALID_ARGUMENT_ERROR = (1,)
    """An argument can't be used."""
    UNKNOWN_SERVICE_ERROR = (2,)
    """The service answered with something unknown."""
    ALREADY_EXISTS_ERROR = (3,)
    """What was to be created exists."""
    NOT_FOUND_ERROR = (4,)
    """There is no such cache."""
    INTERNAL_SERVER_ERROR = (5,)
    """The service failed."""
    PERMISSION_ERROR = (6,)
    """The token does not allow this."""
    AUTHENTICATION_ERROR = (7,)
    """The token is not accepted, or none could be had."""
    CANCELLED_ERROR = (8,)
    """The call was given up."""
    LIMIT_EXCEEDED_ERROR = (9,)
    """A limit of the account or of the service was met."""
    BAD_REQUEST_ERROR = (10,)
    """The request made no sense to the service."""
    TIMEOUT_ERROR = (11,)
    """No answer in time."""
    SERVER_UNAVAILABLE = (12,)
    """The service can't be reached or can't answer now."""
    CLIENT_RESOURCE_EXHAUSTED = (13,)
    """A limit of this process was met."""
    FAILED_PRECONDITION_ERROR = (14,)
    """The state of the item does not allow the operation."""
    UNKNOWN_ERROR = 15
    """Anything else."""
    CONNECTION_ERROR = 16
    """An eager connect failed."""


class _Details:
    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({parts})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # the metadata may change


class MomentoGrpcErrorDetails(_Details):
    """What the service said: status, message and metadata of the reply."""

    def __init__(self, code: GrpcStatusCode, details: str, metadata: Metadata | None = None) -> None:
        self.code = code
        self.details = details
        self.metadata = metadata


class MomentoErrorTransportDetails(_Details):
    """What came over the wire."""

    def __init__(self, grpc: MomentoGrpcErrorDetails) -> None:
        self.grpc = grpc
