"""A cache in the response of `list_caches`."""

from __future__ import annotations


class _Record:
    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({parts})"

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(vars(self).values()))


class CacheLimits(_Record):
    """Limits of a cache."""

    def __init__(
        self,
        max_traffic_rate: int = 0,
        max_throughput_kbps: int = 0,
        max_item_size_kb: int = 0,
        max_ttl_seconds: int = 0,
    ) -> None:
        self.max_traffic_rate = max_traffic_rate
        """Requests a second."""
        self.max_throughput_kbps = max_throughput_kbps
        """KiB a second."""
        self.max_item_size_kb = max_item_size_kb
        """KiB of one item."""
        self.max_ttl_seconds = max_ttl_seconds
        """Seconds that an item can live."""


class TopicLimits(_Record):
    """Limits of a cache's topics."""

    def __init__(
        self, max_publish_rate: int = 0, max_subscription_count: int = 0, max_publish_message_size_kb: int = 0
    ) -> None:
        self.max_publish_rate = max_publish_rate
        """Messages a second."""
        self.max_subscription_count = max_subscription_count
        """Subscriptions at a time."""
        self.max_publish_message_size_kb = max_publish_message_size_kb
        """KiB of one message."""


class CacheInfo:
    """A cache: its name and, beyond the official SDK, its identity and limits.

    Two are equal when their names are, as in the official SDK.
    """

    __match_args__ = ("name",)

    def __init__(
        self,
        name: str,
        cache_id: str = "",
        cache_limits: CacheLimits | None = None,
        topic_limits: TopicLimits | None = None,
    ) -> None:
        self.name = name
        self.cache_id = cache_id
        self.cache_limits = cache_limits or CacheLimits()
        self.topic_limits = topic_limits or TopicLimits()

    @classmethod
    def _from_native(
        cls, name: str, cache_id: str, cache_limits: tuple[int, int, int, int], topic_limits: tuple[int, int, int]
    ) -> CacheInfo:
        return cls(name, cache_id, CacheLimits(*cache_limits), TopicLimits(*topic_limits))

    def __repr__(self) -> str:
        return f"CacheInfo(name={self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, CacheInfo) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)
