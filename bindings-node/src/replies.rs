//! Finished calls on their way to JavaScript: one converter per shape of reply.
//!
//! A batch is one flat array, three elements per call: ticket, kind, payload. An object per call
//! would cost a property look-up per field on both sides.

use crate::errors::NativeError;
use momento_lambda_core::bridge::Completion;
use momento_lambda_core::operation::{CacheInfo, Reply};
use momento_lambda_core::{Error, ErrorCode};
use napi::bindgen_prelude::{Array, Uint8ArraySlice};
use napi::{Env, Result};
use napi_derive::napi;

/// Elements per call.
pub const STRIDE: u32 = 3;

/// Values from here on are handed over; smaller ones are copied, which is cheaper than keeping
/// track of them.
const HANDED_OVER: usize = 64 * 1024;

/// The kinds, as in `lib/replies.ts`.
mod kind {
    pub const ERROR: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ALREADY_EXISTS: u32 = 2;
    pub const HIT: u32 = 3;
    pub const MISS: u32 = 4;
    pub const CACHES: u32 = 5;
}

/// Writes one finished call at `index`.
pub fn write(env: Env, batch: &mut Array<'_>, index: u32, completion: Completion) -> Result<()> {
    // Tickets come from JavaScript as 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "a ticket was a u32 before")]
    batch.set(index, completion.ticket as u32)?;
    let (kind_at, payload_at) = (index + 1, index + 2);
    match completion.outcome {
        Ok(Reply::Success | Reply::Created) => batch.set(kind_at, kind::SUCCESS),
        Ok(Reply::AlreadyExists) => batch.set(kind_at, kind::ALREADY_EXISTS),
        Ok(Reply::Miss) => batch.set(kind_at, kind::MISS),
        Ok(Reply::Hit(value)) => {
            batch.set(kind_at, kind::HIT)?;
            batch.set(payload_at, bytes(&env, value)?)
        }
        Ok(Reply::Caches(caches)) => {
            batch.set(kind_at, kind::CACHES)?;
            let caches: Vec<_> = caches.into_iter().map(NativeCacheInfo::from).collect();
            batch.set(payload_at, caches)
        }
        Ok(_) => {
            let error = Error::new(
                ErrorCode::Unknown,
                "this version of the binding can't read the answer; please report this",
            );
            failure(batch, kind_at, payload_at, &error)
        }
        Err(error) => failure(batch, kind_at, payload_at, &error),
    }
}

fn failure(batch: &mut Array<'_>, kind_at: u32, payload_at: u32, error: &Error) -> Result<()> {
    batch.set(kind_at, kind::ERROR)?;
    batch.set(payload_at, NativeError::from(error))
}

fn bytes(env: &Env, value: Vec<u8>) -> Result<Uint8ArraySlice<'_>> {
    if value.len() < HANDED_OVER {
        Uint8ArraySlice::copy_from(env, value)
    } else {
        Uint8ArraySlice::from_data(env, value)
    }
}

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
