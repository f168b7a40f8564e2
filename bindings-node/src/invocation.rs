//! A core invocation for `lib/invocation.ts`, which finds the remaining time and knows when a handler
//! has ended; and what to do about snapshots of the process.

use crate::errors::NativeError;
use crate::queue::NativeQueue;
use momento_lambda_core::operation::Reply;
use momento_lambda_core::{Invocation, runtime};
use napi::Env;
use napi_derive::napi;
use std::sync::Arc;
use std::time::Duration;

/// A handler's run. Calls are bound by its time until `end`.
#[napi]
pub struct NativeInvocation(Arc<Invocation>);

#[napi]
impl NativeInvocation {
    /// How many calls are under way.
    #[napi]
    #[must_use]
    pub fn under_way(&self) -> f64 {
        count(self.0.under_way())
    }

    /// How many calls were waited for in vain.
    #[napi]
    #[must_use]
    pub fn unfinished(&self) -> f64 {
        count(self.0.unfinished())
    }

    /// Whether it makes sense to wait again.
    #[napi]
    #[must_use]
    pub fn may_settle(&self) -> bool {
        self.0.may_settle()
    }

    /// Ends it: calls are not bound by its time any more.
    #[napi]
    pub fn end(&self) {
        self.0.end();
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "as many calls have no room in memory"
)]
fn count(calls: usize) -> f64 {
    calls as f64
}

/// No time is less than none, and one that no clock can tell is no bound.
fn milliseconds(time: f64) -> Duration {
    Duration::try_from_secs_f64(time.max(0.0) / 1_000.0).unwrap_or(Duration::MAX)
}

/// Begins an invocation that has so many milliseconds left; undefined or NaN: nobody knows.
#[napi]
#[must_use]
pub fn begin_invocation(remaining: Option<f64>, margin: f64) -> NativeInvocation {
    let remaining = remaining.filter(|time| !time.is_nan()).map(milliseconds);
    NativeInvocation(Arc::new(Invocation::begin(remaining, milliseconds(margin))))
}

/// Distrusts what the clients had, and begins look-ups and connections in the background.
#[napi]
pub fn after_restore() {
    let head_start = momento_lambda_core::after_restore();
    // A process that can't have a thread for it has its look-ups with the first calls.
    drop(runtime::ensure_worker().and_then(|()| runtime::run_in_background(head_start)));
}

#[napi]
impl NativeQueue {
    /// Waits until no call is under way, as long as the invocation's time allows. The answer, a
    /// success, comes after those of the calls.
    #[napi]
    pub fn settle(
        &self,
        env: Env,
        ticket: u32,
        invocation: &NativeInvocation,
    ) -> Option<NativeError> {
        let settled = self.submissions().settle(&invocation.0, ticket.into());
        self.queue().began(env, settled)
    }

    /// Lets go of every client's token and connection; answers with a success when the sockets are
    /// closed.
    #[napi]
    pub fn before_snapshot(&self, env: Env, ticket: u32) -> Option<NativeError> {
        let done = self.submissions().run(ticket.into(), async {
            momento_lambda_core::before_snapshot().await;
            Ok(Reply::Success)
        });
        self.queue().began(env, done)
    }
}
