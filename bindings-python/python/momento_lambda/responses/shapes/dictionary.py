"""A dictionary's fields and values."""

from __future__ import annotations

from momento_lambda.responses.response import ValueStringMixin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.responses.data.dictionary.get_field import CacheDictionaryGetFieldResponse


class Dictionary:
    """All fields and values."""

    __match_args__: tuple[str, ...] = ("value_dictionary_bytes_bytes",)

    def __init__(self, value_dictionary_bytes_bytes: dict[bytes, bytes]) -> None:
        self.value_dictionary_bytes_bytes = value_dictionary_bytes_bytes

    @property
    def value_dictionary_bytes_string(self) -> dict[bytes, str]:
        """The values as text, by field. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {field: value.decode("utf-8") for field, value in self.value_dictionary_bytes_bytes.items()}

    @property
    def value_dictionary_string_bytes(self) -> dict[str, bytes]:
        """The values by the field as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {field.decode("utf-8"): value for field, value in self.value_dictionary_bytes_bytes.items()}

    @property
    def value_dictionary_string_string(self) -> dict[str, str]:
        """Fields and values as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {
            field.decode("utf-8"): value.decode("utf-8") for field, value in self.value_dictionary_bytes_bytes.items()
        }


class Field(ValueStringMixin):
    """A field and its value."""

    __match_args__: tuple[str, ...] = ("value_bytes", "field_bytes")

    def __init__(self, value_bytes: bytes, field_bytes: bytes) -> None:
        self.value_bytes = value_bytes
        self.field_bytes = field_bytes

    @property
    def field_string(self) -> str:
        """The field as text. Raises `UnicodeDecodeError` where it is not UTF-8."""
        return self.field_bytes.decode("utf-8")


class MissingField:
    """A field without a value.

    The official SDK does not say which, so misses of two fields are equal here too: the field stands
    in a slot, not among the attributes that count.
    """

    __slots__ = ("_field_bytes",)

    def __init__(self, field_bytes: bytes = b"") -> None:
        self._field_bytes = field_bytes

    @property
    def field_bytes(self) -> bytes:
        """The field."""
        return self._field_bytes

    @property
    def field_string(self) -> str:
        """The field as text. Raises `UnicodeDecodeError` where it is not UTF-8."""
        return self._field_bytes.decode("utf-8")


class Fields:
    """The answer for each field, in the order asked for."""

    __match_args__: tuple[str, ...] = ("responses",)

    def __init__(self, responses: list[CacheDictionaryGetFieldResponse]) -> None:
        self.responses = responses

    @property
    def value_dictionary_bytes_bytes(self) -> dict[bytes, bytes]:
        """The values that are there, by field."""
        return {hit.field_bytes: hit.value_bytes for hit in self.responses if isinstance(hit, Field)}

    @property
    def value_dictionary_bytes_string(self) -> dict[bytes, str]:
        """The values as text, by field. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {hit.field_bytes: hit.value_string for hit in self.responses if isinstance(hit, Field)}

    @property
    def value_dictionary_string_bytes(self) -> dict[str, bytes]:
        """The values by the field as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {hit.field_string: hit.value_bytes for hit in self.responses if isinstance(hit, Field)}

    @property
    def value_dictionary_string_string(self) -> dict[str, str]:
        """Fields and values as text. Raises `UnicodeDecodeError` where one is not UTF-8."""
        return {hit.field_string: hit.value_string for hit in self.responses if isinstance(hit, Field)}
