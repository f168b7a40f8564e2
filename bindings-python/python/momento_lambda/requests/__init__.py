"""What arguments can be besides texts, bytes and numbers. Each class is imported when it is first asked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.requests.collection_ttl import CollectionTtl
    from momento_lambda.requests.set_batch_item import SetBatchItem
    from momento_lambda.requests.sort_order import SortOrder
    from momento_lambda.requests.sorted_set_aggregate import SortedSetAggregate
    from momento_lambda.requests.sorted_set_source import SortedSetSource

_PLACES = {
    "CollectionTtl": "momento_lambda.requests.collection_ttl",
    "SetBatchItem": "momento_lambda.requests.set_batch_item",
    "SortOrder": "momento_lambda.requests.sort_order",
    "SortedSetAggregate": "momento_lambda.requests.sorted_set_aggregate",
    "SortedSetSource": "momento_lambda.requests.sorted_set_source",
}

__all__ = ["CollectionTtl", "SetBatchItem", "SortOrder", "SortedSetAggregate", "SortedSetSource"]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import sys

    __import__(_PLACES[name])  # importlib would be one more import
    value: object = getattr(sys.modules[_PLACES[name]], name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
