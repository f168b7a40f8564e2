"""What both clients share."""

from __future__ import annotations

DEFAULT_EAGER_CONNECTION_TIMEOUT_SECONDS = 30


def str_to_bytes(string: str) -> bytes:
    """The text in UTF-8."""
    return string.encode("utf-8")
