//! How many retries a service is worth: a token bucket, as in gRPC's retry throttling (gRFC A6).
//!
//! While few calls fail, each may be repeated; when most do, repeating them is load on a service that
//! has enough, and time that callers pay for. A retry costs ten tokens of a hundred, a success brings
//! one: ten retries at once, and a tenth of the calls in the long run.

use std::sync::atomic::{AtomicU32, Ordering};

const FULL: u32 = 100;
const COST: u32 = 10;

#[derive(Debug)]
pub(super) struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl RetryBudget {
    /// Takes what a retry costs, if there is as much.
    pub(super) fn spend(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
                tokens.checked_sub(COST)
            })
            .is_ok()
    }

    /// A call went well. The common case, a full bucket, costs one load.
    pub(super) fn earn(&self) {
        if self.0.load(Ordering::Relaxed) < FULL {
            let _ = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
                    (tokens < FULL).then_some(tokens + 1)
                });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_retries_and_then_one_for_ten_successes() {
        let budget = RetryBudget::default();
        let spent = (0..20).filter(|_| budget.spend()).count();
        assert_eq!(spent, 10);
        for _ in 0..9 {
            budget.earn();
        }
        assert!(!budget.spend());
        budget.earn();
        assert!(budget.spend());
        assert!(!budget.spend());
        for _ in 0..1_000 {
            budget.earn();
        }
        assert_eq!((0..20).filter(|_| budget.spend()).count(), 10);
    }
}
