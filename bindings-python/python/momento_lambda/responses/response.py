"""What responses are made of: what every one offers, a short `repr`, equality and a hash; an error; a value.

The two last stand here because nearly every function needs them, and each module costs a cold start 0.2 ms.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.errors.error_details import MomentoErrorCode
    from momento_lambda.errors.exceptions import SdkException


class Response:
    """The base of all responses."""

    __match_args__: tuple[str, ...] = ()

    def _render(self, most_characters: int, most_items: int) -> str:
        from momento_lambda.responses.rendering import shown

        parts = ", ".join(f"{name}={shown(value, most_characters, most_items)}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({parts})"

    def __repr__(self) -> str:
        return self._render(512, 1024)

    def __str__(self) -> str:
        return self._render(32, 5)

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), *map(_hashable, vars(self).values())))


def _hashable(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return frozenset(value.items())
    return frozenset(value) if isinstance(value, set) else value


class CacheResponse(Response):
    """The base of the responses of data operations."""


class ControlResponse(Response):
    """The base of the responses of control operations."""


class ValueStringMixin:
    """For responses that carry one value."""

    value_bytes: bytes

    @property
    def value_string(self) -> str:
        """The value as text. Raises `UnicodeDecodeError` where it is not UTF-8."""
        return self.value_bytes.decode("utf-8")


class ErrorResponseMixin:
    """For responses that say what went wrong."""

    _error: SdkException

    def __init__(self, _error: SdkException) -> None:
        self._error = _error

    @property
    def inner_exception(self) -> SdkException:
        """The exception, to raise or to look into."""
        return self._error

    @property
    def error_code(self) -> MomentoErrorCode:
        """What kind of failure it was."""
        return self._error.error_code

    @property
    def message(self) -> str:
        """The sentence for this kind of failure, and what happened."""
        return f"{self._error.message_wrapper}: {self._error.message}"

    def __str__(self) -> str:
        return f"{type(self).__qualname__} {self.error_code}: {self.message}"


class Value(ValueStringMixin):
    """A value: `value_bytes`, or `value_string` where it is UTF-8."""

    __match_args__: tuple[str, ...] = ("value_bytes",)

    def __init__(self, value_bytes: bytes) -> None:
        self.value_bytes = value_bytes
