"""What bad input and errors of the service look like."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from momento_lambda.errors import (
    InvalidArgumentException,
    LimitExceededException,
    MomentoErrorCode,
    NotFoundException,
    SdkException,
)
from momento_lambda.errors.error_details import GrpcStatusCode
from momento_lambda.responses import CacheGet, CacheResponse
from momento_lambda.responses.mixins import ErrorResponseMixin

if TYPE_CHECKING:
    from callers import Caller

OF_TYPE_INT = "<class 'int'>"


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        ("create_cache", {"cache_name": 5}, "Cache name must be a string"),
        ("delete_cache", {"cache_name": None}, "Cache name must be a string"),
        ("flush_cache", {"cache_name": b"c"}, "Cache name must be a string"),
        ("create_cache", {"cache_name": ""}, "Cache name must not be empty"),
        ("get", {"cache_name": "", "key": "k"}, "Cache name must not be empty"),
        ("get", {"cache_name": "c", "key": 5}, f"Unsupported type for key: {OF_TYPE_INT}"),
        ("get", {"cache_name": "c", "key": None}, "Unsupported type for key: <class 'NoneType'>"),
        ("delete", {"cache_name": "c", "key": 5}, f"Unsupported type for key: {OF_TYPE_INT}"),
        ("set", {"cache_name": "c", "key": "k", "value": 5}, f"Unsupported type for value: {OF_TYPE_INT}"),
        ("set", {"cache_name": "c", "key": "k", "value": "v", "ttl": 60}, "TTL must be a timedelta."),
        (
            "set",
            {"cache_name": "c", "key": "k", "value": "v", "ttl": timedelta(0)},
            "TTL must be a positive amount of time.",
        ),
        (
            "set",
            {"cache_name": "c", "key": "k", "value": "v", "ttl": -timedelta(microseconds=1)},
            "TTL must be a positive amount of time.",
        ),
        ("get", {"cache_name": "c", "key": "\ud800"}, "key holds a lone surrogate"),
        ("get", {"cache_name": "\ud800", "key": "k"}, "Cache name holds a lone surrogate"),
    ],
)
def test_bad_arguments_come_back_as_responses(
    caller: Caller, operation: str, arguments: dict[str, Any], message: str
) -> None:
    response = caller.call(operation, **arguments)
    assert isinstance(response, ErrorResponseMixin)
    assert response.error_code is MomentoErrorCode.INVALID_ARGUMENT_ERROR
    exception = response.inner_exception
    assert isinstance(exception, InvalidArgumentException)
    assert message.lower() in exception.message.lower()
    assert exception.message[0].isupper()
    assert exception.transport_details is None
    assert response.message == f"Invalid argument passed to Momento client: {exception.message}"
    assert str(response) == f"{type(response).__qualname__} MomentoErrorCode.INVALID_ARGUMENT_ERROR: {response.message}"


def test_an_unknown_cache(caller: Caller) -> None:
    response = caller.call("get", cache_name="there-is-none", key="k")
    assert isinstance(response, CacheGet.Error)
    assert isinstance(response, CacheResponse)
    exception = response.inner_exception
    assert isinstance(exception, NotFoundException)
    assert isinstance(exception, SdkException)
    assert response.error_code is MomentoErrorCode.NOT_FOUND_ERROR
    assert response.message.startswith("A cache with the specified name does not exist. To resolve this error, ")
    assert exception.service.value == "cache"
    details = exception.transport_details
    assert details is not None
    assert details.grpc.code is GrpcStatusCode.NOT_FOUND
    assert details.grpc.details == exception.message
    assert repr(response).startswith("CacheGet.Error(_error=NotFoundException(message=")


def test_an_item_over_the_limit(caller: Caller, cache: str) -> None:
    response = caller.call("set", cache_name=cache, key="k", value=b"x" * 5_300_000)
    assert isinstance(response, ErrorResponseMixin)
    assert isinstance(response.inner_exception, LimitExceededException)
    assert response.error_code is MomentoErrorCode.LIMIT_EXCEEDED_ERROR
    assert response.message.startswith("Request size limit exceeded for this account: ")
    assert "Success" in str(caller.call("set", cache_name=cache, key="k", value="v"))


def test_exceptions_are_copied_whole(caller: Caller) -> None:
    exception = caller.call("get", cache_name="there-is-none", key="k").inner_exception
    for copied in (copy.copy(exception), pickle.loads(pickle.dumps(exception))):  # noqa: S301
        assert type(copied) is type(exception)
        assert repr(copied) == repr(exception)
        assert copied.args == exception.args
    with pytest.raises(NotFoundException):
        raise exception


def test_codes_have_the_official_values() -> None:
    assert [code.value for code in MomentoErrorCode] == [*((number,) for number in range(1, 15)), 15, 16]


def test_codes_have_the_official_names() -> None:
    assert [code.name for code in MomentoErrorCode] == [
        "INVALID_ARGUMENT_ERROR",
        "UNKNOWN_SERVICE_ERROR",
        "ALREADY_EXISTS_ERROR",
        "NOT_FOUND_ERROR",
        "INTERNAL_SERVER_ERROR",
        "PERMISSION_ERROR",
        "AUTHENTICATION_ERROR",
        "CANCELLED_ERROR",
        "LIMIT_EXCEEDED_ERROR",
        "BAD_REQUEST_ERROR",
        "TIMEOUT_ERROR",
        "SERVER_UNAVAILABLE",
        "CLIENT_RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION_ERROR",
        "UNKNOWN_ERROR",
        "CONNECTION_ERROR",
    ]
