"""An item for `set_batch`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta


class SetBatchItem:
    """An item for `set_batch`.

    Args:
        key: Its key.
        value: Its value.
        ttl: How long it lives; as the call says where None.
    """

    __match_args__ = ("key", "value", "ttl")

    def __init__(self, key: str | bytes, value: str | bytes, ttl: timedelta | None = None) -> None:
        self.key = key
        self.value = value
        self.ttl = ttl

    def __repr__(self) -> str:
        return f"SetBatchItem(key={self.key!r}, ttl={self.ttl!r})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # its attributes may change
