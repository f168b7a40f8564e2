"""The order of a sorted set's elements."""

from __future__ import annotations

from enum import Enum


class SortOrder(Enum):
    """By score, the lowest or the highest first. The values are the official SDK's."""

    ASCENDING = True
    DESCENDING = False
