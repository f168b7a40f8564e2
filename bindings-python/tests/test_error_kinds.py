"""Each failure of the service as the official SDK tells it: class, code, sentence, details."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from callers import make_caller, patient
from hooks_of_tests import faults, recorder_for
from momento_lambda import errors
from momento_lambda.errors import exceptions
from momento_lambda.grpc import Metadata, StatusCode
from momento_lambda.responses import CacheGet, CacheSortedSetPutElements, CreateSigningKey
from momento_lambda.retry import FixedCountRetryStrategy

if TYPE_CHECKING:
    from momento_lambda.errors import SdkException

CONTACT = "please contact us at support@momentohq.com"
KINDS = [
    (
        "invalid-argument",
        "InvalidArgumentException",
        "INVALID_ARGUMENT_ERROR",
        "Invalid argument passed to Momento client",
    ),
    (
        "not-found",
        "NotFoundException",
        "NOT_FOUND_ERROR",
        "A cache with the specified name does not exist. To resolve this error, make sure you have created the cache "
        "before attempting to use it",
    ),
    (
        "already-exists",
        "AlreadyExistsException",
        "ALREADY_EXISTS_ERROR",
        "A cache with the specified name already exists. To resolve this error, either delete the existing cache and "
        "make a new one, or use a different name",
    ),
    (
        "permission-denied",
        "PermissionDeniedException",
        "PERMISSION_ERROR",
        "Insufficient permissions to perform an operation on the cache",
    ),
    (
        "unauthenticated",
        "AuthenticationException",
        "AUTHENTICATION_ERROR",
        "Invalid authentication credentials to connect to cache service",
    ),
    ("resource-exhausted", "LimitExceededException", "LIMIT_EXCEEDED_ERROR", "Limit exceeded for this account"),
    (
        "failed-precondition",
        "FailedPreconditionException",
        "FAILED_PRECONDITION_ERROR",
        "System is not in a state required for the operation's execution",
    ),
    (
        "internal",
        "InternalServerException",
        "INTERNAL_SERVER_ERROR",
        f"An unexpected error occurred while trying to fulfill the request; {CONTACT}",
    ),
    (
        "aborted",
        "InternalServerException",
        "INTERNAL_SERVER_ERROR",
        f"An unexpected error occurred while trying to fulfill the request; {CONTACT}",
    ),
    (
        "data-loss",
        "InternalServerException",
        "INTERNAL_SERVER_ERROR",
        f"An unexpected error occurred while trying to fulfill the request; {CONTACT}",
    ),
    ("out-of-range", "BadRequestException", "BAD_REQUEST_ERROR", f"The request was invalid; {CONTACT}"),
    ("unimplemented", "BadRequestException", "BAD_REQUEST_ERROR", f"The request was invalid; {CONTACT}"),
    (
        "cancelled",
        "CancelledException",
        "CANCELLED_ERROR",
        f"The request was cancelled by the server; {CONTACT}",
    ),
    (
        "deadline-exceeded",
        "TimeoutException",
        "TIMEOUT_ERROR",
        "The client's configured timeout was exceeded; you may need to use a Configuration with more lenient timeouts",
    ),
    (
        "unavailable",
        "ServerUnavailableException",
        "SERVER_UNAVAILABLE",
        f"The server was unable to handle the request; consider retrying. If the error persists, {CONTACT}",
    ),
    (
        "unknown",
        "UnknownServiceException",
        "BAD_REQUEST_ERROR",
        f"Service returned an unknown response; {CONTACT}",
    ),
]


@pytest.mark.parametrize(("status", "cls", "code", "wrapper"), KINDS, ids=lambda each: str(each)[:20])
def test_a_failure_of_the_service(
    flavour: str, local_port: int, cache: str, status: str, cls: str, code: str, wrapper: str
) -> None:
    middleware, _ = recorder_for(flavour, faults(return_error=status, error_rpcs="get"))
    configuration = patient().with_retry_strategy(FixedCountRetryStrategy(max_attempts=0)).add_middleware(middleware)
    with make_caller(flavour, local_port, configuration) as caller:
        response = caller.call("get", cache_name=cache, key="key")
    assert isinstance(response, CacheGet.Error)
    exception: SdkException = response.inner_exception
    assert type(exception) is getattr(exceptions, cls)
    assert response.error_code.name == code
    assert exception.message_wrapper == wrapper
    assert response.message == f"{wrapper}: {exception.message}"
    assert exception.service is exceptions.Service.CACHE
    details = exception.transport_details
    assert details is not None
    assert details.grpc.code is StatusCode[status.replace("-", "_").upper()]
    assert details.grpc.details == exception.message
    assert isinstance(details.grpc.metadata, Metadata)
    with pytest.raises(errors.SdkException):
        raise exception


def test_an_item_of_another_type(flavour: str, local_port: int, cache: str) -> None:
    with make_caller(flavour, local_port) as caller:
        caller.call("set", cache_name=cache, key="z", value="value")
        put: Any = caller.call("sorted_set_put_elements", cache_name=cache, sorted_set_name="z", elements={"a": 1.0})
        assert isinstance(put, CacheSortedSetPutElements.Error)
        assert put.error_code is errors.MomentoErrorCode.FAILED_PRECONDITION_ERROR


def test_signing_keys_are_auth_s(flavour: str, local_port: int) -> None:
    middleware, _ = recorder_for(flavour, faults(return_error="permission-denied", error_rpcs="create-signing-key"))
    from datetime import timedelta

    with make_caller(flavour, local_port, patient().add_middleware(middleware)) as caller:
        response = caller.call("create_signing_key", ttl=timedelta(seconds=-60))
    assert isinstance(response, CreateSigningKey.Error)
    assert response.inner_exception.service is exceptions.Service.AUTH


class OtherStatusCode(Enum):
    """As grpc's own."""

    NOT_FOUND = (5, "not found")
    INTERNAL = (13, "internal")


OtherStatusCode.__name__ = "StatusCode"


def test_a_status_equals_grpc_s_own() -> None:
    assert OtherStatusCode.NOT_FOUND == StatusCode.NOT_FOUND
    assert StatusCode.NOT_FOUND == OtherStatusCode.NOT_FOUND
    assert StatusCode.NOT_FOUND != OtherStatusCode.INTERNAL
    assert StatusCode.NOT_FOUND != StatusCode.INTERNAL
    assert StatusCode.NOT_FOUND in {OtherStatusCode.NOT_FOUND}
    assert StatusCode.NOT_FOUND != (5, "not found")


def test_metadata_is_like_grpc_s() -> None:
    metadata = Metadata(("a", "1"), ("b", "2"))
    metadata.add("a", "3")
    assert metadata["a"] == "1"
    assert metadata.get("c") is None
    assert metadata.get_all("a") == ["1", "3"]
    assert list(metadata) == [("a", "1"), ("b", "2"), ("a", "3")]
    assert "b" in metadata
    assert "c" not in metadata
    assert len(metadata) == 3
    assert metadata.keys() == ["a", "b"]
    metadata["a"] = "4"
    del metadata["b"]
    metadata.set_all("c", ["5", "6"])
    assert metadata.items() == [("a", "4"), ("a", "3"), ("c", "5"), ("c", "6")]
    assert metadata.values() == ["4", "3", "5", "6"]
    assert metadata == Metadata.from_tuple(tuple(metadata))
    metadata.delete_all("a")
    with pytest.raises(KeyError):
        _ = metadata["a"]
    with pytest.raises(KeyError):
        del metadata["a"]
