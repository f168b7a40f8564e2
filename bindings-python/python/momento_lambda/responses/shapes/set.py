"""A set's elements, and which of some it has."""

from __future__ import annotations


class ValueSet:
    """Elements in no order."""

    __match_args__: tuple[str, ...] = ("value_set_bytes",)

    def __init__(self, value_set_bytes: set[bytes]) -> None:
        self.value_set_bytes = value_set_bytes

    @property
    def value_set_string(self) -> set[str]:
        """The elements as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {element.decode("utf-8") for element in self.value_set_bytes}


class Contains:
    """Whether the set has the element."""

    __match_args__: tuple[str, ...] = ("contains_element",)

    def __init__(self, contains_element: bool) -> None:
        self.contains_element = contains_element


class ContainsAll:
    """Whether the set has each element, in the order asked for."""

    __match_args__: tuple[str, ...] = ("contains_elements", "elements_bytes")

    def __init__(self, contains_elements: list[bool], elements_bytes: list[bytes]) -> None:
        self.contains_elements = contains_elements
        self.elements_bytes = elements_bytes

    @property
    def value_dictionary_bytes(self) -> dict[bytes, bool]:
        """Whether the set has it, by element."""
        return dict(zip(self.elements_bytes, self.contains_elements))

    @property
    def value_dictionary_string(self) -> dict[str, bool]:
        """The same by the element as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {element.decode("utf-8"): is_in for element, is_in in self.value_dictionary_bytes.items()}
