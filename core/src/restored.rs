//! Snapshots of a process, as `SnapStart` takes them after INIT, and what is wrong in the copies.
//!
//! A restored copy has the snapshot's sockets, which nobody answers, its token, which may be rotated
//! hours later, its pauses and failures, which are another time's, and its random numbers, by which a
//! thousand copies would wait and retry in step. So everything is let go before the snapshot, which then
//! holds neither socket nor token, and again after a restore, for hosts that had no word before.
//!
//! Random numbers belong to threads: each draws a new seed when it begins its next call.

use crate::client::{CacheClient, WeakClient};
use crate::per_process::PerProcess;
use crate::transport::open_connections;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a snapshot waits for connections to end; those with calls on them end with the calls.
const MOST_FOR_CONNECTIONS: Duration = Duration::from_secs(1);

static RESTORES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static SEEDED_AFTER: Cell<u64> = const { Cell::new(0) };
}

/// The clients that have or had a connection in this process. Those that are gone are taken out when
/// the list would grow.
fn live() -> MutexGuard<'static, Vec<WeakClient>> {
    static LIVE: PerProcess<Mutex<Vec<WeakClient>>> = PerProcess::new();
    let live = LIVE.get_or_init(Mutex::default);
    live.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client is about to have something that a snapshot would copy.
pub(crate) fn remember(client: &CacheClient) {
    let mut live = live();
    if live.len() == live.capacity() {
        live.retain(|client| client.upgrade().is_some());
    }
    live.push(client.downgrade());
}

fn restart_all() -> Vec<CacheClient> {
    let clients: Vec<_> = live().iter().filter_map(WeakClient::upgrade).collect();
    for client in &clients {
        client.restart();
    }
    clients
}

/// Lets go of every client's token and connection before a snapshot is taken, and waits until the
/// sockets are closed. The clients stay usable: a call looks the token up and connects again.
pub async fn before_snapshot() {
    drop(restart_all());
    let begun = Instant::now();
    while open_connections() > 0 && begun.elapsed() < MOST_FOR_CONNECTIONS {
        sleep(Duration::from_millis(1)).await;
    }
}

/// Says that this process was restored from a snapshot: nothing that a client had is trusted any
/// more. Done when it returns; the future is a head start for the clients' look-ups and connections,
/// to be spawned, or dropped, in which case the first calls do the same.
pub fn after_restore() -> impl Future<Output = ()> + Send + 'static {
    RESTORES.fetch_add(1, Ordering::Relaxed);
    let clients = restart_all();
    async move {
        let mut starts = tokio::task::JoinSet::new();
        for client in clients {
            // What fails here fails again, and is told, in the first operation.
            starts.spawn(async move { drop(client.start().await) });
        }
        while starts.join_next().await.is_some() {}
    }
}

/// Gives this thread's random numbers a new seed, if there was a restore since it got the last.
pub(crate) fn reseed() {
    let restores = RESTORES.load(Ordering::Relaxed);
    if restores == 0 {
        return;
    }
    SEEDED_AFTER.with(|seeded| {
        if seeded.replace(restores) == restores {
            return;
        }
        let mut seed = [0; 8];
        let random = rustls::crypto::ring::default_provider().secure_random;
        // The kernel's own randomness differs between copies. Without it the old seed stays: calls
        // need no secrets of these numbers.
        if random.fill(&mut seed).is_ok() {
            fastrand::seed(u64::from_ne_bytes(seed));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_draws_a_new_seed_after_a_restore() {
        let drawn = || {
            fastrand::seed(7);
            let as_in_the_snapshot = fastrand::u64(..);
            fastrand::seed(7);
            reseed();
            (as_in_the_snapshot, fastrand::u64(..))
        };
        drop(after_restore());
        let (first, here) = drawn();
        let (same, there) = std::thread::spawn(drawn).join().expect("no panic");
        assert_eq!(first, same);
        assert_ne!(here, first);
        assert_ne!(there, first);
        assert_ne!(here, there);
        let (old, again) = drawn();
        assert_eq!(old, again, "once a restore is enough");
    }
}
