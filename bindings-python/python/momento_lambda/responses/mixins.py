"""What responses of a kind have in common."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.errors.error_details import MomentoErrorCode
    from momento_lambda.errors.exceptions import SdkException


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
