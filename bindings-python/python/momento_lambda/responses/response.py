"""What every response offers: a `repr` that stays short, equality and a hash."""

from __future__ import annotations


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
        values = (tuple(value) if isinstance(value, list) else value for value in vars(self).values())
        return hash((type(self), *values))


def _show(value: object, most_characters: int, most_items: int) -> str:
    if isinstance(value, bytes):
        more = "..." if len(value) > most_characters else ""
        return repr(value[:most_characters] + more.encode())
    if isinstance(value, list):
        items = [_show(item, most_characters, most_items) for item in value[:most_items]]
        if len(value) > most_items:
            items.append("...")
        return f"[{', '.join(items)}]"
    return repr(value)


class CacheResponse(Response):
    """The base of the responses of data operations."""


class ControlResponse(Response):
    """The base of the responses of control operations."""
