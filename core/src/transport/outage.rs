//! The service is out of reach: who may still wait for it.
//!
//! A function that calls a dead cache a hundred times a second should pay for that once, not with a
//! whole time-out per call. Once a dial has used up its patience, or two connections in a row have
//! brought nothing, calls fail at once. What ends it: a probe, a dial and a PING beside the calls,
//! begun by one of them every 1 to 500 ms, for which that one waits a little; or a pause: a call that
//! comes more than a second after the one before is no storm, and has its full patience again, as
//! has every first call of a sandbox that wakes up.

use crate::clock::Moment;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tonic::Status;

/// Calls further apart than this are no storm.
const STORM: Duration = Duration::from_secs(1);
/// Between the beginnings of two probes: a tenth of the outage so far, within these bounds. The lower
/// one is short, so that a service which comes back a few milliseconds after it was given up (seen:
/// four) is found by the next call; the tenth keeps it at some 70 probes in the first second.
const PROBE_EVERY: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(1)..=Duration::from_millis(500);
/// What the call that begins a probe waits for it, so that whoever calls one after the other finds a
/// service that has come back. A dial takes 1 to 20 ms in the region, 100 on a small function; one that
/// is refused takes less.
const PROBE_WAIT: Duration = Duration::from_millis(250);
/// The same once a probe has met silence: enough for a runtime that is driven only while a call waits.
const SILENT_PROBE_WAIT: Duration = Duration::from_millis(2);

/// Whether the service is out of reach, and since when.
#[derive(Debug, Default)]
pub(super) struct Outage {
    is_on: AtomicBool,
    state: Mutex<Option<State>>,
}

#[derive(Debug)]
struct State {
    because: Status,
    begun: Moment,
    last_call: Moment,
    last_probe: Option<Moment>,
    /// Whether a probe was waited for in vain.
    is_silent: bool,
}

/// What a call may do.
#[derive(Debug)]
pub(super) enum Admission {
    /// Go on as ever.
    Through,
    /// Begin a probe, wait for it for so long, then fail with this.
    Probe(Status, Duration),
    /// Fail.
    Reject(Status),
}

impl Outage {
    /// What a call that begins now may do.
    pub(super) fn admit(&self) -> Admission {
        if !self.is_on() {
            return Admission::Through;
        }
        let mut guard = self.lock();
        let Some(state) = guard.as_mut() else {
            return Admission::Through;
        };
        if state.last_call.age() > STORM {
            *guard = None;
            self.is_on.store(false, Ordering::Release);
            return Admission::Through;
        }
        state.last_call = Moment::now();
        let status = Status::new(
            state.because.code(),
            format!(
                "{}; out of reach for {} ms, tried again beside the calls",
                state.because.message(),
                state.begun.age().as_millis()
            ),
        );
        let pause = state.begun.age() / 10;
        let pause = pause.clamp(*PROBE_EVERY.start(), *PROBE_EVERY.end());
        if state.last_probe.is_some_and(|probe| probe.age() < pause) {
            return Admission::Reject(status);
        }
        state.last_probe = Some(Moment::now());
        let wait = if state.is_silent {
            SILENT_PROBE_WAIT
        } else {
            PROBE_WAIT
        };
        Admission::Probe(status, wait)
    }

    /// Whether the service is out of reach.
    pub(super) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Acquire)
    }

    /// The service is out of reach; `because` is what every call will be told.
    pub(super) fn begin(&self, because: Status) {
        let mut guard = self.lock();
        let now = Moment::now();
        match guard.as_mut() {
            Some(state) => state.because = because,
            None => {
                *guard = Some(State {
                    because,
                    begun: now,
                    last_call: now,
                    last_probe: None,
                    is_silent: false,
                });
            }
        }
        self.is_on.store(true, Ordering::Release);
    }

    /// A probe was waited for in vain.
    pub(super) fn fell_silent(&self) {
        if let Some(state) = self.lock().as_mut() {
            state.is_silent = true;
        }
    }

    /// Somebody answered.
    pub(super) fn over(&self) {
        if self.is_on.load(Ordering::Relaxed) {
            *self.lock() = None;
            self.is_on.store(false, Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<State>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_in_a_while_probes_and_an_answer_ends_it() {
        let outage = Outage::default();
        assert!(matches!(outage.admit(), Admission::Through));
        outage.begin(Status::unavailable("refused"));
        // Nine tenths of a second: the next probe is due in 90 ms.
        crate::clock::tests::wall_clock_moves_on(STORM * 9 / 10);
        let Admission::Probe(status, PROBE_WAIT) = outage.admit() else {
            panic!("the first call probes");
        };
        assert!(status.message().starts_with("refused; out of reach for "));
        assert!(matches!(outage.admit(), Admission::Reject(_)));
        outage.over();
        assert!(matches!(outage.admit(), Admission::Through));
    }
}
