"""A sorted set's elements, scores and ranks."""

from __future__ import annotations

from momento_lambda.responses.response import ValueStringMixin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.responses.data.sorted_set.get_score import CacheSortedSetGetScoreResponse


class Elements:
    """Values and scores in order."""

    __match_args__: tuple[str, ...] = ("value_list_bytes",)

    def __init__(self, value_list_bytes: list[tuple[bytes, float]]) -> None:
        self.value_list_bytes = value_list_bytes

    @property
    def value_list_string(self) -> list[tuple[str, float]]:
        """The values as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return [(value.decode("utf-8"), score) for value, score in self.value_list_bytes]


class ElementScore(ValueStringMixin):
    """An element and its score."""

    __match_args__: tuple[str, ...] = ("value_bytes", "score")

    def __init__(self, value_bytes: bytes, score: float) -> None:
        self.value_bytes = value_bytes
        self.score = score


class MissingElement(ValueStringMixin):
    """An element that is not there."""

    __match_args__: tuple[str, ...] = ("value_bytes",)

    def __init__(self, value_bytes: bytes) -> None:
        self.value_bytes = value_bytes


class Scores:
    """The answer for each value, in the order asked for."""

    __match_args__: tuple[str, ...] = ("responses",)

    def __init__(self, responses: list[CacheSortedSetGetScoreResponse]) -> None:
        self.responses = responses

    @property
    def value_dictionary_bytes(self) -> dict[bytes, float]:
        """The scores that are there, by value."""
        return {hit.value_bytes: hit.score for hit in self.responses if isinstance(hit, ElementScore)}

    @property
    def value_dictionary_string(self) -> dict[str, float]:
        """The same by the value as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {hit.value_string: hit.score for hit in self.responses if isinstance(hit, ElementScore)}


class Rank:
    """A place in the order of scores, from 0."""

    __match_args__: tuple[str, ...] = ("rank",)

    def __init__(self, rank: int) -> None:
        self.rank = rank


class Score:
    """A score."""

    __match_args__: tuple[str, ...] = ("score",)

    def __init__(self, score: float) -> None:
        self.score = score
