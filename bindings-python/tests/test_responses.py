"""What response objects can do by themselves."""

from __future__ import annotations

import sys

import pytest

from momento_lambda.responses import CacheGet, CacheInfo, CacheSet, ListCaches
from momento_lambda.responses.data.scalar.get import CacheGetResponse


def test_values_are_bytes_and_strict_text() -> None:
    hit = CacheGet.Hit("grüße".encode())
    assert hit.value_bytes == "grüße".encode()
    assert hit.value_string == "grüße"
    with pytest.raises(UnicodeDecodeError):
        _ = CacheGet.Hit(b"\xff").value_string


def test_responses_are_equal_by_what_they_hold() -> None:
    assert CacheGet.Hit(b"a") == CacheGet.Hit(b"a")
    assert CacheGet.Hit(b"a") != CacheGet.Hit(b"b")
    assert CacheGet.Miss() == CacheGet.Miss()
    assert CacheGet.Miss() != CacheSet.Success()
    assert len({CacheGet.Hit(b"a"), CacheGet.Hit(b"a"), CacheGet.Miss()}) == 2
    assert hash(ListCaches.Success([CacheInfo("a")])) == hash(ListCaches.Success([CacheInfo("a")]))


def test_shown_values_are_cut() -> None:
    assert str(CacheGet.Miss()) == "CacheGet.Miss()"
    assert str(CacheGet.Hit(b"v")) == "CacheGet.Hit(value_bytes=b'v')"
    assert str(CacheGet.Hit(b"x" * 33)) == f"CacheGet.Hit(value_bytes=b'{'x' * 32}...')"
    assert repr(CacheGet.Hit(b"x" * 512)).count("x") == 512
    assert repr(CacheGet.Hit(b"x" * 513)) == f"CacheGet.Hit(value_bytes=b'{'x' * 512}...')"
    caches = ListCaches.Success([CacheInfo(str(number)) for number in range(7)])
    assert str(caches).endswith("CacheInfo(name='4'), ...])")
    assert repr(caches).endswith("CacheInfo(name='6')])")


def test_classes_can_be_told_apart() -> None:
    assert isinstance(CacheGet.Hit(b""), CacheGetResponse)
    assert issubclass(CacheGet.Error, CacheGetResponse)
    assert CacheGet.Hit.__qualname__ == "CacheGet.Hit"
    assert CacheGet.Hit.__match_args__ == ("value_bytes",)
    assert CacheGet.Miss.__match_args__ == ()


@pytest.mark.skipif(sys.version_info < (3, 10), reason="match came with Python 3.10")
def test_match() -> None:
    source = """
match response:
    case CacheGet.Hit(value_bytes=value):
        found = value
    case CacheGet.Miss():
        found = None
"""
    for response, expected in [(CacheGet.Hit(b"v"), b"v"), (CacheGet.Miss(), None)]:
        names: dict[str, object] = {"CacheGet": CacheGet, "response": response}
        exec(source, names)  # noqa: S102  # the syntax is beyond the oldest Python that runs this file
        assert names["found"] == expected
