"""From the native part's errors to exceptions. The native part imports this at its first error."""

from __future__ import annotations

import sys

from momento_lambda.errors import exceptions
from momento_lambda.errors.error_details import MomentoErrorTransportDetails, MomentoGrpcErrorDetails
from momento_lambda.errors.exceptions import LimitExceededMessageWrapper, SdkException, Service
from momento_lambda.grpc import Metadata, status_code

_CLASSES = {cls._code.name: cls for cls in exceptions._OfOneKind.__subclasses__()}
# Two classes have one code.
_CLASSES["BAD_REQUEST_ERROR"] = exceptions.BadRequestException
_CLASSES["UNKNOWN_SERVICE_ERROR"] = exceptions.UnknownServiceException

# From the names of the core's `Limit`.
_LIMITS = {
    "topic_subscriptions": LimitExceededMessageWrapper.TOPIC_SUBSCRIPTIONS_LIMIT_EXCEEDED,
    "operations_rate": LimitExceededMessageWrapper.OPERATIONS_RATE_LIMIT_EXCEEDED,
    "throughput": LimitExceededMessageWrapper.THROUGHPUT_LIMIT_EXCEEDED,
    "request_size": LimitExceededMessageWrapper.REQUEST_SIZE_LIMIT_EXCEEDED,
    "item_size": LimitExceededMessageWrapper.ITEM_SIZE_LIMIT_EXCEEDED,
    "element_size": LimitExceededMessageWrapper.ELEMENTS_SIZE_LIMIT_EXCEEDED,
}


def exception(
    code: str,
    details: str,
    limit: str,
    grpc: tuple[int, str, list[tuple[str, str]]] | None,
    service: str = "cache",
    response: str | None = None,
) -> SdkException:
    """The exception for a native error: its code's name, details, limit's name and gRPC part.

    `response` is what a failed call answers with; without it, the exception is no call's.
    """
    transport_details = None
    if grpc is not None:
        status, said, metadata = grpc
        transport_details = MomentoErrorTransportDetails(
            MomentoGrpcErrorDetails(status_code(status), said, Metadata(*metadata))
        )
    cls = _CLASSES.get(code, exceptions.UnknownException)
    made = cls(details, Service(service), transport_details)
    if limit in _LIMITS:
        made.message_wrapper = _LIMITS[limit].value
    # A program without logging has nobody to tell, and should not pay for its import.
    if response is not None and "logging" in sys.modules:
        from momento_lambda.logs import logger

        logger.warning("%s failed with exception: %s", response, made)
    return made
