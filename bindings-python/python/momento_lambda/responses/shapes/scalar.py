"""What operations on plain items tell besides a value."""

from __future__ import annotations

from momento_lambda.responses.response import Value, ValueStringMixin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import timedelta

    from momento_lambda.responses.data.scalar.get import CacheGetResponse
    from momento_lambda.responses.data.scalar.set import CacheSetResponse
    from momento_lambda.responses.item_type import ItemType


class Hash:
    """A value's hash: opaque bytes, equal for equal values."""

    __match_args__: tuple[str, ...] = ("hash_bytes",)

    def __init__(self, hash_bytes: bytes) -> None:
        self.hash_bytes = hash_bytes

    @property
    def hash_string(self) -> str:
        """The hash as text. Raises `UnicodeDecodeError` where it is not UTF-8, as hashes may well be."""
        return self.hash_bytes.decode("utf-8")


class HashedValue(ValueStringMixin):
    """A value and its hash."""

    __match_args__: tuple[str, ...] = ("value_bytes", "hash_bytes")

    def __init__(self, value_bytes: bytes, hash_bytes: bytes) -> None:
        self.value_bytes = value_bytes
        self.hash_bytes = hash_bytes

    @property
    def hash_string(self) -> str:
        """The hash as text. Raises `UnicodeDecodeError` where it is not UTF-8, as hashes may well be."""
        return self.hash_bytes.decode("utf-8")


class Values:
    """The answer for each key, in the order asked for."""

    __match_args__: tuple[str, ...] = ("responses", "keys_bytes")

    def __init__(self, responses: list[CacheGetResponse], keys_bytes: list[bytes]) -> None:
        self.responses = responses
        self.keys_bytes = keys_bytes

    @property
    def results(self) -> list[CacheGetResponse]:
        """The same as `responses`, by Node's name."""
        return self.responses

    @property
    def value_dictionary_bytes_bytes(self) -> dict[bytes, bytes]:
        """The values that are there, by key."""
        pairs = zip(self.keys_bytes, self.responses)
        return {key: hit.value_bytes for key, hit in pairs if isinstance(hit, Value)}

    @property
    def value_dictionary_bytes_string(self) -> dict[bytes, str]:
        """The values as text, by key. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {key: value.decode("utf-8") for key, value in self.value_dictionary_bytes_bytes.items()}

    @property
    def value_dictionary_string_bytes(self) -> dict[str, bytes]:
        """The values by the key as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {key.decode("utf-8"): value for key, value in self.value_dictionary_bytes_bytes.items()}

    @property
    def value_dictionary_string_string(self) -> dict[str, str]:
        """Keys and values as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {key.decode("utf-8"): value.decode("utf-8") for key, value in self.value_dictionary_bytes_bytes.items()}


class Results:
    """The answer for each item, in the order of the items."""

    __match_args__: tuple[str, ...] = ("responses",)

    def __init__(self, responses: list[CacheSetResponse]) -> None:
        self.responses = responses

    @property
    def results(self) -> list[CacheSetResponse]:
        """The same as `responses`, by Node's name."""
        return self.responses


class Integer:
    """A whole number."""

    __match_args__: tuple[str, ...] = ("value",)

    def __init__(self, value: int) -> None:
        self.value = value


class Exists:
    """Whether there is such an item."""

    __match_args__: tuple[str, ...] = ("exists",)

    def __init__(self, exists: bool) -> None:
        self.exists = exists


class AllExist:
    """Whether there is such an item, for each key in the order asked for."""

    __match_args__: tuple[str, ...] = ("exists", "keys_bytes")

    def __init__(self, exists: list[bool], keys_bytes: list[bytes]) -> None:
        self.exists = exists
        self.keys_bytes = keys_bytes

    @property
    def value_dictionary_bytes(self) -> dict[bytes, bool]:
        """Whether it is there, by key."""
        return dict(zip(self.keys_bytes, self.exists))

    @property
    def value_dictionary_string(self) -> dict[str, bool]:
        """The same by the key as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {key.decode("utf-8"): exists for key, exists in self.value_dictionary_bytes.items()}


class RemainingTtl:
    """The time that an item has left."""

    __match_args__: tuple[str, ...] = ("remaining_ttl",)

    def __init__(self, remaining_ttl: timedelta) -> None:
        self.remaining_ttl = remaining_ttl

    @property
    def remaining_ttl_millis(self) -> int:
        """The same in milliseconds."""
        ttl = self.remaining_ttl
        return (ttl.days * 86_400 + ttl.seconds) * 1000 + ttl.microseconds // 1000


class TypeOfItem:
    """What an item is."""

    __match_args__: tuple[str, ...] = ("item_type",)

    def __init__(self, item_type: ItemType) -> None:
        self.item_type = item_type
