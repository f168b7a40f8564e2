"""From the native part's errors to exceptions. The native part imports this at its first error."""

from __future__ import annotations

from momento_lambda.errors import exceptions
from momento_lambda.errors.error_details import (
    GrpcStatusCode,
    MomentoErrorTransportDetails,
    MomentoGrpcErrorDetails,
)
from momento_lambda.errors.exceptions import LimitExceededMessageWrapper, SdkException, Service

_CLASSES = {cls._code.name: cls for cls in exceptions._OfOneKind.__subclasses__()}
_STATUS_CODES = {code.value[0]: code for code in GrpcStatusCode}

# From the names of the core's `Limit`.
_LIMITS = {
    "topic_subscriptions": LimitExceededMessageWrapper.TOPIC_SUBSCRIPTIONS_LIMIT_EXCEEDED,
    "operations_rate": LimitExceededMessageWrapper.OPERATIONS_RATE_LIMIT_EXCEEDED,
    "throughput": LimitExceededMessageWrapper.THROUGHPUT_RATE_LIMIT_EXCEEDED,
    "request_size": LimitExceededMessageWrapper.REQUEST_SIZE_LIMIT_EXCEEDED,
    "item_size": LimitExceededMessageWrapper.ITEM_SIZE_LIMIT_EXCEEDED,
    "element_size": LimitExceededMessageWrapper.ELEMENT_SIZE_LIMIT_EXCEEDED,
}


def exception(code: str, details: str, limit: str, grpc: tuple[int, str, list[tuple[str, str]]] | None) -> SdkException:
    """The exception for a native error: its code's name, details, limit's name and gRPC part."""
    transport_details = None
    if grpc is not None:
        status, said, metadata = grpc
        transport_details = MomentoErrorTransportDetails(
            MomentoGrpcErrorDetails(_STATUS_CODES.get(status, GrpcStatusCode.UNKNOWN), said, dict(metadata))
        )
    cls = _CLASSES.get(code, exceptions.UnknownException)
    made = cls(details, Service.CACHE, transport_details)
    if limit in _LIMITS:
        made.message_wrapper = _LIMITS[limit].value
    return made
