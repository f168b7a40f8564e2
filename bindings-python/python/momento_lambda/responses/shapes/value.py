"""One value."""

from __future__ import annotations

from momento_lambda.responses.mixins import ValueStringMixin


class Value(ValueStringMixin):
    """A value: `value_bytes`, or `value_string` where it is UTF-8."""

    __match_args__: tuple[str, ...] = ("value_bytes",)

    def __init__(self, value_bytes: bytes) -> None:
        self.value_bytes = value_bytes
