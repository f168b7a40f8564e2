//! Caches as `list_caches` tells them.

/// A cache and its limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CacheInfo {
    /// Its name.
    pub name: String,
    /// Its identity, which a cache of the same name created later does not share.
    pub cache_id: String,
    /// Limits of the cache.
    pub cache_limits: CacheLimits,
    /// Limits of its topics.
    pub topic_limits: TopicLimits,
}

/// Limits of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheLimits {
    /// Requests a second.
    pub max_traffic_rate: u32,
    /// KiB a second.
    pub max_throughput_kbps: u32,
    /// KiB of one item.
    pub max_item_size_kb: u32,
    /// Seconds that an item can live.
    pub max_ttl_seconds: u64,
}

/// Limits of a cache's topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicLimits {
    /// Messages a second.
    pub max_publish_rate: u32,
    /// Subscriptions at a time.
    pub max_subscription_count: u32,
    /// KiB of one message.
    pub max_publish_message_size_kb: u32,
}
