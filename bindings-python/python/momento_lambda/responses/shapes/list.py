"""A list's values."""

from __future__ import annotations


class ValueList:
    """Values in order."""

    __match_args__: tuple[str, ...] = ("value_list_bytes",)

    def __init__(self, value_list_bytes: list[bytes]) -> None:
        self.value_list_bytes = value_list_bytes

    @property
    def value_list_string(self) -> list[str]:
        """The values as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return [value.decode("utf-8") for value in self.value_list_bytes]
