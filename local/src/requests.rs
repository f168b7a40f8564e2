//! What is remembered of calls with a `request-id`, which all attempts of a client's call share.
//!
//! How often faults were injected, so that "only the first two" holds across attempts; and how often each RPC was
//! called, so that a test can count attempts where they arrive. A client may make up ids without end, so the oldest are
//! forgotten.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use crate::sync::lock;

/// How many ids are remembered.
const IDS: usize = 10_000;

/// What may be injected into a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Error,
    Delay,
}

#[derive(Debug, Default)]
struct Seen {
    errors: u64,
    delays: u64,
    /// Calls by the RPC's index.
    calls: BTreeMap<usize, u64>,
}

#[derive(Debug, Default)]
struct Ids {
    seen: HashMap<Arc<str>, Seen>,
    /// The ids, the first seen first.
    order: VecDeque<Arc<str>>,
}

/// The ids of late.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    ids: Mutex<Ids>,
}

impl Requests {
    /// Counts a call.
    pub(crate) fn arrived(&self, id: &str, rpc: usize) {
        let mut ids = lock(&self.ids);
        *ids.of(id).calls.entry(rpc).or_default() += 1;
    }

    /// Whether a fault is due that befalls only the first `count` calls it could befall. Counts this one.
    pub(crate) fn is_due(&self, id: &str, fault: Fault, count: u64) -> bool {
        let mut ids = lock(&self.ids);
        let seen = ids.of(id);
        let befallen = match fault {
            Fault::Error => &mut seen.errors,
            Fault::Delay => &mut seen.delays,
        };
        let due = *befallen < count;
        *befallen += u64::from(due);
        due
    }

    /// Calls by id, then by the RPC's index.
    pub(crate) fn calls(&self) -> BTreeMap<String, BTreeMap<usize, u64>> {
        let ids = lock(&self.ids);
        let seen = ids.seen.iter();
        seen.map(|(id, seen)| (id.as_ref().to_owned(), seen.calls.clone()))
            .collect()
    }

    pub(crate) fn clear(&self) {
        *lock(&self.ids) = Ids::default();
    }
}

impl Ids {
    fn of(&mut self, id: &str) -> &mut Seen {
        if !self.seen.contains_key(id) {
            if self.order.len() >= IDS
                && let Some(oldest) = self.order.pop_front()
            {
                self.seen.remove(&oldest);
            }
            let id: Arc<str> = id.into();
            self.order.push_back(Arc::clone(&id));
            self.seen.insert(id, Seen::default());
        }
        self.seen.entry(id.into()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_befalls_the_first_calls_of_an_id() {
        let requests = Requests::default();
        let due = |id| requests.is_due(id, Fault::Error, 2);
        assert_eq!([due("a"), due("a"), due("a")], [true, true, false]);
        assert!(due("b"));
        assert!(
            requests.is_due("a", Fault::Delay, 1),
            "delays are counted apart"
        );
        assert!(!requests.is_due("c", Fault::Error, 0));
        requests.clear();
        assert!(due("a"));
    }

    #[test]
    fn calls_are_counted_by_id_and_rpc() {
        let requests = Requests::default();
        for (id, rpc) in [("a", 0), ("a", 0), ("a", 3), ("b", 0)] {
            requests.arrived(id, rpc);
        }
        let expected = [("a", vec![(0, 2), (3, 1)]), ("b", vec![(0, 1)])];
        let expected = expected.map(|(id, calls)| (id.to_owned(), calls.into_iter().collect()));
        assert_eq!(requests.calls(), expected.into_iter().collect());
    }

    #[test]
    fn the_oldest_ids_are_forgotten() {
        let requests = Requests::default();
        for number in 0..IDS + 10 {
            requests.arrived(&number.to_string(), 0);
        }
        let calls = requests.calls();
        assert_eq!(calls.len(), IDS);
        assert!(!calls.contains_key("9") && calls.contains_key("10"));
        assert_eq!(lock(&requests.ids).order.len(), IDS);
    }
}
