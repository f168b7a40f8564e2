"""Lengths of collections."""

from __future__ import annotations


class Length:
    """How many there are."""

    __match_args__: tuple[str, ...] = ("length",)

    def __init__(self, length: int) -> None:
        self.length = length


class ListLength:
    """How many values a list has after the call."""

    __match_args__: tuple[str, ...] = ("list_length",)

    def __init__(self, list_length: int) -> None:
        self.list_length = list_length
