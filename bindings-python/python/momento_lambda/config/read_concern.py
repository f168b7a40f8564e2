"""Whether reads must see the latest write. From Node."""

from __future__ import annotations

from enum import Enum


class ReadConcern(Enum):
    """What a read may miss. The values are Node's."""

    BALANCED = "balanced"
    """Fast; a read may not see a write that has just been made."""
    CONSISTENT = "consistent"
    """A read sees the latest write, at a cost."""
