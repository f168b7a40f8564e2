"""What every response offers: a `repr` that stays short, equality and a hash."""

from __future__ import annotations


class Response:
    """The base of all responses."""

    __match_args__: tuple[str, ...] = ()

    def _render(self, most_characters: int, most_items: int) -> str:
        from momento_lambda.responses.rendering import shown

        parts = ", ".join(f"{name}={shown(value, most_characters, most_items)}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({parts})"

    def __repr__(self) -> str:
        return self._render(512, 1024)

    def __str__(self) -> str:
        return self._render(32, 5)

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *map(_hashable, vars(self).values())))


def _hashable(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return frozenset(value.items())
    return frozenset(value) if isinstance(value, set) else value


class CacheResponse(Response):
    """The base of the responses of data operations."""


class ControlResponse(Response):
    """The base of the responses of control operations."""
