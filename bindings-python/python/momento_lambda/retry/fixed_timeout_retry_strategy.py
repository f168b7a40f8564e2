"""At a fixed pace, until the deadline."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from momento_lambda.grpc import StatusCode
from momento_lambda.retry.default_eligibility_strategy import DefaultEligibilityStrategy, is_default
from momento_lambda.retry.retry_strategy import RetryStrategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.retry.eligibility_strategy import EligibilityStrategy
    from momento_lambda.retry.retryable_props import RetryableProps


class FixedTimeoutRetryStrategy(RetryStrategy):
    """Repeats a request until the client's deadline; each attempt after the first has a time-out of its own.

    Args:
        retry_timeout_millis: How long an attempt after the first may take; then it is repeated too.
        retry_delay_interval_millis: The pause before an attempt, a tenth more or less.
        eligibility_strategy: Which requests may be repeated.
    """

    def __init__(
        self,
        *,
        retry_timeout_millis: int,
        retry_delay_interval_millis: int,
        eligibility_strategy: EligibilityStrategy | None = None,
    ) -> None:
        self._retry_timeout_millis = retry_timeout_millis
        self._retry_delay_interval_millis = retry_delay_interval_millis
        self._eligibility_strategy = eligibility_strategy or DefaultEligibilityStrategy()

    def determine_when_to_retry(self, props: RetryableProps) -> float | None:
        """After the pause, where the request may be repeated or an attempt's own time-out is over."""
        if props.overall_deadline is None:
            return None
        timed_out = props.grpc_status == StatusCode.DEADLINE_EXCEEDED and props.overall_deadline > datetime.now()
        if not timed_out and not self._eligibility_strategy.is_eligible_for_retry(props):
            return None
        return self.get_jitter_in_millis(props)

    def get_jitter_in_millis(self, props: RetryableProps) -> float:  # noqa: ARG002 (the official signature)
        """The pause in seconds; the name is the official one."""
        return self.add_jitter(self._retry_delay_interval_millis) / 1000.0

    def add_jitter(self, base_delay: int) -> int:
        """A tenth more or less, so that clients that failed together do not come back together."""
        return int((0.2 * random.random() + 0.9) * base_delay)  # noqa: S311 (no secret)

    def calculate_retry_deadline(self, overall_deadline: datetime) -> float | None:
        """How long an attempt after the first may take, in milliseconds."""
        left = overall_deadline - datetime.now()
        if left < timedelta(milliseconds=self._retry_timeout_millis):
            return left.total_seconds() * 1000
        return self._retry_timeout_millis

    def _for_native(self) -> tuple[str, list[float]]:
        if type(self) is FixedTimeoutRetryStrategy and is_default(self._eligibility_strategy):
            return "fixed_timeout", [self._retry_timeout_millis, self._retry_delay_interval_millis]
        return super()._for_native()

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(retry_timeout_millis={self._retry_timeout_millis!r}, "
            f"retry_delay_interval_millis={self._retry_delay_interval_millis!r})"
        )

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._retry_timeout_millis, self._retry_delay_interval_millis))
