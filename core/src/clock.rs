//! How long ago something was, in a process that may have been frozen in between.
//!
//! Which clock goes on during a freeze depends on who froze: a stopped process keeps both, a paused
//! machine may lose the monotonic one and get its wall clock set when it goes on. The larger of the
//! two is the better guess, and never less than what went by in truth unless both stood still.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A moment by both clocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    monotonic: Instant,
    /// Milliseconds of the Unix epoch.
    wall: u64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self {
            monotonic: Instant::now(),
            wall: wall_clock(),
        }
    }

    /// Milliseconds of the Unix epoch.
    pub(crate) fn wall(&self) -> u64 {
        self.wall
    }

    /// How long ago, by the monotonic clock alone.
    pub(crate) fn elapsed(&self) -> Duration {
        self.monotonic.elapsed()
    }

    /// Whether it came after another moment. The monotonic clock never runs backwards.
    pub(crate) fn is_after(&self, other: &Self) -> bool {
        self.monotonic > other.monotonic
    }

    /// How long ago: the larger of what the two clocks say.
    pub(crate) fn age(&self) -> Duration {
        let wall = Duration::from_millis(wall_clock().saturating_sub(self.wall));
        self.monotonic.elapsed().max(wall)
    }
}

/// Milliseconds of the Unix epoch.
pub(crate) fn wall_clock() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, milliseconds);
    #[cfg(test)]
    let now = now + tests::AHEAD.get();
    now
}

/// A duration's milliseconds, in a form that fits an atomic.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        pub(super) static AHEAD: Cell<u64> = const { Cell::new(0) };
    }

    /// Time passes by this thread's wall clock alone, as in a sandbox that was frozen.
    pub(crate) fn wall_clock_moves_on(by: Duration) {
        AHEAD.set(AHEAD.get() + milliseconds(by));
    }

    #[test]
    fn the_clock_that_went_on_counts() {
        let moment = Moment::now();
        assert!(moment.age() < Duration::from_mins(1));
        wall_clock_moves_on(Duration::from_hours(2));
        assert!(moment.age() >= Duration::from_hours(2));
    }
}
