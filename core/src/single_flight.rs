//! One value that many want and one makes: the token, the connection.
//!
//! A hundred calls that arrive while nothing is ready must cause one look-up and share its
//! outcome, failure included; a failure is not kept, so that the next call tries afresh. The work
//! runs as a task of its own: a caller that is cancelled does not take it down for the others.
//!
//! Work that began before a sandbox was frozen finds its time used up when it goes on, and its
//! connections dead: it fails for no fault of the network's, or waits in vain. Whoever comes to work
//! that should have ended long ago therefore begins anew; those who wait for the old work already get
//! its outcome, and nobody else does.

use crate::clock::Moment;
use crate::error::{Error, ErrorCode, Result};
use crate::fork_gate::between_forks;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// The state of a shared value.
#[derive(Debug)]
pub(crate) struct SingleFlight<T> {
    state: Mutex<State<T>>,
}

#[derive(Debug)]
enum State<T> {
    Empty,
    Flying { outcome: Outcome<T>, begun: Moment },
    Ready(T),
}

type Outcome<T> = watch::Receiver<Option<Result<T>>>;

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
            State::Empty | State::Flying { .. } => None,
        }
    }

    /// The value; made by `work`, which takes `budget` at most, if there is none and nobody is
    /// making it.
    pub(crate) async fn join<F>(
        self: &Arc<Self>,
        budget: Duration,
        work: impl FnOnce() -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        match self.enter(budget, work) {
            Entered::Ready(value) => Ok(value),
            Entered::Flying(mut outcome) => wait(&mut outcome).await,
        }
    }

    /// Whether somebody is making a value.
    pub(crate) fn is_flying(&self) -> bool {
        matches!(&*self.lock(), State::Flying { .. })
    }

    /// Waits for the end of the work that is under way now, if any is.
    pub(crate) async fn landed(&self) {
        let flying = match &*self.lock() {
            State::Flying { outcome, .. } => Some(outcome.clone()),
            State::Empty | State::Ready(_) => None,
        };
        if let Some(mut outcome) = flying {
            drop(wait(&mut outcome).await);
        }
    }

    fn enter<F>(self: &Arc<Self>, budget: Duration, work: impl FnOnce() -> F) -> Entered<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (sender, outcome) = {
            let mut state = self.lock();
            match &*state {
                State::Ready(value) => return Entered::Ready(value.clone()),
                State::Flying { outcome, begun } if begun.age() <= budget => {
                    return Entered::Flying(outcome.clone());
                }
                State::Flying { .. } | State::Empty => {}
            }
            let (sender, outcome) = watch::channel(None);
            *state = State::Flying {
                outcome: outcome.clone(),
                begun: Moment::now(),
            };
            (sender, outcome)
        };
        // Not under the lock: where there is no runtime to spawn on, the landing takes it.
        let landing = Landing {
            flight: Arc::clone(self),
            sender,
            outcome: None,
        };
        tokio::spawn(between_forks(landing.run(work())));
        Entered::Flying(outcome)
    }

    /// Forgets the value if it is one that `unwanted` names, and says whether it was. Work in flight is
    /// left alone.
    pub(crate) fn clear(&self, unwanted: impl FnOnce(&T) -> bool) -> bool {
        let mut state = self.lock();
        // Dropped after the lock: the value's own drop may be anything.
        let _dropped = match &*state {
            State::Ready(value) if unwanted(value) => std::mem::replace(&mut *state, State::Empty),
            _ => return false,
        };
        drop(state);
        true
    }

    /// Puts a value that was made beside in the place of one that `unwanted` names, or where there is
    /// none. Work in flight is left alone.
    pub(crate) fn put(&self, value: T, unwanted: impl FnOnce(&T) -> bool) {
        let mut state = self.lock();
        let wanted = match &*state {
            State::Empty => true,
            State::Ready(current) => unwanted(current),
            State::Flying { .. } => false,
        };
        let _dropped = wanted.then(|| std::mem::replace(&mut *state, State::Ready(value)));
        drop(state);
    }

    /// Puts a value where there is none.
    pub(crate) fn put_if_empty(&self, value: T) {
        self.put(value, |_| false);
    }

    /// Forgets the value, and the one that is being made: who waits for it still gets it.
    pub(crate) fn discard(&self) {
        let mut state = self.lock();
        let _dropped = std::mem::replace(&mut *state, State::Empty);
        drop(state);
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing under this lock can panic half-way, so a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Entered<T> {
    Ready(T),
    Flying(Outcome<T>),
}

async fn wait<T: Clone>(outcome: &mut Outcome<T>) -> Result<T> {
    // `wait_for` fails only when the sender is gone without a word, which `Landing` prevents.
    match outcome.wait_for(Option::is_some).await {
        Ok(result) => result.clone().unwrap_or_else(|| Err(lost())),
        Err(_) => Err(lost()),
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
        let mut state = self.flight.lock();
        // Unless others have begun anew meanwhile.
        if matches!(&*state, State::Flying { outcome, .. } if outcome.same_channel(&self.sender.subscribe()))
        {
            *state = match &outcome {
                Ok(value) => State::Ready(value.clone()),
                Err(_) => State::Empty,
            };
        }
        drop(state);
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
    use tokio::sync::Notify;

    /// Longer than any test.
    const LONG: Duration = Duration::from_mins(1);

    /// Work that counts its starts and ends in `result` when `open` lets it.
    struct Gate {
        started: AtomicUsize,
        open: Notify,
    }

    fn gate() -> Arc<Gate> {
        Arc::new(Gate {
            started: AtomicUsize::new(0),
            open: Notify::new(),
        })
    }

    async fn pass(gate: Arc<Gate>, result: Result<usize>) -> Result<usize> {
        gate.started.fetch_add(1, Ordering::SeqCst);
        // A permit is kept if nobody waits yet: whoever started the work gets it.
        gate.open.notified().await;
        result
    }

    #[tokio::test]
    async fn many_callers_share_one_flight_and_its_failure_is_not_kept() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let gate = gate();
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let (flight, gate) = (Arc::clone(&flight), Arc::clone(&gate));
                tokio::spawn(async move {
                    let down = || pass(Arc::clone(&gate), Err(Error::invalid_argument("down")));
                    flight.join(LONG, down).await
                })
            })
            .collect();
        gate.open.notify_one();
        for caller in callers {
            let error = caller.await.expect("no panic").expect_err("down");
            assert_eq!(error.details(), "down");
        }
        assert_eq!(gate.started.load(Ordering::SeqCst), 1);
        assert_eq!(flight.join(LONG, || async { Ok(7) }).await.ok(), Some(7));
        assert_eq!(flight.ready(), Some(7));
        flight.clear(|value| *value == 7);
        assert_eq!(flight.ready(), None);
    }

    #[tokio::test]
    async fn what_was_being_made_when_it_was_discarded_is_not_kept() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let gate = gate();
        let (joining, opened) = (Arc::clone(&flight), Arc::clone(&gate));
        let first = tokio::spawn(async move {
            let old = || pass(Arc::clone(&opened), Ok(1));
            joining.join(LONG, old).await
        });
        while gate.started.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        flight.discard();
        assert_eq!(flight.join(LONG, || async { Ok(2) }).await.ok(), Some(2));
        gate.open.notify_one();
        assert_eq!(first.await.expect("no panic").ok(), Some(1));
        assert_eq!(flight.ready(), Some(2));
    }

    #[tokio::test]
    async fn a_cancelled_caller_does_not_take_the_work_down() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let gate = gate();
        let first = {
            let (flight, gate) = (Arc::clone(&flight), Arc::clone(&gate));
            tokio::spawn(async move { flight.join(LONG, || pass(Arc::clone(&gate), Ok(1))).await })
        };
        tokio::task::yield_now().await;
        first.abort();
        gate.open.notify_one();
        assert_eq!(flight.join(LONG, || async { Ok(2) }).await.ok(), Some(1));
    }

    #[tokio::test]
    async fn overdue_work_is_left_to_those_who_wait_for_it_already() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let gate = gate();
        let starter = {
            let (flight, gate) = (Arc::clone(&flight), Arc::clone(&gate));
            tokio::spawn(async move {
                let frozen = || pass(Arc::clone(&gate), Err(Error::invalid_argument("frozen")));
                flight.join(LONG, frozen).await
            })
        };
        while gate.started.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // With no time to spare, any work under way is overdue for this caller.
        tokio::time::sleep(Duration::from_millis(1)).await;
        let joined = flight.join(Duration::ZERO, || async { Ok(4) }).await;
        assert_eq!(joined.ok(), Some(4));
        assert!(!flight.is_flying());
        gate.open.notify_one();
        assert!(starter.await.expect("no panic").is_err());
        assert_eq!(flight.ready(), Some(4), "the old work changes nothing");
    }

    #[tokio::test]
    async fn work_that_panics_fails_its_callers_and_leaves_room_for_the_next() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let result = flight
            .join(LONG, || async {
                std::panic::panic_any("planned by the test")
            })
            .await;
        assert_eq!(result.expect_err("lost").code(), ErrorCode::Unknown);
        assert_eq!(flight.join(LONG, || async { Ok(3) }).await.ok(), Some(3));
    }

    #[test]
    fn without_a_runtime_it_panics_as_tokio_does_and_does_not_hang() {
        let flight: Arc<SingleFlight<usize>> = Arc::default();
        let mut join = Box::pin(flight.join(LONG, || async { Ok(5) }));
        let polled = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            join.as_mut().poll(&mut context).is_ready()
        }));
        assert!(polled.is_err(), "tokio names the missing runtime");
        assert_eq!(flight.ready(), None);
    }
}
