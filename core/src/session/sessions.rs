//! A client's sessions, one at a time: looked up when there is none, again when it gets old, and at
//! once when the service refuses it. One look-up, however many calls wait for it.
//!
//! A look-up is a task of its own and outlives the calls that gave it up. A synchronous process has
//! nobody who drives tasks between calls, so one that goes on alone gets a thread (see runtime.rs).

use super::Session;
use super::lifetime::Standing;
use super::state::{Cause, State, Verdict};
use crate::clock::Moment;
use crate::counters::{Counters, Tally};
use crate::error::{Error, ErrorCode, Result};
use crate::options::{ClientOptions, Credentials};
use crate::runtime;
use crate::single_flight::SingleFlight;
use crate::token::{TokenSource, Wanted, look_up_the};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

/// A look-up takes 5 to 300 ms. One that has taken so long may wait for somebody who will never answer,
/// so whoever comes then begins another beside it; the first that ends counts.
const IN_VAIN: Duration = Duration::from_millis(900);

#[derive(Debug)]
pub(crate) struct Sessions {
    options: Arc<ClientOptions>,
    tally: Arc<Tally>,
    state: Mutex<State>,
    look_ups: Arc<SingleFlight<()>>,
    /// A look-up brought something of use.
    arrived: Notify,
    /// Whether somebody sees to it that the look-up under way goes on.
    driven: AtomicBool,
}

impl Sessions {
    pub(crate) fn new(options: Arc<ClientOptions>) -> Self {
        Self {
            options,
            tally: Arc::default(),
            state: Mutex::default(),
            look_ups: Arc::default(),
            arrived: Notify::new(),
            driven: AtomicBool::new(false),
        }
    }

    pub(crate) fn counters(&self) -> Counters {
        self.tally.read()
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The session in use, unless a call must wait for one. Sees to its successor when that is due.
    pub(crate) fn ready(self: &Arc<Self>) -> Option<Arc<Session>> {
        let mut state = self.lock();
        let (session, standing) = state.standing()?;
        let session = Arc::clone(session);
        match standing {
            Standing::Fresh => {}
            Standing::Due => {
                if state.may_refresh(self.options.configuration.look_up_budget) {
                    drop(state);
                    let this = Arc::clone(self);
                    runtime::keep_driving(async move { drop(this.look_up(Cause::Due).await) });
                }
            }
            Standing::Overdue if state.waited_in_vain => {}
            Standing::Overdue if state.is_postponed() && !self.look_ups.is_flying() => {}
            Standing::Overdue => return None,
        }
        Some(session)
    }

    /// The session in use, or the one that a look-up makes by then.
    pub(crate) async fn current(self: &Arc<Self>, by: Instant) -> Result<Arc<Session>> {
        if let Some(session) = self.ready() {
            return Ok(session);
        }
        let Credentials::Source { source, .. } = &self.options.credentials else {
            return self.fixed();
        };
        if let Some(old) = self.old() {
            // A failure is no harm: the old one serves on. So is silence.
            if timeout_at(by, self.look_up(Cause::Due)).await.is_err() {
                self.lock().waited_in_vain = true;
            }
            return Ok(self.old().unwrap_or(old));
        }
        self.begin(source, by).await
    }

    /// Whether no token was ever there.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().session().is_none()
    }

    fn old(&self) -> Option<Arc<Session>> {
        self.lock().session().map(Arc::clone)
    }

    /// The session of credentials that are given: nothing to wait for.
    fn fixed(&self) -> Result<Arc<Session>> {
        let Credentials::Fixed(credential) = &self.options.credentials else {
            return Err(closed());
        };
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        if let Some(session) = state.session() {
            return Ok(Arc::clone(session));
        }
        let session = Arc::new(Session::new(&self.options, credential, None, &self.tally)?);
        state.keep(Arc::clone(&session));
        Ok(session)
    }

    /// The first session, looked up after the pause that follows a look-up which failed.
    async fn begin(self: &Arc<Self>, source: &TokenSource, by: Instant) -> Result<Arc<Session>> {
        loop {
            let pause = {
                let state = self.lock();
                if state.closed {
                    return Err(closed());
                }
                if let Some(session) = state.session() {
                    return Ok(Arc::clone(session));
                }
                let pause = state.failed.left();
                if let Some(failure) = &state.failure
                    && Instant::now() + pause > by
                {
                    return Err(failure.clone());
                }
                pause
            };
            if !pause.is_zero() {
                sleep(pause).await;
                continue;
            }
            let looked_up = timeout_at(by, self.look_up(Cause::Start)).await;
            looked_up.map_err(|_| {
                Error::new(
                    ErrorCode::Timeout,
                    format!(
                        "{source}: the token was not there within {} ms, the budget of a first call; its look-up goes on for the next call",
                        self.options.configuration.start_budget().as_millis()
                    ),
                )
            })??;
        }
    }

