"""Caches and signing keys."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from momento_lambda.responses.cache_info import CacheInfo
    from momento_lambda.responses.signing_key import SigningKey


class Caches:
    """The account's caches."""

    __match_args__: tuple[str, ...] = ("caches",)

    def __init__(self, caches: list[CacheInfo]) -> None:
        self.caches = caches


class NewSigningKey:
    """A new signing key.

    Attributes:
        key_id: Its identity, for `revoke_signing_key`.
        endpoint: The endpoint to use it with.
        key: The key itself, a JSON Web Key: secret. `repr` does not show it.
        expires_at: When it ends, in local time.
    """

    __match_args__: tuple[str, ...] = ("key_id", "endpoint", "key", "expires_at")

    def __init__(self, key_id: str, endpoint: str, key: str, expires_at: datetime) -> None:
        self.key_id = key_id
        self.endpoint = endpoint
        self.key = key
        self.expires_at = expires_at

    def _render(self, most_characters: int, most_items: int) -> str:  # noqa: ARG002 (of Response)
        return (
            f"{type(self).__qualname__}(key_id={self.key_id!r}, endpoint={self.endpoint!r}, key='***', "
            f"expires_at={self.expires_at!r})"
        )


class SigningKeys:
    """The account's signing keys."""

    __match_args__: tuple[str, ...] = ("signing_keys",)

    def __init__(self, signing_keys: list[SigningKey]) -> None:
        self.signing_keys = signing_keys
