"""What middlewares see of a request and its reply.

The official SDK shows gRPC and protobuf objects. These offer what middlewares use of them: a
message's name and bytes, a status that equals grpc's own.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.grpc import StatusCode

CONNECTION_ID_KEY = "connectionID"


class _Record:
    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its attributes may change


class GrpcMessage:
    """A message of Momento's protocol, encoded. Its class has the message's name, `_GetRequest`."""

    def __init__(self, encoded: bytes) -> None:
        self._encoded = encoded

    def SerializeToString(self) -> bytes:  # noqa: N802 (protobuf's name)
        """The message in protobuf's encoding."""
        return self._encoded

    def ByteSize(self) -> int:  # noqa: N802 (protobuf's name)
        """The length of the encoded message."""
        return len(self._encoded)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(<{len(self._encoded)} bytes>)"


_CLASSES: dict[str, type[GrpcMessage]] = {}


def message(name: str, encoded: bytes) -> GrpcMessage:
    """A message of this name."""
    cls = _CLASSES.get(name)
    if cls is None:
        cls = _CLASSES[name] = type(name, (GrpcMessage,), {})
    return cls(encoded)


class MiddlewareMessage(_Record):
    """A request's or a reply's message."""

    def __init__(self, grpc_message: GrpcMessage) -> None:
        self.grpc_message = grpc_message

    @property
    def message_length(self) -> int:
        """The length of the encoded message, in bytes."""
        return len(self.grpc_message.SerializeToString())

    @property
    def constructor_name(self) -> str:
        """The message's name, `_GetRequest`."""
        return type(self.grpc_message).__name__


class MiddlewareStatus(_Record):
    """How a request ended."""

    def __init__(self, grpc_status: StatusCode) -> None:
        self.grpc_status = grpc_status


class MiddlewareRequestHandlerContext(_Record):
    """What there is to know before a request: the connection's identity, `connectionID`."""

    def __init__(self, context: dict[str, str]) -> None:
        self.context = context
