"""What responses of each shape hold, show and can be matched by, without a server."""

from __future__ import annotations

import importlib
import sys
from datetime import datetime, timedelta
from typing import Any

import pytest

from momento_lambda import responses
from momento_lambda.responses import (
    CacheDictionaryFetch,
    CacheDictionaryGetField,
    CacheDictionaryGetFields,
    CacheGet,
    CacheGetBatch,
    CacheGetWithHash,
    CacheItemGetTtl,
    CacheItemGetType,
    CacheKeysExist,
    CacheListFetch,
    CacheSetBatch,
    CacheSetContainsElements,
    CacheSetFetch,
    CacheSetIfAbsent,
    CacheSetWithHash,
    CacheSortedSetFetch,
    CacheSortedSetGetScore,
    CacheSortedSetGetScores,
    CreateSigningKey,
    ItemType,
    ListSigningKeys,
    SigningKey,
)
from vector_arguments import OPERATIONS

NAMESPACES = sorted({operation["response"] for operation in OPERATIONS.values()})
SAMPLES: dict[str, Any] = {
    "bytes": b"value",
    "list": [b"a", b"b"],
    "set": {b"a"},
    "dict": {b"f": b"v"},
}


def variants(name: str) -> dict[str, Any]:
    namespace = getattr(responses, name)
    return {key: value for key, value in vars(namespace).items() if isinstance(value, type)}


@pytest.mark.parametrize("name", NAMESPACES)
def test_every_variant_is_of_its_kind(name: str) -> None:
    base = getattr(responses, f"{name}Response")
    found = variants(name)
    assert "Error" in found
    assert len(found) >= 2
    for variant, cls in found.items():
        assert issubclass(cls, base)
        assert issubclass(cls, responses.Response)
        assert cls.__qualname__ == f"{name}.{variant}"
        assert cls.__doc__
        assert importlib.import_module(cls.__module__)


