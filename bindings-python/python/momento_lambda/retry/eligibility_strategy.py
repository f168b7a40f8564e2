"""Which requests may be repeated at all."""

from __future__ import annotations

from abc import ABC, abstractmethod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.retry.retryable_props import RetryableProps


class EligibilityStrategy(ABC):
    """Decides which requests a retry strategy considers. Subclass it for rules of one's own."""

    @abstractmethod
    def is_eligible_for_retry(self, props: RetryableProps) -> bool:
        """Whether the request may be repeated."""
