"""Objects that no argument should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from momento_lambda.requests import CollectionTtl, SetBatchItem, SortedSetAggregate, SortedSetSource, SortOrder


class StrangeError(Exception):
    """What strange objects raise."""


class RaisingIterable:
    """Raises when it is asked for an iterator."""

    def __iter__(self) -> Iterator[bytes]:
        raise StrangeError("no iterator")


class RaisingMidway:
    """Raises after some elements."""

    def __init__(self, elements: list[Any]) -> None:
        self.elements = elements

    def __iter__(self) -> Iterator[Any]:
        yield from self.elements
        raise StrangeError("midway")


class RaisingMapping(Mapping[Any, Any]):
    """A mapping that raises when it is read."""

    def __getitem__(self, key: Any) -> Any:
        raise StrangeError("no value")

    def __iter__(self) -> Iterator[Any]:
        yield "key"

    def __len__(self) -> int:
        return 1


class StrangeItems(dict[Any, Any]):
    """A dict whose items are not pairs."""

    def items(self) -> Any:
        return [1, (2,), "three"]


class RaisingIndex:
    """A number that raises."""

    def __index__(self) -> int:
        raise StrangeError("no number")


class WrongIndex:
    """A number that is none."""

    def __index__(self) -> Any:
        return "five"


class RaisingFloat:
    """A float that raises."""

    def __float__(self) -> float:
        raise StrangeError("no float")


class RaisingType:
    """Raises for whatever it is asked."""

    def __getattr__(self, name: str) -> Any:
        raise StrangeError(name)


class OfText(str):
    """A subclass of str."""


class OfBytes(bytes):
    """A subclass of bytes."""


class OfFloat(float):
    """A subclass of float."""


class OfTimedelta(timedelta):
    """A subclass of timedelta that says more than a time can hold."""

    days = 2**62
    microseconds = 2**62


def changed_ttl(ttl: Any, refresh: Any) -> CollectionTtl:
    """A `CollectionTtl` whose attributes have been changed."""
    made = CollectionTtl()
    made.ttl, made.refresh_ttl = ttl, refresh
    return made


def changed_item(key: Any, value: Any, ttl: Any) -> SetBatchItem:
    return SetBatchItem(key, value, ttl)


TIMES = st.one_of(
    st.timedeltas(timedelta(microseconds=1), timedelta(hours=24)),
    st.sampled_from(
        [timedelta.max, timedelta.min, timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1)]
    ),
)
NUMBERS = st.one_of(
    st.integers(),
    st.sampled_from([2**31, 2**31 - 1, -(2**31) - 1, 2**32, 2**63, 2**63 - 1, -(2**63), -(2**63) - 1, 10**400]),
    st.floats(),
    st.booleans(),
)
# No text's encoder is asked for surrogates by hypothesis itself.
TEXTS = st.one_of(st.text(max_size=20), st.sampled_from(["\ud800", "a\udfffb", "\0", " ", "", OfText("of text")]))
BYTES = st.one_of(st.binary(max_size=20), st.sampled_from([b"", b"\0\xff", OfBytes(b"of bytes")]))
FIXED = st.sampled_from(
    [
        None,
        ...,
        object(),
        int,
        bytearray(b"bytes"),
        memoryview(b"view"),
        RaisingIterable(),
        RaisingMapping(),
        StrangeItems(a=1),
        RaisingIndex(),
        WrongIndex(),
        RaisingFloat(),
        RaisingType(),
        OfFloat(1.5),
        complex(1, 2),
        range(3),
        SortOrder.DESCENDING,
        SortedSetAggregate.MAX,
        CollectionTtl.of(timedelta(seconds=5)),
        lambda: None,
    ]
)
PLAIN = st.one_of(FIXED, TEXTS, BYTES, NUMBERS, TIMES)
SEVERAL = st.lists(PLAIN, max_size=4)
HASHABLE = st.one_of(TEXTS, BYTES, st.integers(), st.none())
ANYTHING = st.one_of(
    PLAIN,
    SEVERAL,
    SEVERAL.map(tuple),
    SEVERAL.map(iter),
    SEVERAL.map(RaisingMidway),
    st.sets(HASHABLE, max_size=4),
    st.dictionaries(HASHABLE, PLAIN, max_size=4),
    st.dictionaries(HASHABLE, st.floats(), max_size=4),
    st.builds(changed_ttl, PLAIN, PLAIN),
    st.lists(st.builds(changed_item, PLAIN, PLAIN, PLAIN), max_size=3),
    st.lists(st.builds(SortedSetSource, PLAIN, PLAIN), max_size=3),
)
