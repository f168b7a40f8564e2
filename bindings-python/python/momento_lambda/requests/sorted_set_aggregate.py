"""How scores become one."""

from __future__ import annotations

from enum import Enum


class SortedSetAggregate(Enum):
    """What becomes of the scores that an element has in several sorted sets. The values are Node's."""

    SUM = 0
    MIN = 1
    MAX = 2
