//! The account's limits: what `ListCaches` tells and what the data calls hold to.
//!
//! The figures are those of Momento's documentation and of the account its own test suites run in.

use std::time::Duration;

use momento_protos::control_client::{CacheLimits, TopicLimits};
use tonic::Status;

use crate::cache::CollectionTtl;
use crate::status;

const ITEM_KIB: u32 = 4883;

/// The largest item, key and value together.
pub(crate) const ITEM_BYTES: usize = ITEM_KIB as usize * 1024;

/// The largest message. Momento's own limit is not documented; this one leaves room for batches and collections.
pub(crate) const MESSAGE_BYTES: usize = 10_000_000;

const TTL_MAX: Duration = Duration::from_hours(24);

/// An item's time to live. The documents give 24 hours as the longest; what the service answers to more is not
/// documented, nor what it answers to none. Both are wrong values of an argument, and are answered as that.
pub(crate) fn ttl(milliseconds: u64) -> Result<Duration, Status> {
    let ttl = Duration::from_millis(milliseconds);
    if ttl.is_zero() {
        return Err(Status::invalid_argument(
            "ttl_milliseconds must be greater than 0",
        ));
    }
    if ttl > TTL_MAX {
        let max = TTL_MAX.as_millis();
        return Err(Status::invalid_argument(format!(
            "ttl_milliseconds is {milliseconds}; the most is {max}, 24 hours"
        )));
    }
    Ok(ttl)
}

/// The TTL of a call that makes a collection where there is none. It must be right even if the collection is there and
/// keeps its own: whether it is, the client can't know.
pub(crate) fn collection_ttl(milliseconds: u64, refresh: bool) -> Result<CollectionTtl, Status> {
    ttl(milliseconds).map(|ttl| CollectionTtl { ttl, refresh })
}

/// Whether an item fits. An empty key is as good as any: neither the protocol nor an SDK forbids it.
pub(crate) fn item_size(key: &[u8], value: &[u8]) -> Result<(), Status> {
    let size = key.len() + value.len();
    if size > ITEM_BYTES {
        return Err(status::request_too_large(size, ITEM_BYTES));
    }
    Ok(())
}

/// A cache's limits, as `ListCaches` gives them.
pub(crate) fn of_a_cache() -> CacheLimits {
    CacheLimits {
        max_traffic_rate: 500,
        max_throughput_kbps: 10_240,
        max_item_size_kb: ITEM_KIB,
        max_ttl_seconds: TTL_MAX.as_secs(),
    }
}

/// A cache's topics' limits, as `ListCaches` gives them.
pub(crate) fn of_topics() -> TopicLimits {
    TopicLimits {
        max_publish_rate: 100,
        max_subscription_count: 100,
        max_publish_message_size_kb: 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 24 * 60 * 60 * 1000;

    #[test]
    fn a_ttl_is_between_a_millisecond_and_a_day() {
        assert!(ttl(0).is_err());
        assert!(ttl(1).is_ok_and(|ttl| ttl == Duration::from_millis(1)));
        assert!(ttl(DAY).is_ok());
        assert!(ttl(DAY + 1).is_err());
        assert!(ttl(u64::MAX).is_err());
    }

    #[test]
    fn an_item_of_five_million_bytes_fits() {
        assert!(item_size(b"key", &vec![0; 5_000_000]).is_ok());
        assert!(item_size(&vec![0; ITEM_BYTES], b"").is_ok());
        assert!(item_size(&vec![0; ITEM_BYTES], b"1").is_err());
        assert!(item_size(b"key", &vec![0; 5_300_000]).is_err());
    }
}
