"""What every retry strategy does."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from momento_lambda.retry.retryable_props import RetryableProps


class RetryStrategy(ABC):
    """Decides about a request that failed. Subclass it for a strategy of one's own.

    One that raises ends the call with an `UNKNOWN_ERROR` that says so.
    """

    @abstractmethod
    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        """The pause before the next attempt, in seconds; None: there is none."""

    def calculate_retry_deadline(self, overall_deadline: datetime) -> float | None:  # noqa: ARG002 (for subclasses)
        """How long an attempt after the first may take, in milliseconds; None: as long as the call.

        Asked once, when the client is made.
        """
        return None

    def _for_native(self) -> tuple[str, list[float]]:
        """The native strategy's name and numbers; "custom" is asked."""
        if type(self).calculate_retry_deadline is RetryStrategy.calculate_retry_deadline:
            return "custom", []
        from datetime import datetime

        timeout = self.calculate_retry_deadline(datetime.max)
        return "custom", [] if timeout is None else [timeout]