    /// Another session than one whose token was refused, or why there is none.
    pub(crate) async fn renew(
        self: &Arc<Self>,
        refused: &Arc<Session>,
        by: Instant,
    ) -> Result<Arc<Session>, Option<String>> {
        let Credentials::Source { source, .. } = &self.options.credentials else {
            return Err(refused.ended());
        };
        {
            let mut state = self.lock();
            if let Some(other) = state.other_than(refused) {
                return Ok(other);
            }
            if !state.refuse(refused) {
                return Err(Some(why_none(source, refused, state.failure.as_ref())));
            }
        }
        let looked_up = timeout_at(by, self.look_up(Cause::Refused(Arc::clone(refused)))).await;
        if looked_up.is_err() {
            return Err(Some(format!(
                "{source}: the look-up of a newer token was not over by the call's deadline"
            )));
        }
        let state = self.lock();
        state
            .other_than(refused)
            .ok_or_else(|| Some(why_none(source, refused, state.failure.as_ref())))
    }

    /// Takes part in the look-up that is under way, or begins one.
    async fn look_up(self: &Arc<Self>, cause: Cause) -> Result<()> {
        // Only the outcome of a look-up that is under way now, or begins now, is news.
        self.look_ups.clear(|()| true);
        let _going_on = GoingOn(self);
        let arrived = self.arrived.notified();
        let this = Arc::clone(self);
        let work = || async move { this.look_up_once(cause).await };
        let patience = self.options.configuration.look_up_budget.min(IN_VAIN);
        either(self.look_ups.join(patience, work), async {
            arrived.await;
            Ok(())
        })
        .await
    }

    async fn look_up_once(self: Arc<Self>, cause: Cause) -> Result<()> {
        let Credentials::Source { source, .. } = &self.options.credentials else {
            return Ok(());
        };
        let Some(number) = self.lock().begin(&cause) else {
            return Ok(());
        };
        let outcome = self.ask(number, &cause, source).await;
        if let Err(error) = &outcome {
            self.lock().fail(&cause, error, source.is_local());
        }
        outcome
    }

    async fn ask(&self, number: u64, cause: &Cause, source: &TokenSource) -> Result<()> {
        let mut wanted = match cause {
            Cause::Start | Cause::Due => Wanted::Current,
            Cause::Refused(_) => Wanted::Uncached,
        };
        loop {
            let asked = Moment::now();
            let session = self.find(wanted).await?;
            let (verdict, renewed) =
                self.lock()
                    .heed(number, asked, session, self.options.token_ttl());
            self.count(renewed);
            match verdict {
                Verdict::Done => {
                    self.arrived.notify_waiters();
                    return Ok(());
                }
                Verdict::Again => wanted = Wanted::Uncached,
                Verdict::Refused => break,
            }
        }
        let may_fall_back = source.keeps_previous() && self.lock().may_fall_back();
        if may_fall_back && let Ok(previous) = self.find(Wanted::Previous).await {
            let (verdict, renewed) = self.lock().fall_back(number, previous);
            self.count(renewed);
            if verdict == Verdict::Done {
                self.arrived.notify_waiters();
                return Ok(());
            }
        }
        self.lock().stay();
        Ok(())
    }

    async fn find(&self, wanted: Wanted) -> Result<Session> {
        let Credentials::Source { source, endpoint } = &self.options.credentials else {
            return Err(closed());
        };
        self.tally.look_ups.add();
        let budget = self.options.configuration.look_up_budget;
        let credential = look_up_the(wanted, source, endpoint, budget).await?;
        Session::new(
            &self.options,
            &credential,
            self.old().as_deref(),
            &self.tally,
        )
    }

    fn count(&self, renewed: bool) {
        if renewed {
            self.tally.renewals.add();
        }
    }

    /// Lets go of token and connections, for good. Calls in flight still get their replies.
    pub(crate) fn close(&self) {
        let last = self.lock().close();
        let_go(last.as_deref());
    }

    /// Lets go of token and connections, of those on their way, and of all that was learned about
    /// them; the next call begins anew.
    pub(crate) fn restart(&self) {
        let last = self.lock().restart();
        self.look_ups.discard();
        let_go(last.as_deref());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under this lock can panic half-way, so a poisoned state is still a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn let_go(session: Option<&Session>) {
    if let Some(session) = session {
        session.data.close();
        session.control.close();
    }
}

/// Whatever ends first.
async fn either<T>(one: impl Future<Output = T>, other: impl Future<Output = T>) -> T {
    let mut one = std::pin::pin!(one);
    let mut other = std::pin::pin!(other);
    std::future::poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(value),
        Poll::Pending => other.as_mut().poll(context),
    })
    .await
}

/// Sees to it that a look-up goes on when the call that waited for it does not.
struct GoingOn<'a>(&'a Arc<Sessions>);

impl Drop for GoingOn<'_> {
    fn drop(&mut self) {
        if !self.0.look_ups.is_flying() || self.0.driven.swap(true, Ordering::Relaxed) {
            return;
        }
        let driven = Driven(Arc::clone(self.0));
        runtime::keep_driving(async move { driven.0.look_ups.landed().await });
    }
}

/// A look-up that is seen to.
struct Driven(Arc<Sessions>);

impl Drop for Driven {
    fn drop(&mut self) {
        self.0.driven.store(false, Ordering::Relaxed);
    }
}

fn why_none(source: &TokenSource, refused: &Session, failure: Option<&Error>) -> String {
    let reason = match failure {
        Some(failure) => format!("no newer token could be had: {}", failure.details()),
        None => format!("{source} holds no other token"),
    };
    match refused.ended() {
        Some(ended) => format!("{ended}; {reason}"),
        None => reason,
    }
}

fn closed() -> Error {
    Error::new(
        ErrorCode::FailedPrecondition,
        "this client is closed; make or get another one",
    )
}
