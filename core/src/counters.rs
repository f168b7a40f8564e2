//! What a client has done so far, counted where it happens.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a client has done so far, since it was made or, in the child of a fork, since then.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Counters {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Counters {
            /// Names and figures, for hosts that show them all.
            #[must_use]
            pub fn named(&self) -> [(&'static str, u64); [$(stringify!($name)),*].len()] {
                [$((stringify!($name), self.$name)),*]
            }
        }

        /// The counters that are counted on.
        #[derive(Debug, Default)]
        pub struct Tally {
            $(pub(crate) $name: Count,)*
        }

        impl Tally {
            pub(crate) fn read(&self) -> Counters {
                Counters { $($name: self.$name.read(),)* }
            }
        }
    };
}

counters! {
    /// Token look-ups begun.
    look_ups,
    /// Times that a newer token took the place of an older one.
    renewals,
    /// Connections made.
    connections,
    /// Requests that found a connection silent for so long that it had to prove itself.
    suspected,
    /// PINGs sent to find out whether anybody is there.
    pings,
    /// Connections given up because nothing came any more.
    condemned,
    /// Connections found broken: closed, reset or ended by a GOAWAY.
    broken,
    /// Connections that a new one followed because of their age.
    aged,
    /// Requests sent on a second connection while the first was silent; the first answer won.
    raced,
    /// Requests sent once more because the service had not looked at them, refused their token, or the
    /// connection broke.
    repeated,
    /// Attempts that a retry strategy added.
    retries,
    /// Attempts that failed at once because the service was known to be out of reach.
    rejected,
}

/// One counter. Counts give no order to anything else.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
