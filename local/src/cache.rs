//! One cache: items that expire.
//!
//! An item must be gone at its time, and must not take memory long after it. A timer per item, or a task that wakes
//! up to look, would burn CPU in a benchmark's background. So every access compares the item's time with the clock it
//! is handed, and every write also drops a few items whose time has come, the oldest first: an ordered queue of expiry
//! times says which, and two or more dropped per one written keep the dead from piling up.
//!
//! The clock is an argument of each call, which lets a test move time instead of waiting for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::sync::lock;

/// Expired items dropped by one write: enough to catch up after a quiet hour, too few to hold up the call.
const SWEEP: usize = 16;

/// What stands behind a key. Collections become further variants: Momento has one key space for all types.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Plain bytes. Shared, so that a reader copies five megabytes after the lock is released, not under it.
    Scalar(Arc<[u8]>),
}

/// An item's time, made unique by a number so that two items may expire at one instant.
type Expiry = (Instant, u64);

#[derive(Debug)]
struct Item {
    value: Value,
    expiry: Expiry,
}

#[derive(Debug, Default)]
struct Items {
    by_key: HashMap<Arc<[u8]>, Item>,
    by_expiry: BTreeMap<Expiry, Arc<[u8]>>,
    written: u64,
}

/// A cache's items, behind one lock that is held for a look-up and never for a copy of a value.
#[derive(Debug)]
pub(crate) struct Cache {
    id: String,
    items: Mutex<Items>,
}

impl Cache {
    pub(crate) fn new(id: String) -> Self {
        Self {
            id,
            items: Mutex::default(),
        }
    }

    /// Tells this cache from an earlier one of the same name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The live value under a key.
    pub(crate) fn get(&self, key: &[u8], now: Instant) -> Option<Value> {
        let mut items = lock(&self.items);
        let item = items.by_key.get(key)?;
        if item.expiry.0 > now {
            return Some(item.value.clone());
        }
        items.remove(key);
        None
    }

    /// Puts a value under a key for `ttl` from now, whatever was there before.
    pub(crate) fn set(&self, key: Vec<u8>, value: Value, ttl: Duration, now: Instant) {
        let key: Arc<[u8]> = key.into();
        let mut items = lock(&self.items);
        items.sweep(now);
        items.written += 1;
        let expiry = (now + ttl, items.written);
        items.by_expiry.insert(expiry, Arc::clone(&key));
        if let Some(before) = items.by_key.insert(key, Item { value, expiry }) {
            items.by_expiry.remove(&before.expiry);
        }
    }

    /// Removes a key, if it is there.
    pub(crate) fn delete(&self, key: &[u8]) {
        lock(&self.items).remove(key);
    }

    /// Removes every item.
    pub(crate) fn flush(&self) {
        // Taken out first: a million items are freed after the lock is released.
        let items = std::mem::take(&mut *lock(&self.items));
        drop(items);
    }
}

impl Items {
    fn remove(&mut self, key: &[u8]) {
        if let Some(item) = self.by_key.remove(key) {
            self.by_expiry.remove(&item.expiry);
        }
    }

    fn sweep(&mut self, now: Instant) {
        for _ in 0..SWEEP {
            match self.by_expiry.first_entry() {
                Some(first) if first.key().0 <= now => {
                    let key = first.remove();
                    self.by_key.remove(&key);
                }
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_millis(1500);
    const ALMOST: Duration = Duration::from_nanos(1_499_999_999);

    fn cache() -> Cache {
        Cache::new("test".to_owned())
    }

    fn scalar(bytes: &[u8]) -> Value {
        Value::Scalar(bytes.into())
    }

    fn get(cache: &Cache, key: &[u8], now: Instant) -> Option<Vec<u8>> {
        cache
            .get(key, now)
            .map(|Value::Scalar(bytes)| bytes.to_vec())
    }

    fn remembered(cache: &Cache) -> (usize, usize) {
        let items = lock(&cache.items);
        (items.by_key.len(), items.by_expiry.len())
    }

    #[test]
    fn an_item_lives_exactly_its_ttl() {
        let (cache, start) = (cache(), Instant::now());
        cache.set(b"k".to_vec(), scalar(b"v"), TTL, start);
        assert_eq!(get(&cache, b"k", start), Some(b"v".to_vec()));
        assert_eq!(get(&cache, b"k", start + ALMOST), Some(b"v".to_vec()));
        assert_eq!(get(&cache, b"k", start + TTL), None);
        assert_eq!(
            remembered(&cache),
            (0, 0),
            "reading an expired item frees it"
        );
    }

    #[test]
    fn a_second_set_brings_its_own_ttl() {
        let (cache, start) = (cache(), Instant::now());
        cache.set(b"k".to_vec(), scalar(b"long"), TTL * 10, start);
        cache.set(b"k".to_vec(), scalar(b"short"), TTL, start);
        assert_eq!(get(&cache, b"k", start + TTL), None);
        cache.set(b"k".to_vec(), scalar(b"short"), TTL, start);
        cache.set(b"k".to_vec(), scalar(b"long"), TTL * 10, start);
        assert_eq!(get(&cache, b"k", start + TTL), Some(b"long".to_vec()));
    }

    #[test]
    fn overwriting_one_key_takes_no_memory() {
        let (cache, start) = (cache(), Instant::now());
        for _ in 0..10_000 {
            cache.set(b"k".to_vec(), scalar(b"v"), TTL, start);
        }
        assert_eq!(remembered(&cache), (1, 1));
    }

    #[test]
    fn writes_free_what_nobody_reads_again() {
        let (cache, start) = (cache(), Instant::now());
        for number in 0..1000_u32 {
            cache.set(number.to_be_bytes().to_vec(), scalar(b"v"), TTL, start);
        }
        assert_eq!(remembered(&cache), (1000, 1000));
        for _ in 0..1000_usize.div_ceil(SWEEP) {
            cache.set(b"k".to_vec(), scalar(b"v"), TTL, start + TTL);
        }
        assert_eq!(remembered(&cache), (1, 1));
        assert_eq!(get(&cache, b"k", start + TTL), Some(b"v".to_vec()));
    }

    #[test]
    fn delete_and_flush_leave_nothing() {
        let (cache, start) = (cache(), Instant::now());
        cache.set(b"a".to_vec(), scalar(b"v"), TTL, start);
        cache.set(b"b".to_vec(), scalar(b"v"), TTL, start);
        cache.delete(b"a");
        cache.delete(b"never there");
        assert_eq!(get(&cache, b"a", start), None);
        assert_eq!(remembered(&cache), (1, 1));
        cache.flush();
        assert_eq!(get(&cache, b"b", start), None);
        assert_eq!(remembered(&cache), (0, 0));
    }

    #[test]
    fn keys_and_values_are_any_bytes() {
        let (cache, start) = (cache(), Instant::now());
        cache.set(vec![0, 255, 10], scalar(&[]), TTL, start);
        assert_eq!(get(&cache, &[0, 255, 10], start), Some(vec![]));
    }
}
