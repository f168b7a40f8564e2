//! When a failed attempt is followed by another.
//!
//! Which operations may be sent again stands in operations.toml; the status must be one of those
//! that the official SDKs take for passing: INTERNAL, UNAVAILABLE, and CANCELLED as in Node. Attempts
//! end with the client's deadline, which stands around all of them.

use super::Operation;
use crate::config::Retry;
use std::time::Duration;
use tonic::Code;

/// What each attempt of a fixed count may come later than the one before, after the first two.
const SPREAD: Duration = Duration::from_millis(10);

/// How long to wait before the attempt after number `attempt`; `None`: there is none.
pub(super) fn delay(
    strategy: &Retry,
    operation: Operation,
    code: Code,
    attempt: u32,
) -> Option<Duration> {
    let passing = matches!(code, Code::Internal | Code::Unavailable | Code::Cancelled);
    let timed_out =
        code == Code::DeadlineExceeded && matches!(strategy, Retry::FixedTimeout { .. });
    if !operation.is_idempotent() || !(passing || timed_out) {
        return None;
    }
    match *strategy {
        Retry::None | Retry::Custom { .. } => None,
        // At once, for most of what passes has passed by then; later ones spread out.
        Retry::FixedCount { max_attempts } => (attempt <= max_attempts).then(|| {
            let steps = f64::from(attempt.saturating_sub(1).min(3));
            SPREAD.mul_f64(steps * fastrand::f64())
        }),
        // A tenth more or less, so that clients that failed together do not come back together.
        Retry::FixedTimeout { delay, .. } => Some(delay.mul_f64(0.9 + 0.2 * fastrand::f64())),
        Retry::ExponentialBackoff {
            initial_delay,
            growth_factor,
            max_delay,
        } => {
            let grown = |steps: i32| {
                let factor = growth_factor.powi(steps);
                let delay = initial_delay.as_secs_f64() * factor;
                delay.min(max_delay.as_secs_f64())
            };
            let steps = i32::try_from(attempt).unwrap_or(i32::MAX);
            let base = grown(steps.saturating_sub(1));
            // Decorrelated jitter: up to three times the delay before.
            let most = (3.0 * grown(steps.saturating_sub(2).max(0))).max(base);
            let delay = base + (most - base) * fastrand::f64();
            Some(Duration::try_from_secs_f64(delay).unwrap_or(max_delay))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passing_failures_of_operations_that_may_be_repeated_are() {
        let three = Retry::FixedCount { max_attempts: 3 };
        let ask = |operation, code, attempt| delay(&three, operation, code, attempt).is_some();
        assert!(ask(Operation::Get, Code::Unavailable, 1));
        assert!(ask(Operation::Get, Code::Internal, 3));
        assert!(!ask(Operation::Get, Code::Unavailable, 4));
        assert!(!ask(Operation::Increment, Code::Unavailable, 1));
        assert!(!ask(Operation::Get, Code::NotFound, 1));
        assert!(!ask(Operation::Get, Code::DeadlineExceeded, 1));
    }

    #[test]
    fn delays_grow_to_their_bound_and_vary() {
        let backoff = Retry::ExponentialBackoff {
            initial_delay: Duration::from_micros(500),
            growth_factor: 2.0,
            max_delay: Duration::from_millis(8),
        };
        let fixed = Retry::FixedTimeout {
            response_timeout: Duration::from_secs(1),
            delay: Duration::from_millis(100),
        };
        for attempt in 1..200 {
            let delay = delay(&backoff, Operation::Get, Code::Unavailable, attempt).expect("more");
            assert!(delay >= Duration::from_micros(499), "{attempt}: {delay:?}");
            assert!(delay <= Duration::from_millis(24), "{attempt}: {delay:?}");
            let delay = super::delay(&fixed, Operation::Get, Code::DeadlineExceeded, attempt);
            let delay = delay.expect("fixed time-outs go on until the deadline");
            assert!(delay >= Duration::from_millis(90) && delay <= Duration::from_millis(110));
        }
    }
}
