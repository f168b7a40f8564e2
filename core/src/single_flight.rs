//! One value that many want and one makes: the token, the connection.
//!
//! A hundred calls that arrive while nothing is ready must cause one look-up and share its
//! outcome, failure included; a failure is not kept, so that the next call tries afresh. The work
//! runs as a task of its own: a caller that is cancelled does not take it down for the others.

use crate::error::{Error, ErrorCode, Result};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The state of a shared value.
#[derive(Debug)]
pub(crate) struct SingleFlight<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
enum State<T> {
    Empty,
    Flying(watch::Receiver<Option<Result<T>>>),
    Ready(T),
}

impl<T> Default for SingleFlight<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State::Empty),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    /// The value, if there is one.
    pub(crate) fn ready(&self) -> Option<T> {
        match &*self.lock() {
            State::Ready(value) => Some(value.clone()),
            State::Empty | State::Flying(_) => None,
        }
    }

    /// The value; made by `work` if there is none and nobody is making it.
    pub(crate) async fn join<F>(self: &Arc<Self>, work: impl FnOnce() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let mut outcome = {
            let mut state = self.lock();
            match &*state {
                State::Ready(value) => return Ok(value.clone()),
                State::Flying(outcome) => outcome.clone(),
                State::Empty => {
                    let (sender, outcome) = watch::channel(None);
                    *state = State::Flying(outcome.clone());
                    let landing = Landing {
                        flight: Arc::clone(self),
                        sender,
                        outcome: None,
                    };
                    tokio::spawn(landing.run(work()));
                    outcome
                }
            }
        };
        // `wait_for` fails only when the sender is gone without a word, which `Landing` prevents.
        match outcome.wait_for(Option::is_some).await {
            Ok(result) => result.clone().unwrap_or_else(|| Err(lost())),
            Err(_) => Err(lost()),
        }
    }

    /// Forgets the value if it is one that `unwanted` names. Work in flight is left alone.
    pub(crate) fn clear(&self, unwanted: impl FnOnce(&T) -> bool) {
        let mut state = self.lock();
        if matches!(&*state, State::Ready(value) if unwanted(value)) {
            *state = State::Empty;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing under this lock can panic half-way, so a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the outcome in place however the work ends, a panic or a runtime that stops included.
struct Landing<T: Clone + Send + Sync + 'static> {
    flight: Arc<SingleFlight<T>>,
    sender: watch::Sender<Option<Result<T>>>,
    outcome: Option<Result<T>>,
}

impl<T: Clone + Send + Sync + 'static> Landing<T> {
    async fn run(mut self, work: impl Future<Output = Result<T>>) {
        self.outcome = Some(work.await);
    }
}

impl<T: Clone + Send + Sync + 'static> Drop for Landing<T> {
    fn drop(&mut self) {
        let outcome = self.outcome.take().unwrap_or_else(|| Err(lost()));
        *self.flight.lock() = match &outcome {
            Ok(value) => State::Ready(value.clone()),
            Err(_) => State::Empty,
        };
        self.sender.send_replace(Some(outcome));
    }
}

fn lost() -> Error {
    Error::new(
        ErrorCode::Unknown,
        "the work that this call waited for was lost; please report this",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn many_callers_share_one_flight_and_its_failure_is_not_kept() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let started = Arc::new(AtomicUsize::new(0));
        let open = Arc::new(tokio::sync::Notify::new());
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let (flight, started, open) =
                    (Arc::clone(&flight), Arc::clone(&started), Arc::clone(&open));
                tokio::spawn(async move {
                    flight
                        .join(move || async move {
                            started.fetch_add(1, Ordering::SeqCst);
                            open.notified().await;
                            Err(Error::invalid_argument("down"))
                        })
                        .await
                })
            })
            .collect();
        // One permit, kept if nobody waits yet: whoever started the work gets it.
        open.notify_one();
        for caller in callers {
            let error = caller.await.expect("no panic").expect_err("down");
            assert_eq!(error.details(), "down");
        }
        assert_eq!(started.load(Ordering::SeqCst), 1);
        assert_eq!(flight.join(|| async { Ok(7) }).await.ok(), Some(7));
        assert_eq!(flight.ready(), Some(7));
        flight.clear(|value| *value == 7);
        assert_eq!(flight.ready(), None);
    }

    #[tokio::test]
    async fn a_cancelled_caller_does_not_take_the_work_down() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let open = Arc::new(tokio::sync::Notify::new());
        let first = {
            let (flight, open) = (Arc::clone(&flight), Arc::clone(&open));
            tokio::spawn(async move {
                flight
                    .join(move || async move {
                        open.notified().await;
                        Ok(1)
                    })
                    .await
            })
        };
        tokio::task::yield_now().await;
        first.abort();
        open.notify_one();
        assert_eq!(flight.join(|| async { Ok(2) }).await.ok(), Some(1));
    }

    #[tokio::test]
    async fn work_that_panics_fails_its_callers_and_leaves_room_for_the_next() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let result = flight
            .join(|| async { std::panic::panic_any("planned by the test") })
            .await;
        assert_eq!(result.expect_err("lost").code(), ErrorCode::Unknown);
        assert_eq!(flight.join(|| async { Ok(3) }).await.ok(), Some(3));
    }
}
