//! The items of a cache by key, and their ends.
//!
//! An item must be gone at its time, and must not take memory long after it. A timer per item, or a task that wakes
//! up to look, would burn CPU in a benchmark's background. So every access compares the item's end with the clock it
//! is handed, and every write also drops a few items whose time has come, the oldest first: two or more dropped per
//! one written keep the dead from piling up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cache::Value;
use crate::cache::expiry::{Expiries, Expiry};

/// Expired items dropped by one write: enough to catch up after a quiet hour, too few to hold up the call.
pub(crate) const SWEEP: usize = 16;

#[derive(Debug)]
struct Item {
    value: Value,
    expiry: Expiry,
}

#[derive(Debug, Default)]
pub(crate) struct Items {
    by_key: HashMap<Arc<[u8]>, Item>,
    expiries: Expiries,
}

impl Items {
    /// The live value under a key, and how long it still lives. An expired one is freed.
    pub(crate) fn get(&mut self, key: &[u8], now: Instant) -> Option<(&mut Value, Duration)> {
        let Some(remaining) = self.by_key.get(key)?.expiry.remaining(now) else {
            self.remove(key);
            return None;
        };
        let item = self.by_key.get_mut(key)?;
        Some((&mut item.value, remaining))
    }

    /// The live value under a key.
    pub(crate) fn value(&mut self, key: &[u8], now: Instant) -> Option<&mut Value> {
        self.get(key, now).map(|(value, _)| value)
    }

    /// Puts a value under a key for `ttl` from now, whatever was there before.
    pub(crate) fn put(&mut self, key: &[u8], value: Value, ttl: Duration, now: Instant) {
        self.sweep(now);
        let key: Arc<[u8]> = key.into();
        let expiry = self.expiries.add(Arc::clone(&key), now + ttl);
        if let Some(before) = self.by_key.insert(key, Item { value, expiry }) {
            self.expiries.remove(before.expiry);
        }
    }

    /// Gives an item `ttl` from now to live.
    pub(crate) fn expire(&mut self, key: &[u8], ttl: Duration, now: Instant) {
        let Some(item) = self.by_key.get_mut(key) else {
            return;
        };
        if let Some(key) = self.expiries.remove(item.expiry) {
            item.expiry = self.expiries.add(key, now + ttl);
        }
    }

    pub(crate) fn remove(&mut self, key: &[u8]) {
        if let Some(item) = self.by_key.remove(key) {
            self.expiries.remove(item.expiry);
        }
    }

    fn sweep(&mut self, now: Instant) {
        for _ in 0..SWEEP {
            let Some(key) = self.expiries.take_ended(now) else {
                return;
            };
            self.by_key.remove(&key);
        }
    }

    /// How many items and ends are held, the dead ones too.
    #[cfg(test)]
    pub(crate) fn held(&self) -> (usize, usize) {
        (self.by_key.len(), self.expiries.len())
    }
}
