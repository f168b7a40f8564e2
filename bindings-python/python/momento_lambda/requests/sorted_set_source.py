"""A sorted set that goes into a union."""

from __future__ import annotations


class SortedSetSource:
    """A sorted set for `sorted_set_union_store`.

    Args:
        sorted_set_name: Its name.
        weight: What its scores are multiplied by.
    """

    __match_args__ = ("sorted_set_name", "weight")

    def __init__(self, sorted_set_name: str, weight: float = 1.0) -> None:
        self.sorted_set_name = sorted_set_name
        self.weight = weight

    def __repr__(self) -> str:
        return f"SortedSetSource(sorted_set_name={self.sorted_set_name!r}, weight={self.weight!r})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its attributes may change
