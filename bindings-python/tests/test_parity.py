"""The clients have the operations of the table, tests/parity, with its arguments and defaults."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import momento_lambda.responses
from momento_lambda import CacheClient, CacheClientAsync
from momento_lambda.requests import CollectionTtl
from momento_lambda.retry.default_eligibility_strategy import RETRYABLE_REQUEST_TYPES
from vector_arguments import OPERATIONS

TABLE = list(OPERATIONS.values())
NOT_OPERATIONS = {"close", "counters", "create"}
KEYWORD_ONLY = {"collection_ttl", "size", "flag"}


def default_of(argument: Any) -> Any:
    """What an argument is where it is left out."""
    if argument["kind"] == "collection_ttl":
        return CollectionTtl.from_cache_ttl()
    written = argument.get("default")
    if written is not None:
        return {"1": 1, "1.0": 1.0, "ascending": "ASCENDING", "sum": "SUM"}[written]
    return None if argument["optional"] else inspect.Parameter.empty


@pytest.mark.parametrize("operation", TABLE, ids=lambda operation: operation["name"])
@pytest.mark.parametrize("client", [CacheClient, CacheClientAsync])
def test_an_operation_of_the_table_is_in_the_client(client: type, operation: dict[str, Any]) -> None:
    method = getattr(client, operation["name"])
    assert inspect.iscoroutinefunction(method) == (client is CacheClientAsync)
    found = list(inspect.signature(method).parameters.values())[1:]
    assert [parameter.name for parameter in found] == [argument["name"] for argument in operation["arguments"]]
    for parameter, argument in zip(found, operation["arguments"]):
        default = parameter.default
        assert getattr(default, "name", default) == default_of(argument), argument["name"]
        assert (parameter.kind is parameter.KEYWORD_ONLY) == (argument["kind"] in KEYWORD_ONLY)
    assert hasattr(momento_lambda.responses, operation["response"])
    assert operation["doc"].split()[0] in (method.__doc__ or "")


@pytest.mark.parametrize("client", [CacheClient, CacheClientAsync])
def test_the_client_has_nothing_that_the_table_has_not(client: type) -> None:
    found = {name for name in dir(client) if not name.startswith("_")}
    assert found == {operation["name"] for operation in TABLE} | NOT_OPERATIONS


def test_the_default_eligibility_is_the_table_s() -> None:
    repeatable = {
        "/cache_client.Scs/" + "".join(word.capitalize() for word in operation["rpc"].split("-"))
        for operation in TABLE
        if operation["idempotent"] and operation["service"] == "data"
    }
    assert repeatable == RETRYABLE_REQUEST_TYPES
