"""The official texts about arguments of the wrong type, collection by collection."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from momento_lambda.errors import MomentoErrorCode
from strange_arguments import OfTimedelta

if TYPE_CHECKING:
    from callers import Caller

INT = "<class 'int'>"
NONE = "<class 'NoneType'>"
LIST = "<class 'list'>"
BOOL = "<class 'bool'>"
CONVERT = "Could not convert the given type to bytes: "
UNSUPPORTED = "Unsupported type for "

LISTS = [
    ("list_push_back", {"list_name": 5, "value": "v"}, "List name must be a string"),
    ("list_push_back", {"list_name": "", "value": "v"}, "List name must not be empty"),
    ("list_push_back", {"list_name": "l", "value": 5}, f"{UNSUPPORTED}value: {INT}"),
    ("list_concatenate_back", {"list_name": "l", "values": 5}, f"{UNSUPPORTED}values: {INT}"),
    ("list_concatenate_front", {"list_name": "l", "values": [5]}, f"{CONVERT}{INT}"),
    ("list_remove_value", {"list_name": "l", "value": None}, f"{UNSUPPORTED}value: {NONE}"),
]
SETS = [
    ("set_add_element", {"set_name": "s", "element": 5}, f"{CONVERT}{INT}"),
    ("set_remove_element", {"set_name": "s", "element": 5}, f"{CONVERT}{INT}"),
    ("set_add_elements", {"set_name": "s", "elements": 5}, f"{UNSUPPORTED}elements: {INT}"),
    ("set_fetch", {"set_name": ""}, "Set name must not be empty"),
]
DICTIONARIES = [
    ("dictionary_fetch", {"dictionary_name": None}, "Dictionary name must be a string"),
    ("dictionary_get_field", {"dictionary_name": "d", "field": 5}, f"{CONVERT}{INT}"),
    ("dictionary_get_fields", {"dictionary_name": "d", "fields": 5}, f"{UNSUPPORTED}fields: {INT}"),
    ("dictionary_set_field", {"dictionary_name": "d", "field": "f", "value": 5}, f"{CONVERT}{INT}"),
    ("dictionary_set_fields", {"dictionary_name": "d", "items": [("f", "v")]}, f"{UNSUPPORTED}items: {LIST}"),
    ("dictionary_set_fields", {"dictionary_name": "d", "items": {"f": 5}}, f"{CONVERT}{INT}"),
    ("dictionary_increment", {"dictionary_name": "d", "field": 5}, f"{UNSUPPORTED}field: {INT}"),
]
FLOAT = "score must be a float. Given type: "
Z = {"sorted_set_name": "z"}
SORTED_SETS = [
    ("sorted_set_fetch_by_rank", {"sorted_set_name": ""}, "Sorted set name must not be empty"),
    ("sorted_set_put_element", {**Z, "value": 5, "score": 1.0}, f"{CONVERT}{INT}"),
    ("sorted_set_put_element", {**Z, "value": "v", "score": 1}, f"{FLOAT}{INT}"),
    ("sorted_set_put_elements", {**Z, "elements": {"v": True}}, f"{FLOAT}{BOOL}"),
    ("sorted_set_put_elements", {**Z, "elements": ["v"]}, f"{UNSUPPORTED}sorted set elements: {LIST}"),
    ("sorted_set_increment_score", {**Z, "value": "v", "score": None}, f"{FLOAT}{NONE}"),
    ("sorted_set_get_rank", {**Z, "value": 5}, f"{UNSUPPORTED}sorted set value: {INT}"),
    ("sorted_set_get_score", {**Z, "value": 5}, f"{CONVERT}{INT}"),
    ("sorted_set_get_scores", {**Z, "values": 5}, f"{UNSUPPORTED}sorted set values: {INT}"),
]
# Where the official SDK has no text of its own, or no such argument.
OWN = [
    ("get_batch", {"keys": 5}, f"{UNSUPPORTED}keys: {INT}"),
    ("set_batch", {"items": 5}, f"{UNSUPPORTED}items: {INT}"),
    ("set_batch", {"items": [5]}, f"items must be SetBatchItems or a mapping. Given type: {INT}"),
    (
        "set_add_element",
        {"set_name": "s", "element": "e", "ttl": timedelta(seconds=5)},
        "TTL must be a CollectionTtl. Given type: <class 'datetime.timedelta'>",
    ),
    ("increment", {"key": "k", "amount": "1"}, "amount must be an int. Given type: <class 'str'>"),
    ("increment", {"key": "k", "amount": 2**63}, "amount must be at most 9223372036854775807"),
    ("set_sample", {"set_name": "s", "limit": -1}, "limit must be non-negative (>= 0)"),
    ("set_pop", {"set_name": "s", "count": -(2**80)}, "count must be positive (> 0)"),
    (
        "list_push_back",
        {"list_name": "l", "value": "v", "truncate_front_to_size": -1},
        "truncate_front_to_size must be non-negative (>= 0)",
    ),
    ("sorted_set_fetch_by_rank", {**Z, "sort_order": True}, f"sort_order must be a SortOrder. Given type: {BOOL}"),
    ("sorted_set_fetch_by_score", {**Z, "min_score": "1"}, "min_score must be a float. Given type: <class 'str'>"),
    ("set", {"key": "k", "value": "v", "ttl": OfTimedelta(1)}, "TTL must be a positive amount of time."),
    ("get", {"key": "k", "decompress": 1}, f"decompress must be a bool. Given type: {INT}"),
    ("sorted_set_union_store", {**Z, "sources": ["z"]}, "sources must be SortedSetSources. Given type: <class 'str'>"),
]


@pytest.mark.parametrize(("operation", "arguments", "message"), LISTS + SETS + DICTIONARIES + SORTED_SETS + OWN)
def test_a_type_that_is_not_taken(
    caller: Caller, cache: str, operation: str, arguments: dict[str, Any], message: str
) -> None:
    response = caller.call(operation, cache_name=cache, **arguments)
    assert response.error_code is MomentoErrorCode.INVALID_ARGUMENT_ERROR, response
    assert response.inner_exception.message == message
