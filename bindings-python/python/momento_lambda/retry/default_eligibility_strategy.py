"""The requests that may be repeated without doing more than one of them does."""

from __future__ import annotations

from momento_lambda.grpc import StatusCode
from momento_lambda.retry.eligibility_strategy import EligibilityStrategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.retry.retryable_props import RetryableProps

RETRYABLE_STATUS_CODES = {StatusCode.INTERNAL, StatusCode.UNAVAILABLE}

# The official list, and GetWithHash, which it forgot. A test compares it with the table of operations.
RETRYABLE_REQUEST_TYPES = {
    f"/cache_client.Scs/{rpc}"
    for rpc in (
        "Delete",
        "DictionaryDelete",
        "DictionaryFetch",
        "DictionaryGet",
        "DictionaryLength",
        "DictionarySet",
        "Get",
        "GetBatch",
        "GetWithHash",
        "ItemGetTtl",
        "ItemGetType",
        "KeysExist",
        "ListFetch",
        "ListLength",
        "ListRemove",
        "Set",
        "SetBatch",
        "SetContains",
        "SetDifference",
        "SetFetch",
        "SetLength",
        "SetSample",
        "SetUnion",
        "SortedSetFetch",
        "SortedSetGetRank",
        "SortedSetGetScore",
        "SortedSetLength",
        "SortedSetLengthByScore",
        "SortedSetPut",
        "SortedSetRemove",
    )
}


class DefaultEligibilityStrategy(EligibilityStrategy):
    """Requests that change nothing, or nothing more when repeated, after INTERNAL and UNAVAILABLE."""

    def is_eligible_for_retry(self, props: RetryableProps) -> bool:
        """Whether the request may be repeated."""
        return props.grpc_status in RETRYABLE_STATUS_CODES and props.grpc_method in RETRYABLE_REQUEST_TYPES

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


def is_default(strategy: EligibilityStrategy) -> bool:
    """Whether the native part's own rules are these: it then need not ask."""
    return type(strategy) is DefaultEligibilityStrategy