@pytest.mark.parametrize("name", NAMESPACES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_variant_is_equal_hashed_shown_and_matched(name: str, sample: str) -> None:
    for variant, cls in variants(name).items():
        if variant == "Error":
            continue
        held = [SAMPLES[sample]] * len(cls.__match_args__)
        one, other = cls(*held), cls(*held)
        assert one == other
        assert hash(one) == hash(other)
        assert str(one).startswith(f"{name}.{variant}(")
        assert repr(one).startswith(f"{name}.{variant}(")
        assert [getattr(one, argument) for argument in cls.__match_args__] == held
        if held:
            assert one != cls(*[b"another"] * len(held)) or name.endswith("GetField")


def test_a_missing_field_is_told_but_does_not_count() -> None:
    assert CacheDictionaryGetField.Miss() == CacheDictionaryGetField.Miss(b"field")
    assert CacheDictionaryGetField.Miss(b"field").field_string == "field"
    assert CacheDictionaryGetField.Miss().field_bytes == b""


def test_dictionaries() -> None:
    fetched = CacheDictionaryFetch.Hit({b"f": b"v"})
    assert fetched.value_dictionary_bytes_bytes == {b"f": b"v"}
    assert fetched.value_dictionary_string_bytes == {"f": b"v"}
    assert fetched.value_dictionary_bytes_string == {b"f": "v"}
    assert fetched.value_dictionary_string_string == {"f": "v"}
    some = CacheDictionaryGetFields.Hit([CacheDictionaryGetField.Hit(b"v", b"f"), CacheDictionaryGetField.Miss(b"g")])
    assert some.value_dictionary_bytes_bytes == {b"f": b"v"}
    assert some.value_dictionary_bytes_string == {b"f": "v"}
    assert some.value_dictionary_string_bytes == {"f": b"v"}
    assert some.value_dictionary_string_string == {"f": "v"}
    with pytest.raises(UnicodeDecodeError):
        _ = CacheDictionaryFetch.Hit({b"\xff": b"v"}).value_dictionary_string_bytes


def test_batches() -> None:
    got = CacheGetBatch.Success([CacheGet.Hit(b"v"), CacheGet.Miss()], [b"k", b"l"])
    assert got.results is got.responses
    assert got.value_dictionary_bytes_bytes == {b"k": b"v"}
    assert got.value_dictionary_string_string == {"k": "v"}
    assert got.value_dictionary_bytes_string == {b"k": "v"}
    assert got.value_dictionary_string_bytes == {"k": b"v"}
    stored = CacheSetBatch.Success([responses.CacheSet.Success()])
    assert stored.results is stored.responses
    assert str(got) == "CacheGetBatch.Success(responses=[CacheGet.Hit(value_bytes=b'v'), CacheGet.Miss()], " + (
        "keys_bytes=[b'k', b'l'])"
    )


def test_sets_lists_and_sorted_sets() -> None:
    assert CacheSetFetch.Hit({b"a"}).value_set_string == {"a"}
    assert CacheListFetch.Hit([b"a"]).value_list_string == ["a"]
    assert CacheSortedSetFetch.Hit([(b"a", 1.5)]).value_list_string == [("a", 1.5)]
    scores = CacheSortedSetGetScores.Hit([CacheSortedSetGetScore.Hit(b"a", 1.5), CacheSortedSetGetScore.Miss(b"b")])
    assert scores.value_dictionary_bytes == {b"a": 1.5}
    assert scores.value_dictionary_string == {"a": 1.5}
    assert CacheSortedSetGetScore.Miss(b"b").value_string == "b"
    contains = CacheSetContainsElements.Hit([True, False], [b"a", b"b"])
    assert contains.value_dictionary_bytes == {b"a": True, b"b": False}
    assert contains.value_dictionary_string == {"a": True, "b": False}
    exist = CacheKeysExist.Success([True], [b"k"])
    assert exist.value_dictionary_string == {"k": True}


def test_hashes_times_and_types() -> None:
    hashed = CacheGetWithHash.Hit(b"v", b"h")
    assert (hashed.value_string, hashed.hash_bytes, hashed.hash_string) == ("v", b"h", "h")
    assert CacheSetWithHash.Stored(b"h").hash_string == "h"
    assert CacheItemGetTtl.Hit(timedelta(days=2, milliseconds=1.5)).remaining_ttl_millis == 172_800_001
    assert CacheItemGetType.Hit(ItemType.LIST).item_type is ItemType.LIST
    assert CacheSetIfAbsent.Stored() != CacheSetIfAbsent.NotStored()


def test_shown_collections_are_cut() -> None:
    assert str(CacheListFetch.Hit([b"x" * 40] * 6)) == (
        f"CacheListFetch.Hit(value_list_bytes=[{', '.join([repr(b'x' * 32 + b'...')] * 5)}, ...])"
    )
    assert str(CacheSetFetch.Hit({b"a"})) == "CacheSetFetch.Hit(value_set_bytes={b'a'})"
    assert str(CacheDictionaryFetch.Hit({b"f": b"v"})) == (
        "CacheDictionaryFetch.Hit(value_dictionary_bytes_bytes={b'f': b'v'})"
    )
    many = {str(number).encode(): b"v" for number in range(6)}
    assert str(CacheDictionaryFetch.Hit(many)).endswith("b'4': b'v', ...})")
    assert str(CacheSortedSetFetch.Hit([(b"a", 1.0)])) == "CacheSortedSetFetch.Hit(value_list_bytes=[(b'a', 1.0)])"
    assert str(CacheListFetch.Hit([])) == "CacheListFetch.Hit(value_list_bytes=[])"


def test_a_signing_key_is_not_shown() -> None:
    key = CreateSigningKey.Success("id", "endpoint", '{"k": "CANARY"}', datetime(2026, 1, 2))
    for shown in (str(key), repr(key), f"{key}", str([key])):
        assert "CANARY" not in shown
        assert "key_id='id'" in shown
    assert key.key == '{"k": "CANARY"}'
    listed = ListSigningKeys.Success([SigningKey("id", datetime(2026, 1, 2), "endpoint")])
    assert listed == ListSigningKeys.Success([SigningKey("id", datetime(2026, 1, 2), "endpoint")])
    assert "key_id='id'" in str(listed)
    assert len({SigningKey("id", datetime(2026, 1, 2), "e"), SigningKey("id", datetime(2026, 1, 2), "e")}) == 1


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match came with Python 3.10")
def test_match_by_place() -> None:
    source = """
match response:
    case CacheSortedSetGetScore.Hit(value, score):
        found = value, score
    case CacheSortedSetGetScore.Miss(value):
        found = value
    case CacheSetFetch.Hit(elements):
        found = elements
"""
    for response, expected in [
        (CacheSortedSetGetScore.Hit(b"a", 1.0), (b"a", 1.0)),
        (CacheSortedSetGetScore.Miss(b"b"), b"b"),
        (CacheSetFetch.Hit({b"c"}), {b"c"}),
    ]:
        names: dict[str, object] = {"response": response}
        names.update(CacheSortedSetGetScore=CacheSortedSetGetScore, CacheSetFetch=CacheSetFetch)
        exec(source, names)  # noqa: S102  # the syntax is beyond the oldest Python that runs this file
        assert names["found"] == expected
