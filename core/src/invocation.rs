//! The invocation that calls run in: how long it has left, and what is under way when it ends.
//!
//! Lambda kills a sandbox when a function's time is over, in the middle of whatever it waits for, and
//! freezes it when the handler has answered, in the middle of whatever it did not wait for. So a host
//! may say when an invocation begins and how long it has: no call outlives it, less a margin in which
//! the handler can still answer, and before the answer goes out [`Invocation::settle`] waits for calls
//! that nobody waited for.
//!
//! Several invocations may be under way at a time, on managed instances or nested in each other. Which
//! of them a call belongs to is not known (finding out costs asyncio and Node more than the call), so
//! the latest limit binds all, and no call is cut short that need not be. Nobody freezes a sandbox in
//! which another invocation runs: only the last one waits, and it stops when another begins.
//!
//! A call outside of any invocation pays for two counts and a look at one atomic.

use crate::error::{Error, ErrorCode};
use crate::operation::Operation;
use crate::per_process::{PerProcess, Process};
use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// No invocation under way has a limit.
const UNLIMITED: u64 = 0;

static INVOCATIONS: PerProcess<Invocations> = PerProcess::new();

fn invocations() -> &'static Invocations {
    INVOCATIONS.get_or_init(|| Invocations::new(Some(Process::current())))
}

/// The parts of the count of calls.
const UNDER_WAY: u64 = u32::MAX as u64;
const BEGUN: u64 = 1 << 32;

/// What this process has under way.
#[derive(Debug)]
struct Invocations {
    /// Whose they are, `None`: a test's.
    process: Option<Process>,
    opened: Instant,
    active: Mutex<Vec<Active>>,
    last_number: AtomicU64,
    /// The latest limit, in microseconds after `opened`; or [`UNLIMITED`].
    limit: AtomicU64,
    /// How many are under way, and above that how many have begun: one step for both.
    calls: AtomicU64,
    /// Calls that an invocation's limit has ended.
    cut_short: AtomicUsize,
    /// How many wait for the calls to end.
    waiting: AtomicUsize,
    changed: Notify,
}

#[derive(Debug)]
struct Active {
    number: u64,
    times: Option<Times>,
}

/// When an invocation's calls have to end, and when it ends itself.
#[derive(Clone, Copy, Debug)]
struct Times {
    limit: Instant,
    end: Instant,
}

impl Times {
    /// Past the limit, so that calls that it ends can say so, and still before the end.
    fn give_up(self) -> Instant {
        self.limit + self.end.saturating_duration_since(self.limit) / 2
    }
}

impl Invocations {
    fn new(process: Option<Process>) -> Self {
        Self {
            process,
            opened: Instant::now(),
            active: Mutex::default(),
            last_number: AtomicU64::new(0),
            limit: AtomicU64::new(UNLIMITED),
            calls: AtomicU64::new(0),
            cut_short: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            changed: Notify::new(),
        }
    }

    fn active(&self) -> MutexGuard<'_, Vec<Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, times: Option<Times>) -> u64 {
        let number = self.last_number.fetch_add(1, Ordering::Relaxed);
        let mut active = self.active();
        active.push(Active { number, times });
        self.set_limit(&mut active);
        drop(active);
        self.tell();
        number
    }

    fn remove(&self, number: u64) {
        let mut active = self.active();
        active.retain(|one| one.number != number);
        self.set_limit(&mut active);
        drop(active);
        self.tell();
    }

    /// One that is over has ended, whether its host has said so or not: a callback may never have
    /// been called.
    fn set_limit(&self, active: &mut Vec<Active>) {
        let now = Instant::now();
        active.retain(|one| one.times.is_none_or(|times| now < times.end));
        let limits: Option<Vec<_>> = active
            .iter()
            .map(|one| one.times.map(|times| times.limit))
            .collect();
        let latest = limits.and_then(|limits| limits.into_iter().max());
        let micros = latest.map_or(UNLIMITED, |limit| {
            let micros = limit.saturating_duration_since(self.opened).as_micros();
            u64::try_from(micros).unwrap_or(u64::MAX).max(1)
        });
        self.limit.store(micros, Ordering::Relaxed);
    }

    fn limit(&'static self) -> Option<Limit> {
        let read = || match self.limit.load(Ordering::Relaxed) {
            UNLIMITED => None,
            micros => self.opened.checked_add(Duration::from_micros(micros)),
        };
        let mut at = read()?;
        if at <= Instant::now() {
            self.set_limit(&mut self.active());
            at = read()?;
        }
        Some(Limit {
            at,
            invocations: self,
        })
    }

    fn enter(&'static self) -> Flight {
        self.calls.fetch_add(BEGUN + 1, Ordering::SeqCst);
        Flight {
            limit: self.limit(),
            invocations: self,
        }
    }

    fn begun(&self) -> u32 {
        u32::try_from(self.calls.load(Ordering::SeqCst) / BEGUN).unwrap_or_default()
    }

    /// In the child of a fork an invocation of the parent's is none: its calls are not there to end, and
    /// its lock may stay locked.
    fn are_here(&self) -> bool {
        self.process
            .is_none_or(|process| process == Process::current())
    }

    fn is_alone(&self, number: u64) -> bool {
        self.active().iter().all(|one| one.number == number)
    }

    /// Whoever waits looks again.
    fn tell(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.changed.notify_waiters();
        }
    }
}

/// A call under way, from when it is asked for until its answer is on its way to the host.
#[derive(Debug)]
pub(crate) struct Flight {
    limit: Option<Limit>,
    invocations: &'static Invocations,
}

/// A call begins.
pub(crate) fn enter() -> Flight {
    invocations().enter()
}

