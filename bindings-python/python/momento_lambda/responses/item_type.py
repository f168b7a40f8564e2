"""What an item can be."""

from __future__ import annotations

from enum import Enum


class ItemType(Enum):
    """The names and values of Node's `ItemType`."""

    SCALAR = "SCALAR"
    DICTIONARY = "DICTIONARY"
    SET = "SET"
    LIST = "LIST"
    SORTED_SET = "SORTED_SET"
