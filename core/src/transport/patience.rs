//! How long silence is taken for nothing but silence.
//!
//! | a connection on which nothing came for | is | and gets, for a request that may be sent twice | for another |
//! | --- | --- | --- | --- |
//! | less than `suspect_after` | trusted | the request; `attempt` later a PING; `proof` later a second connection | the request; then it is given up, for the next |
//! | more | suspect | request and PING; `proof` later a second connection | PING; `proof` later a second connection, then the request |
//! | `stale_after` | stale | the request, and at once a second connection | a new connection, then the request |
//!
//! Silence is counted from the later of the request and the last byte. A freeze can end any wait too
//! early, so each is followed by a look at the socket. No timer runs while nobody waits.

use super::activity::Standing;
use std::time::Duration;

/// The limits. The default ones suit a function in the cache's region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Idle for longer, a connection must prove itself. 5 s: warm invocations under load come closer
    /// together, and a freeze takes longer.
    pub suspect_after: Duration,
    /// Idle for longer, a connection is taken for dead. 4 min: AWS's load balancers and NAT drop one
    /// at 350 s.
    pub stale_after: Duration,
    /// Silence after a request before a PING asks. 100 ms: a hundred times a cache's usual reply.
    pub attempt: Duration,
    /// Silence after a PING before a connection is given up. 50 ms, or three round trips.
    pub proof: Duration,
    /// Silence on a second connection, too, before the service counts as out of reach.
    pub verdict: Duration,
    /// How long refused dials are repeated: a server's restart on its machine takes that long.
    pub refusals: Duration,
    /// A connection older than this is followed by a new one, made beside it, so that names that
    /// moved are looked up again. A tenth more or less, so that sandboxes don't dial together.
    pub age: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            suspect_after: Duration::from_secs(5),
            stale_after: Duration::from_mins(4),
            attempt: Duration::from_millis(100),
            proof: Duration::from_millis(50),
            verdict: Duration::from_millis(500),
            refusals: Duration::from_millis(250),
            age: Duration::from_mins(15),
        }
    }
}

/// What a connection's silence makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    Trusted,
    Suspect,
    Stale,
}

/// The waits of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waits {
    pub(super) attempt: Duration,
    pub(super) proof: Duration,
}

/// A service that gives no sign of life for this long is out of reach.
const SHORTEST_VERDICT: Duration = Duration::from_millis(150);

/// What a message may take to get out before its silence means something: 4 MB/s.
const NANOSECONDS_PER_BYTE: u32 = 250;

impl Patience {
    pub(super) fn trust(&self, standing: Standing) -> Trust {
        if standing.idle > self.stale_after {
            Trust::Stale
        } else if standing.idle > self.suspect_after {
            Trust::Suspect
        } else {
            Trust::Trusted
        }
    }

    /// How long a second connection may be silent, too, for a request with `left` until its deadline.
    /// `None`: too short to tell; a hurried request must not have the others turned away.
    pub(super) fn verdict(&self, left: Duration) -> Option<Duration> {
        let verdict = self.verdict.min(left / 2);
        (verdict >= SHORTEST_VERDICT.min(self.verdict)).then_some(verdict)
    }

    /// The waits of a request of `bytes` that has `left` until its deadline: a quarter of that at
    /// most each, so that a second connection can still bring the reply, but no less than an answer
    /// takes.
    pub(super) fn waits(&self, round_trip: Duration, bytes: usize, left: Duration) -> Waits {
        let upload = Duration::from_nanos(u64::from(NANOSECONDS_PER_BYTE) * bytes as u64);
        let most = (left / 4).max(2 * round_trip);
        Waits {
            attempt: (self.attempt.max(4 * round_trip) + upload).min(most),
            proof: (self.proof.max(3 * round_trip) + upload).min(most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_with_the_way_and_the_message_and_leave_time_for_a_second_connection() {
        let patience = Patience::default();
        let waits = |round_trip, bytes, left| {
            let waits = patience.waits(
                Duration::from_millis(round_trip),
                bytes,
                Duration::from_millis(left),
            );
            (waits.attempt.as_millis(), waits.proof.as_millis())
        };
        assert_eq!(waits(1, 100, 1_100), (100, 50));
        assert_eq!(waits(60, 100, 15_000), (240, 180));
        assert_eq!(waits(1, 2_000_000, 15_000), (600, 550));
        assert_eq!(waits(1, 100, 80), (20, 20));
        assert_eq!(waits(60, 100, 80), (120, 120));
    }

    #[test]
    fn a_hurried_request_finds_nobody_guilty() {
        let verdict = |left| Patience::default().verdict(Duration::from_millis(left));
        assert_eq!(verdict(1_050), Some(Duration::from_millis(500)));
        assert_eq!(verdict(350), Some(Duration::from_millis(175)));
        assert_eq!(verdict(200), None);
    }
}
