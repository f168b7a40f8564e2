"""A signing key as a list of them tells it: without the key."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


class SigningKey:
    """A signing key: its identity, when it ends (in local time), and the endpoint to use it with."""

    __match_args__ = ("key_id", "expires_at", "endpoint")

    def __init__(self, key_id: str, expires_at: datetime, endpoint: str) -> None:
        self.key_id = key_id
        self.expires_at = expires_at
        self.endpoint = endpoint

    def __repr__(self) -> str:
        return f"SigningKey(key_id={self.key_id!r}, expires_at={self.expires_at!r}, endpoint={self.endpoint!r})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if isinstance(other, SigningKey) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.key_id, self.expires_at, self.endpoint))
