"""What arguments can be besides texts, bytes and numbers."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

from momento_lambda import CacheClient
from momento_lambda.errors import InvalidArgumentException, SdkException
from momento_lambda.requests import CollectionTtl, SetBatchItem, SortedSetAggregate, SortedSetSource, SortOrder
from momento_lambda.requests.collection_ttl import CollectionTtl as AtItsPlace
from momento_lambda.responses import ItemType

TTL = timedelta(seconds=5)


def test_a_collection_ttl_is_made_as_officially() -> None:
    assert AtItsPlace is CollectionTtl
    assert CollectionTtl.from_cache_ttl() == CollectionTtl(None, True) == CollectionTtl()
    assert CollectionTtl.of(TTL) == CollectionTtl(ttl=TTL, refresh_ttl=True)
    assert CollectionTtl.refresh_ttl_if_provided() == CollectionTtl(None, False)
    assert CollectionTtl.refresh_ttl_if_provided(TTL) == CollectionTtl(TTL, True)
    without = CollectionTtl.of(TTL).with_no_refresh_ttl_on_updates()
    assert (without.ttl, without.refresh_ttl) == (TTL, False)
    assert without.with_refresh_ttl_on_updates() == CollectionTtl.of(TTL)
    assert without != CollectionTtl.of(TTL)
    assert repr(without) == "CollectionTtl(ttl=datetime.timedelta(seconds=5), refresh_ttl=False)"


@pytest.mark.parametrize(
    ("ttl", "message"),
    [
        (timedelta(0), "ttl must be a positive amount of time."),
        (timedelta(seconds=-1), "ttl must be a positive amount of time."),
        (5, "ttl must be a timedelta."),
    ],
)
def test_a_collection_ttl_that_makes_no_sense_is_refused(ttl: Any, message: str) -> None:
    for make in (CollectionTtl, CollectionTtl.of, CollectionTtl.refresh_ttl_if_provided):
        with pytest.raises(InvalidArgumentException) as caught:
            make(ttl)
        assert caught.value.message == message
        assert isinstance(caught.value, SdkException)


def test_enums_have_the_official_values() -> None:
    assert {order.name: order.value for order in SortOrder} == {"ASCENDING": True, "DESCENDING": False}
    assert {each.name: each.value for each in SortedSetAggregate} == {"SUM": 0, "MIN": 1, "MAX": 2}
    assert [kind.name for kind in ItemType] == ["SCALAR", "DICTIONARY", "SET", "LIST", "SORTED_SET"]


def test_defaults_look_like_what_they_stand_for() -> None:
    by_score = inspect.signature(CacheClient.sorted_set_fetch_by_score).parameters
    assert repr(by_score["sort_order"].default) == repr(SortOrder.ASCENDING)
    union = inspect.signature(CacheClient.sorted_set_union_store).parameters
    assert repr(union["aggregate"].default) == repr(SortedSetAggregate.SUM)


def test_items_and_sources_are_equal_by_what_they_hold() -> None:
    assert SetBatchItem("k", "v", TTL) == SetBatchItem("k", "v", ttl=TTL)
    assert SetBatchItem("k", "v") != SetBatchItem("k", "w")
    assert "secret" not in repr(SetBatchItem("k", "secret"))
    assert SortedSetSource("z") == SortedSetSource("z", 1.0)
    assert repr(SortedSetSource("z", 2.0)) == "SortedSetSource(sorted_set_name='z', weight=2.0)"
