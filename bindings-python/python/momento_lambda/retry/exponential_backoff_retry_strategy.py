"""At a pace that slows down, until the deadline. From Node."""

from __future__ import annotations

import random

from momento_lambda.retry.default_eligibility_strategy import DefaultEligibilityStrategy, is_default
from momento_lambda.retry.retry_strategy import RetryStrategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.retry.eligibility_strategy import EligibilityStrategy
    from momento_lambda.retry.retryable_props import RetryableProps


class ExponentialBackoffRetryStrategy(RetryStrategy):
    """Repeats a request until the client's deadline, after pauses that grow and vary.

    Args:
        initial_delay_millis: The first pause.
        growth_factor: What a pause is multiplied by to make the next.
        max_backoff_millis: The longest pause, before it is varied.
        eligibility_strategy: Which requests may be repeated.
    """

    def __init__(
        self,
        *,
        initial_delay_millis: float = 0.5,
        growth_factor: float = 2,
        max_backoff_millis: float = 8,
        eligibility_strategy: EligibilityStrategy | None = None,
    ) -> None:
        self._initial_delay_millis = initial_delay_millis
        self._growth_factor = growth_factor
        self._max_backoff_millis = max_backoff_millis
        self._eligibility_strategy = eligibility_strategy or DefaultEligibilityStrategy()

    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        """After a pause between the attempt's own and three times the one before."""
        if not self._eligibility_strategy.is_eligible_for_retry(props):
            return None
        base = self._grown(props.attempt_number - 1)
        most = max(3 * self._grown(max(props.attempt_number - 2, 0)), base)
        return random.uniform(base, most) / 1000.0  # noqa: S311 (no secret)

    def _grown(self, steps: int) -> float:
        try:
            return min(self._initial_delay_millis * self._growth_factor**steps, self._max_backoff_millis)
        except OverflowError:
            return self._max_backoff_millis

    def _for_native(self) -> tuple[str, list[float]]:
        if type(self) is ExponentialBackoffRetryStrategy and is_default(self._eligibility_strategy):
            return "exponential_backoff", [
                self._initial_delay_millis,
                self._growth_factor,
                self._max_backoff_millis,
            ]
        return super()._for_native()

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(initial_delay_millis={self._initial_delay_millis!r}, "
            f"growth_factor={self._growth_factor!r}, max_backoff_millis={self._max_backoff_millis!r})"
        )

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._initial_delay_millis, self._growth_factor, self._max_backoff_millis))
