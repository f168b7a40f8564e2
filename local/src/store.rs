//! What the server remembers: caches by name, signing keys by id.
//!
//! Calls on different caches must not wait for each other, and a call on a cache must not hold up `CreateCache`: the
//! store hands out a cache by reference count and lets go of its own lock at once. A cache deleted meanwhile finishes
//! the calls that have it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::cache::Cache;
use crate::signing_keys::SigningKeys;

/// All caches.
#[derive(Debug, Default)]
pub(crate) struct Store {
    caches: RwLock<HashMap<String, Arc<Cache>>>,
    made: AtomicU64,
    signing_keys: SigningKeys,
}

impl Store {
    /// Makes a cache. `false`: there is one of this name.
    pub(crate) fn create(&self, name: &str) -> bool {
        match self.write().entry(name.to_owned()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
                place.insert(Arc::new(Cache::new(format!("local-{number:08x}"))));
                true
            }
        }
    }

    /// Forgets a cache and its items. `false`: there was none of this name.
    pub(crate) fn delete(&self, name: &str) -> bool {
        self.write().remove(name).is_some()
    }

    /// The cache of this name.
    pub(crate) fn cache(&self, name: &str) -> Option<Arc<Cache>> {
        self.read().get(name).cloned()
    }

    /// Every cache, in the order of their names.
    pub(crate) fn list(&self) -> Vec<(String, Arc<Cache>)> {
        let mut caches: Vec<_> = self
            .read()
            .iter()
            .map(|(name, cache)| (name.clone(), Arc::clone(cache)))
            .collect();
        caches.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        caches
    }

    pub(crate) fn signing_keys(&self) -> &SigningKeys {
        &self.signing_keys
    }

    /// Forgets the signing keys and every cache but those named; these keep their items. One of them that was deleted
    /// is made again.
    pub(crate) fn keep_only(&self, names: &[String]) {
        self.signing_keys.clear();
        self.write().retain(|name, _| names.contains(name));
        for name in names {
            self.create(name);
        }
    }

    /// Forgets every item of every cache.
    pub(crate) fn flush(&self) {
        for (_, cache) in self.list() {
            cache.flush();
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<String, Arc<Cache>>> {
        self.caches.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<String, Arc<Cache>>> {
        self.caches.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_once() {
        let store = Store::default();
        assert!(store.create("a"));
        assert!(!store.create("a"));
        assert!(store.delete("a"));
        assert!(!store.delete("a"));
        assert!(store.cache("a").is_none());
    }

    #[test]
    fn a_cache_made_again_is_another() {
        let store = Store::default();
        store.create("a");
        let first = store.cache("a").map(|cache| cache.id().to_owned());
        store.delete("a");
        store.create("a");
        assert_ne!(store.cache("a").map(|cache| cache.id().to_owned()), first);
    }

    #[test]
    fn the_list_is_in_order() {
        let store = Store::default();
        for name in ["b", "c", "a"] {
            store.create(name);
        }
        let names: Vec<_> = store.list().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c"]);
    }

    #[test]
    fn keep_only_leaves_the_named() {
        let store = Store::default();
        store.create("kept");
        store.create("dropped");
        let id = store.cache("kept").map(|cache| cache.id().to_owned());
        store.keep_only(&["kept".to_owned(), "deleted before".to_owned()]);
        let names: Vec<_> = store.list().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["deleted before", "kept"]);
        assert_eq!(store.cache("kept").map(|cache| cache.id().to_owned()), id);
    }
}
