//! How long to leave somebody alone who had nothing good to say.
//!
//! Pauses double, so that a long outage costs few look-ups, and are spread by a fifth, so that a
//! thousand sandboxes that failed together do not come back together.

use crate::clock::Moment;
use std::time::Duration;

/// How pauses grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub(super) first: Duration,
    /// The longest, before it is spread.
    pub(super) most: Duration,
}

/// After so long without one, pauses begin small again.
const FORGIVEN_AFTER: Duration = Duration::from_mins(1);

/// Pauses of one kind.
#[derive(Debug, Default)]
pub(super) struct Pause {
    taken: u32,
    last: Option<(Moment, Duration)>,
}

impl Pause {
    /// What is left of it; zero when it is over.
    pub(super) fn left(&self) -> Duration {
        self.last.map_or(Duration::ZERO, |(begun, length)| {
            length.saturating_sub(begun.age())
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.left().is_zero()
    }

    /// Begins the next one, longer than the one before.
    pub(super) fn begin(&mut self, growth: Growth) {
        let forgiven = self
            .last
            .is_none_or(|(begun, length)| begun.age() > length + FORGIVEN_AFTER);
        if forgiven {
            self.taken = 0;
        }
        let doubled = growth.first.saturating_mul(1 << self.taken.min(16));
        let length = doubled.min(growth.most);
        self.taken += 1;
        self.last = Some((Moment::now(), spread(length, 0.2)));
    }

    /// Takes this long, whatever came before: for as long as an answer may take.
    pub(super) fn hold(&mut self, length: Duration) {
        self.last = Some((Moment::now(), length));
    }

    /// There was something good to say.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

/// A duration, more or less by up to a part of it.
pub(super) fn spread(duration: Duration, part: f64) -> Duration {
    let factor = 1.0 - part + 2.0 * part * fastrand::f64();
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(duration)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::tests::wall_clock_moves_on;

    const GROWTH: Growth = Growth {
        first: Duration::from_secs(1),
        most: Duration::from_secs(10),
    };

    #[test]
    fn pauses_grow_to_their_bound_and_are_spread() {
        let mut pause = Pause::default();
        for seconds in [1, 2, 4, 8, 10, 10] {
            assert!(pause.is_over());
            pause.begin(GROWTH);
            let expected = Duration::from_secs(seconds);
            let left = pause.left();
            assert!(left > expected.mul_f64(0.75) && left < expected.mul_f64(1.25));
            wall_clock_moves_on(expected.mul_f64(1.25));
        }
        pause.end();
        pause.begin(GROWTH);
        assert!(pause.left() < Duration::from_secs(2), "small again");
    }

    #[test]
    fn after_a_while_without_one_they_begin_small_again() {
        let mut pause = Pause::default();
        for _ in 0..5 {
            pause.begin(GROWTH);
        }
        wall_clock_moves_on(FORGIVEN_AFTER * 2);
        pause.begin(GROWTH);
        assert!(pause.left() < Duration::from_secs(2));
    }
}
