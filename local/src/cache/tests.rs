//! The data types against plain models of them, and items against the clock.

mod dictionary;
mod expiry;
mod list;
mod many;
mod mixed;
mod scalar;
mod set;
mod sorted_set;
mod union;

use std::time::Duration;

use super::*;

const TTL: Duration = Duration::from_millis(1500);
/// As [`TTL`], for a collection that keeps its own.
const KEEP: CollectionTtl = CollectionTtl {
    ttl: TTL,
    refresh: false,
};
const REFRESH: CollectionTtl = CollectionTtl {
    ttl: TTL,
    refresh: true,
};

fn cache() -> Cache {
    Cache::new("test".to_owned())
}

fn get(cache: &Cache, key: &[u8], now: Instant) -> Option<Vec<u8>> {
    cache
        .get(key, now)
        .ok()
        .flatten()
        .map(|bytes| bytes.to_vec())
}
