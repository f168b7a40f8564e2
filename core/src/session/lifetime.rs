//! When a token is to be looked up again.
//!
//! A token ages by both clocks, because a sandbox that was frozen for an hour has a token that is an
//! hour older. Its own end is a time of day, so the wall clock alone says when it comes.

use super::pause::spread;
use crate::clock::{Moment, milliseconds, wall_clock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// So long before a token's own end it is looked up, or a tenth of what it had left, if that is less.
const MARGIN: Duration = Duration::from_mins(1);

/// What a call should do about a token's age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing.
    Fresh,
    /// See to it that it is looked up beside.
    Due,
    /// Wait for the look-up: a sandbox that is frozen after each call never ends one beside.
    Overdue,
}

/// How long a token lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    looked_up: Moment,
    ttl: Option<Duration>,
    end: Option<End>,
}

/// In milliseconds of the Unix epoch.
#[derive(Clone, Copy, Debug)]
struct End {
    comes: u64,
    look_up: u64,
}

impl Lifetime {
    /// Of a token that was looked up just now and is good for `ttl`, zero for ever, or until it ends.
    pub(super) fn new(ttl: Duration, expires_at: Option<SystemTime>) -> Self {
        let end = expires_at
            .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
            .map(|at| {
                let comes = milliseconds(at);
                let left = comes.saturating_sub(wall_clock());
                End {
                    comes,
                    look_up: comes - milliseconds(MARGIN).min(left / 10),
                }
            });
        Self {
            looked_up: Moment::now(),
            ttl: (!ttl.is_zero()).then(|| spread(ttl, 0.1)),
            end,
        }
    }

    /// Of a token that is the only one there is.
    pub(super) fn endless() -> Self {
        Self::new(Duration::ZERO, None)
    }

    pub(super) fn standing(&self) -> Standing {
        if self.has_ended() {
            return Standing::Overdue;
        }
        let by_ttl = self.ttl.map_or(Standing::Fresh, |ttl| {
            let age = self.looked_up.age();
            if age > ttl.saturating_mul(2) {
                Standing::Overdue
            } else if age > ttl {
                Standing::Due
            } else {
                Standing::Fresh
            }
        });
        match by_ttl {
            Standing::Fresh if self.end.is_some_and(|end| wall_clock() >= end.look_up) => {
                Standing::Due
            }
            standing => standing,
        }
    }

    /// Whether the token's own end has come.
    pub(super) fn has_ended(&self) -> bool {
        self.end.is_some_and(|end| wall_clock() >= end.comes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::tests::wall_clock_moves_on;

    const TTL: Duration = Duration::from_mins(15);

    fn ends_in(left: Duration) -> Lifetime {
        let end = UNIX_EPOCH + Duration::from_millis(wall_clock()) + left;
        Lifetime::new(Duration::ZERO, Some(end))
    }

    #[test]
    fn a_token_is_due_after_its_ttl_and_overdue_after_twice_that() {
        let lifetime = Lifetime::new(TTL, None);
        for (minutes, standing) in [
            (13, Standing::Fresh),
            (4, Standing::Due),
            (9, Standing::Due),
            (8, Standing::Overdue),
        ] {
            wall_clock_moves_on(Duration::from_mins(minutes));
            assert_eq!(lifetime.standing(), standing);
        }
        let ttls: Vec<_> = (0..50).map(|_| Lifetime::new(TTL, None).ttl).collect();
        assert!(
            ttls.iter()
                .flatten()
                .all(|ttl| { *ttl >= TTL.mul_f64(0.9) && *ttl <= TTL.mul_f64(1.1) })
        );
        assert!(ttls.iter().any(|ttl| *ttl != ttls[0]), "jitter");
    }

    #[test]
    fn zero_is_for_ever() {
        let lifetime = Lifetime::new(Duration::ZERO, None);
        wall_clock_moves_on(Duration::from_hours(24 * 365));
        assert_eq!(lifetime.standing(), Standing::Fresh);
    }

    #[test]
    fn a_token_that_ends_is_due_before() {
        let lifetime = ends_in(Duration::from_hours(1));
        wall_clock_moves_on(Duration::from_mins(58));
        assert_eq!(lifetime.standing(), Standing::Fresh);
        wall_clock_moves_on(Duration::from_secs(61));
        assert_eq!(lifetime.standing(), Standing::Due);
        wall_clock_moves_on(Duration::from_mins(1));
        assert_eq!(lifetime.standing(), Standing::Overdue);
        assert!(lifetime.has_ended());

        let short = ends_in(Duration::from_secs(100));
        wall_clock_moves_on(Duration::from_secs(89));
        assert_eq!(short.standing(), Standing::Fresh);
        wall_clock_moves_on(Duration::from_secs(2));
        assert_eq!(short.standing(), Standing::Due);
        let past = Lifetime::new(TTL, Some(UNIX_EPOCH));
        assert_eq!(past.standing(), Standing::Overdue);
    }
}
