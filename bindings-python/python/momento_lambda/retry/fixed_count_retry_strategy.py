"""At once, so many times."""

from __future__ import annotations

from momento_lambda.retry.default_eligibility_strategy import DefaultEligibilityStrategy, is_default
from momento_lambda.retry.retry_strategy import RetryStrategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.retry.eligibility_strategy import EligibilityStrategy
    from momento_lambda.retry.retryable_props import RetryableProps


class FixedCountRetryStrategy(RetryStrategy):
    """Repeats a request at once, up to a number of times.

    Args:
        max_attempts: How many attempts may follow the first.
        eligibility_strategy: Which requests may be repeated.
    """

    def __init__(self, *, max_attempts: int = 3, eligibility_strategy: EligibilityStrategy | None = None) -> None:
        self._max_attempts = max_attempts
        self._eligibility_strategy = eligibility_strategy or DefaultEligibilityStrategy()

    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        """At once, where the request may be repeated and has not been so often already."""
        if not self._eligibility_strategy.is_eligible_for_retry(props) or props.attempt_number > self._max_attempts:
            return None
        return 0.0

    def _for_native(self) -> tuple[str, list[float]]:
        if type(self) is FixedCountRetryStrategy and is_default(self._eligibility_strategy):
            return "fixed_count", [self._max_attempts]
        return super()._for_native()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(max_attempts={self._max_attempts!r})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._max_attempts))
