//! What a test or a benchmark asks about afterwards: connections, calls, and what the last call carried.
//!
//! "Did the client redial?" and "did it send one call or two?" have no answer on the client's side. Counting must not
//! slow the calls down, hence atomics; the last call's metadata is kept as the references the request already holds.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use tonic::Status;

use crate::faults::{self, Faults};
use crate::requests::Requests;
use crate::rpc::{Rpc, Table};
use crate::sync::lock;

/// Metadata kept from the last call. `authorization` is not among it: a token is never kept.
const KEPT: [&str; 5] = [
    "cache",
    "agent",
    "runtime-version",
    "grpc-timeout",
    "read-concern",
];

/// How much has happened on a server, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counters {
    /// TCP connections accepted on the gRPC port since the start or the last reset.
    pub connections: u64,
    /// Connections open at this moment; a reset leaves it alone.
    pub open_connections: u64,
    /// Calls that arrived, whatever their answer, by RPC name (`get`, `create-cache`). Every RPC is there, from 0 on.
    pub calls: BTreeMap<String, u64>,
    /// The same of calls with `request-id` metadata, by that id: how many attempts a client's call took. Of the last
    /// 10,000 ids.
    pub requests: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Counters {
    /// Calls of one RPC; 0 for an RPC that does not exist.
    #[must_use]
    pub fn calls_of(&self, rpc: &str) -> u64 {
        self.calls.get(rpc).copied().unwrap_or_default()
    }

    /// Calls of one RPC with this `request-id`; 0 for one that never came.
    #[must_use]
    pub fn attempts_of(&self, request_id: &str, rpc: &str) -> u64 {
        let calls = self.requests.get(request_id);
        calls
            .and_then(|calls| calls.get(rpc))
            .copied()
            .unwrap_or_default()
    }
}

/// The counters while the server runs.
#[derive(Debug)]
pub(crate) struct Counting {
    rpcs: Table,
    calls: Vec<AtomicU64>,
    connections: AtomicU64,
    open_connections: AtomicU64,
    last_call: Mutex<LastCall>,
    requests: Requests,
}

#[derive(Debug, Default)]
struct LastCall {
    kept: [Option<HeaderValue>; KEPT.len()],
    authorized: bool,
}

impl Counting {
    pub(crate) fn new() -> Self {
        let rpcs = Table::new();
        let calls = rpcs.names().iter().map(|_| AtomicU64::new(0)).collect();
        Self {
            rpcs,
            calls,
            connections: AtomicU64::new(0),
            open_connections: AtomicU64::new(0),
            last_call: Mutex::default(),
            requests: Requests::default(),
        }
    }

    /// Counts a call; `None` for a path that is no RPC of Momento's.
    pub(crate) fn arrived(&self, path: &str, headers: &HeaderMap) -> Option<Rpc> {
        let rpc = self.rpcs.find(path)?;
        self.calls.get(rpc.index)?.fetch_add(1, Ordering::Relaxed);
        let last = LastCall {
            kept: KEPT.map(|key| headers.get(key).cloned()),
            authorized: headers.contains_key(http::header::AUTHORIZATION),
        };
        *lock(&self.last_call) = last;
        // A bad id is refused by whoever injects faults.
        if let Ok(Some(id)) = faults::request_id(headers) {
            self.requests.arrived(id, rpc.index);
        }
        Some(rpc)
    }

    /// The faults that a call's headers ask for.
    pub(crate) fn faults(&self, rpc: Rpc, headers: &HeaderMap) -> Result<Faults, Status> {
        faults::asked_for(headers, rpc, &self.rpcs, &self.requests)
    }

    pub(crate) fn connection_opened(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
        self.open_connections.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn connection_closed(&self) {
        self.open_connections.fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn reset(&self) {
        self.connections.store(0, Ordering::Relaxed);
        for calls in &self.calls {
            calls.store(0, Ordering::Relaxed);
        }
        *lock(&self.last_call) = LastCall::default();
        self.requests.clear();
    }

    pub(crate) fn read(&self) -> Counters {
        let name =
            |(index, calls): (usize, u64)| Some((self.rpcs.names().get(index)?.clone(), calls));
        let named =
            |(id, calls): (_, BTreeMap<_, _>)| (id, calls.into_iter().filter_map(name).collect());
        let calls = self.calls.iter().map(|calls| calls.load(Ordering::Relaxed));
        Counters {
            connections: self.connections.load(Ordering::Relaxed),
            open_connections: self.open_connections.load(Ordering::Relaxed),
            calls: self.rpcs.names().iter().cloned().zip(calls).collect(),
            requests: self.requests.calls().into_iter().map(named).collect(),
        }
    }

    /// The kept metadata of the last call; of `authorization` only whether it was there.
    pub(crate) fn last_metadata(&self) -> BTreeMap<String, String> {
        let last = lock(&self.last_call);
        let kept = KEPT.iter().zip(&last.kept).filter_map(|(key, value)| {
            let text = String::from_utf8_lossy(value.as_ref()?.as_bytes()).into_owned();
            Some(((*key).to_owned(), text))
        });
        let authorization = if last.authorized { "present" } else { "absent" };
        kept.chain([("authorization".to_owned(), authorization.to_owned())])
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "/cache_client.Scs/Get";

    #[test]
    fn calls_are_counted_by_name() {
        let counting = Counting::new();
        for _ in 0..3 {
            assert!(counting.arrived(GET, &HeaderMap::new()).is_some());
        }
        assert!(counting.arrived("/nowhere", &HeaderMap::new()).is_none());
        let counters = counting.read();
        assert_eq!(counters.calls_of("get"), 3);
        assert_eq!(counters.calls["set"], 0);
        assert_eq!(counters.calls_of("nowhere"), 0);
    }

    #[test]
    fn a_reset_keeps_what_is_open() {
        let counting = Counting::new();
        counting.connection_opened();
        counting.connection_opened();
        counting.connection_closed();
        counting.arrived(GET, &HeaderMap::new());
        assert_eq!(
            (
                counting.read().connections,
                counting.read().open_connections
            ),
            (2, 1)
        );
        counting.reset();
        assert_eq!(
            (
                counting.read().connections,
                counting.read().open_connections
            ),
            (0, 1)
        );
        assert_eq!(counting.read().calls_of("get"), 0);
    }

    #[test]
    fn a_token_is_only_present_or_absent() {
        let counting = Counting::new();
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("do not keep me"));
        headers.insert("cache", HeaderValue::from_static("c"));
        headers.insert("other", HeaderValue::from_static("not kept"));
        counting.arrived(GET, &headers);
        assert!(!format!("{counting:?}").contains("keep me"));
        let last = counting.last_metadata();
        assert_eq!(
            last.get("authorization").map(String::as_str),
            Some("present")
        );
        assert_eq!(last.get("cache").map(String::as_str), Some("c"));
        assert_eq!(last.len(), 2);
        counting.arrived(GET, &HeaderMap::new());
        let last = counting.last_metadata();
        assert_eq!(
            last.get("authorization").map(String::as_str),
            Some("absent")
        );
        assert_eq!(last.len(), 1);
    }
}
