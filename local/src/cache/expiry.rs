//! When items end.
//!
//! An ordered queue of expiry times says which items have come to their end. A number makes each time unique, so that
//! many items may end at one instant.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An item's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expiry {
    at: Instant,
    number: u64,
}

impl Expiry {
    /// How long the item still lives; `None` if it has come to its end.
    pub(crate) fn remaining(self, now: Instant) -> Option<Duration> {
        self.at
            .checked_duration_since(now)
            .filter(|left| !left.is_zero())
    }
}

/// How long a collection lives that a call writes to. A new one always takes the TTL, one that is there only where it
/// is to be refreshed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CollectionTtl {
    pub(crate) ttl: Duration,
    pub(crate) refresh: bool,
}

/// A change of a TTL, which may depend on what it was.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TtlChange {
    Overwrite(Duration),
    /// Only to more than it was.
    Increase(Duration),
    /// Only to less than it was.
    Decrease(Duration),
}

impl TtlChange {
    /// The TTL to set, if this one is to be set at all.
    pub(crate) fn on(self, remaining: Duration) -> Option<Duration> {
        match self {
            Self::Overwrite(ttl) => Some(ttl),
            Self::Increase(ttl) => (ttl > remaining).then_some(ttl),
            Self::Decrease(ttl) => (ttl < remaining).then_some(ttl),
        }
    }
}

/// The keys of a cache's items, in the order in which they end.
#[derive(Debug, Default)]
pub(crate) struct Expiries {
    keys: BTreeMap<Expiry, Arc<[u8]>>,
    made: u64,
}

impl Expiries {
    pub(crate) fn add(&mut self, key: Arc<[u8]>, at: Instant) -> Expiry {
        self.made += 1;
        let expiry = Expiry {
            at,
            number: self.made,
        };
        self.keys.insert(expiry, key);
        expiry
    }

    pub(crate) fn remove(&mut self, expiry: Expiry) -> Option<Arc<[u8]>> {
        self.keys.remove(&expiry)
    }

    /// Takes the key out that ended first, if one has.
    pub(crate) fn take_ended(&mut self, now: Instant) -> Option<Arc<[u8]>> {
        let first = self.keys.first_entry()?;
        (first.key().at <= now).then(|| first.remove())
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}
