"""When a failed request is followed by another."""

from momento_lambda.retry.default_eligibility_strategy import DefaultEligibilityStrategy
from momento_lambda.retry.eligibility_strategy import EligibilityStrategy
from momento_lambda.retry.exponential_backoff_retry_strategy import ExponentialBackoffRetryStrategy
from momento_lambda.retry.fixed_count_retry_strategy import FixedCountRetryStrategy
from momento_lambda.retry.fixed_timeout_retry_strategy import FixedTimeoutRetryStrategy
from momento_lambda.retry.retry_strategy import RetryStrategy
from momento_lambda.retry.retryable_props import RetryableProps

__all__ = [
    "DefaultEligibilityStrategy",
    "EligibilityStrategy",
    "ExponentialBackoffRetryStrategy",
    "FixedCountRetryStrategy",
    "FixedTimeoutRetryStrategy",
    "RetryStrategy",
    "RetryableProps",
]