impl Flight {
    /// What bound the call when it was asked for: nothing, if an invocation without a limit was under
    /// way, or none.
    pub(crate) fn limit(&self) -> Option<Limit> {
        self.limit
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.invocations.calls.fetch_sub(1, Ordering::SeqCst) & UNDER_WAY == 1 {
            self.invocations.tell();
        }
    }
}

/// When the calls of the invocations under way have to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    at: Instant,
    invocations: &'static Invocations,
}

impl Limit {
    pub(crate) fn at(self) -> Instant {
        self.at
    }

    pub(crate) fn is_over(self) -> bool {
        self.at <= Instant::now()
    }

    /// The error of a call that this has ended.
    pub(crate) fn error(self, operation: Operation) -> Error {
        self.invocations.cut_short.fetch_add(1, Ordering::Relaxed);
        Error::new(
            ErrorCode::Timeout,
            format!(
                "{} had no answer before the invocation's time was up: calls end a margin before the function's \
                 time-out, so that it can still answer",
                operation.rpc()
            ),
        )
    }

    /// The same error in the place of the one that ended a call, if it is this that ended it.
    pub(crate) fn explain(self, error: Error, operation: Operation) -> Error {
        if error.code() == ErrorCode::Timeout && self.is_over() {
            self.error(operation)
        } else {
            error
        }
    }
}

/// An invocation of the function, from when it is begun until it is dropped or ended.
///
/// ```
/// use momento_lambda_core::Invocation;
/// use std::time::Duration;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let invocation = Invocation::begin(Some(Duration::from_secs(3)), Invocation::MARGIN);
/// // ... calls ...
/// invocation.settle().await;
/// assert_eq!(invocation.unfinished(), 0);
/// # }
/// ```
pub struct Invocation {
    number: u64,
    times: Option<Times>,
    unfinished: AtomicUsize,
    invocations: &'static Invocations,
}

impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation")
            .field("times", &self.times)
            .finish_non_exhaustive()
    }
}

impl Invocation {
    /// How long before the invocation's end its calls end, unless a host says otherwise: what a
    /// handler needs to answer, on a small function too.
    pub const MARGIN: Duration = Duration::from_millis(50);

    /// Begins one that has this much time left; `None`: nobody knows, and calls have their own
    /// deadlines only. Half of a time shorter than two margins is margin.
    #[must_use]
    pub fn begin(remaining: Option<Duration>, margin: Duration) -> Self {
        Self::of(invocations(), remaining, margin)
    }

    fn of(
        invocations: &'static Invocations,
        remaining: Option<Duration>,
        margin: Duration,
    ) -> Self {
        let now = Instant::now();
        let times = remaining.and_then(|remaining| {
            let margin = margin.min(remaining / 2);
            Some(Times {
                limit: now.checked_add(remaining.saturating_sub(margin))?,
                end: now.checked_add(remaining)?,
            })
        });
        Self {
            number: invocations.add(times),
            times,
            unfinished: AtomicUsize::new(0),
            invocations,
        }
    }

    /// Waits until no call is under way, but not beyond the invocation's time, and not while another
    /// invocation keeps the sandbox awake.
    pub async fn settle(&self) {
        if !self.invocations.are_here() {
            return;
        }
        let cut_short = || self.invocations.cut_short.load(Ordering::Relaxed);
        let cut_short_before = cut_short();
        let left = self.wait().await;
        let lost = left + cut_short().saturating_sub(cut_short_before);
        self.unfinished.fetch_add(lost, Ordering::Relaxed);
    }

    /// How many calls were still under way in the end.
    async fn wait(&self) -> usize {
        let invocations = self.invocations;
        let _waiting = Waiting::begin(invocations);
        let give_up = self.times.map(Times::give_up);
        loop {
            let mut changed = pin!(invocations.changed.notified());
            changed.as_mut().enable();
            if self.under_way() == 0 || !invocations.is_alone(self.number) {
                return 0;
            }
            match give_up {
                None => changed.await,
                Some(give_up) => {
                    if timeout_at(give_up, changed).await.is_err() {
                        return self.under_way();
                    }
                }
            }
        }
    }

    /// Whether it makes sense to settle again, for hosts in which the end of one call may begin another:
    /// there is time, and no other invocation keeps the sandbox awake.
    #[must_use]
    pub fn may_settle(&self) -> bool {
        let has_time = self
            .times
            .is_none_or(|times| Instant::now() < times.give_up());
        has_time && self.invocations.are_here() && self.invocations.is_alone(self.number)
    }

    /// How many calls are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        if self.invocations.are_here() {
            let calls = self.invocations.calls.load(Ordering::SeqCst) & UNDER_WAY;
            usize::try_from(calls).unwrap_or(usize::MAX)
        } else {
            0
        }
    }

    /// A number that changes when a call begins. A host whose event loop lets one call follow another
    /// sees by it that it must wait on, also where each is over before anybody looks.
    #[must_use]
    pub fn begun(&self) -> u32 {
        self.invocations.begun()
    }

    /// How many calls [`settle`](Self::settle) waited for in vain: they were still under way, or
    /// the invocation's time had ended them.
    #[must_use]
    pub fn unfinished(&self) -> usize {
        self.unfinished.load(Ordering::Relaxed)
    }

    /// Ends it; again, nothing happens.
    pub fn end(&self) {
        if self.invocations.are_here() {
            self.invocations.remove(self.number);
        }
    }
}

impl Drop for Invocation {
    fn drop(&mut self) {
        self.end();
    }
}

/// Someone waits for calls to end.
struct Waiting(&'static Invocations);

impl Waiting {
    fn begin(invocations: &'static Invocations) -> Self {
        invocations.waiting.fetch_add(1, Ordering::SeqCst);
        Self(invocations)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests;
