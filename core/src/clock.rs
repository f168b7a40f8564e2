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

    /// How long ago: the larger of what the two clocks say.
    pub(crate) fn age(&self) -> Duration {
        let wall = Duration::from_millis(wall_clock().saturating_sub(self.wall));
        self.monotonic.elapsed().max(wall)
    }
}

/// Milliseconds of the Unix epoch.
pub(crate) fn wall_clock() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, milliseconds)
}

/// A duration's milliseconds, in a form that fits an atomic.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
