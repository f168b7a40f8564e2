"""What every response offers: a `repr` that stays short, equality and a hash."""

from __future__ import annotations

from itertools import islice


class Response:
    """The base of all responses."""

    __match_args__: tuple[str, ...] = ()

    def _render(self, most_characters: int, most_items: int) -> str:
        parts = ", ".join(f"{name}={_show(value, most_characters, most_items)}" for name, value in vars(self).items())
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


def _show(value: object, most_characters: int, most_items: int) -> str:
    """What `repr` gives, cut: texts to so many characters, collections to so many items."""
    if isinstance(value, bytes):
        more = "..." if len(value) > most_characters else ""
        return repr(value[:most_characters] + more.encode())
    if isinstance(value, str):
        more = "..." if len(value) > most_characters else ""
        return repr(value[:most_characters] + more)
    if isinstance(value, Response):
        return value._render(most_characters, most_items)
    if isinstance(value, (list, set, dict)) and value:
        before, after = ("[", "]") if isinstance(value, list) else ("{", "}")
        if isinstance(value, dict):
            pairs = islice(value.items(), most_items)
            shown = [": ".join(_show(part, most_characters, most_items) for part in pair) for pair in pairs]
        else:
            shown = [_show(item, most_characters, most_items) for item in islice(value, most_items)]
        if len(value) > most_items:
            shown.append("...")
        return f"{before}{', '.join(shown)}{after}"
    if isinstance(value, tuple):
        return f"({', '.join(_show(item, most_characters, most_items) for item in value)})"
    return repr(value)


class CacheResponse(Response):
    """The base of the responses of data operations."""


class ControlResponse(Response):
    """The base of the responses of control operations."""
