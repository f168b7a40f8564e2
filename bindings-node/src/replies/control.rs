//! Caches and signing keys as JavaScript gets them.

use momento_lambda_core::operation::{CacheInfo, ListedSigningKey, SigningKey};
use napi_derive::napi;

/// A cache and its limits, with the official SDK's names.
#[napi(object, object_from_js = false)]
pub struct NativeCacheInfo {
    /// Its name.
    pub name: String,
    /// Limits of the cache.
    pub cache_limits: NativeCacheLimits,
    /// Limits of its topics.
    pub topic_limits: NativeTopicLimits,
}

/// Limits of a cache.
#[napi(object, object_from_js = false)]
#[expect(clippy::struct_field_names, reason = "the official names")]
pub struct NativeCacheLimits {
    /// Requests a second.
    pub max_traffic_rate: u32,
    /// KiB a second.
    pub max_throughput_kbps: u32,
    /// KiB of one item.
    pub max_item_size_kb: u32,
    /// Seconds that an item can live.
    pub max_ttl_seconds: u32,
}

/// Limits of a cache's topics.
#[napi(object, object_from_js = false)]
#[expect(clippy::struct_field_names, reason = "the official names")]
pub struct NativeTopicLimits {
    /// Messages a second.
    pub max_publish_rate: u32,
    /// Subscriptions at a time.
    pub max_subscription_count: u32,
    /// KiB of one message.
    pub max_publish_message_size_kb: u32,
}

/// A signing key.
#[napi(object, object_from_js = false)]
pub struct NativeSigningKey {
    /// Its identity.
    pub key_id: String,
    /// The endpoint to use it with.
    pub endpoint: String,
    /// The key itself: secret. A list does not tell it.
    pub key: Option<String>,
    /// When it ends, in seconds since 1970.
    pub expires_at: f64,
}

impl From<CacheInfo> for NativeCacheInfo {
    fn from(cache: CacheInfo) -> Self {
        let (limits, topics) = (cache.cache_limits, cache.topic_limits);
        Self {
            name: cache.name,
            cache_limits: NativeCacheLimits {
                max_traffic_rate: limits.max_traffic_rate,
                max_throughput_kbps: limits.max_throughput_kbps,
                max_item_size_kb: limits.max_item_size_kb,
                max_ttl_seconds: u32::try_from(limits.max_ttl_seconds).unwrap_or(u32::MAX),
            },
            topic_limits: NativeTopicLimits {
                max_publish_rate: topics.max_publish_rate,
                max_subscription_count: topics.max_subscription_count,
                max_publish_message_size_kb: topics.max_publish_message_size_kb,
            },
        }
    }
}

impl From<SigningKey> for NativeSigningKey {
    fn from(key: SigningKey) -> Self {
        Self {
            key_id: key.key_id,
            endpoint: key.endpoint,
            key: Some(key.key),
            expires_at: super::number(key.expires_at),
        }
    }
}

impl From<ListedSigningKey> for NativeSigningKey {
    fn from(key: ListedSigningKey) -> Self {
        Self {
            key_id: key.key_id,
            endpoint: key.endpoint,
            key: None,
            expires_at: super::number(key.expires_at),
        }
    }
}
