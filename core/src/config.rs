//! How a client behaves: deadlines, budgets, sizes, trust.
//!
//! What a session does with them stands beside what does it: retries in operation/retry.rs,
//! compression in operation/compression.rs. The presets carry the official SDKs' names and figures; where Python and Node disagree
//! (Laptop: 15 s against 5 s) the longer one stands here and the binding passes its own.

use std::path::PathBuf;
use std::time::Duration;

/// Everything about a client that is not its credentials. Build one from a preset.
///
/// ```
/// use momento_lambda_core::Configuration;
/// use std::time::Duration;
/// let configuration = Configuration::lambda().with_deadline(Duration::from_millis(300));
/// assert_eq!(configuration.deadline, Duration::from_millis(300));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Configuration {
    /// How long a data call may take, dialling included. The official SDKs' client time-out.
    pub deadline: Duration,
    /// How long a control call (create, delete, list, flush a cache) may take. 60 s, as there.
    pub control_deadline: Duration,
    /// How long DNS, TCP and TLS together may take. 1 s: a healthy connect inside a region takes
    /// 2 to 20 ms, so a second means that nobody is there.
    pub connect_budget: Duration,
    /// How long all tries of one token look-up together may take. 2 s: one silent try and a second
    /// one, and still below Lambda's default time-out of 3 s, so that the reason can be told.
    pub look_up_budget: Duration,
    /// How long a call that finds no token and no connection waits for both together. Whoever is
    /// silent at start costs the first call that much and then a typed time-out, while the look-up goes
    /// on for the next one. A first call takes no longer than this or its deadline, whichever is more;
    /// a call that finds a token much too old waits no longer for a newer one. `None`: 1 s, or the
    /// connect budget, if that is more.
    pub start_budget: Option<Duration>,
    /// How long a token is used before it is looked up again, in the background and a tenth more or
    /// less; zero: for ever. `None`: as `MOMENTO_TOKEN_TTL` says, else 15 minutes. Beyond twice this
    /// time a call waits for the look-up.
    pub token_ttl: Option<Duration>,
    /// The largest message sent, in bytes.
    pub max_message_bytes: usize,
    /// The largest message received, in bytes.
    pub max_reply_bytes: usize,
    /// When a failed attempt is followed by another. Three more, as in the official SDKs.
    pub retry: Retry,
    /// Whether reads must see the latest write.
    pub read_concern: ReadConcern,
    /// How values are compressed; `None`: not at all.
    pub compression: Option<Compression>,
    /// How many calls may be under way at a time; others wait for their turn, within their
    /// deadline. `None`: any number.
    pub max_concurrent_requests: Option<usize>,
    /// A PEM file with certificate authorities to trust besides the compiled-in ones.
    pub root_certificates: Option<PathBuf>,
}

/// 10,486,000 bytes: the Node SDK's limit, the larger of the two.
const MAX_MESSAGE_BYTES: usize = 10_486_000;

impl Configuration {
    fn with_base(deadline: Duration) -> Self {
        Self {
            deadline,
            control_deadline: Duration::from_mins(1),
            connect_budget: Duration::from_secs(1),
            look_up_budget: Duration::from_secs(2),
            start_budget: None,
            token_ttl: None,
            max_message_bytes: MAX_MESSAGE_BYTES,
            max_reply_bytes: MAX_MESSAGE_BYTES,
            retry: Retry::default(),
            read_concern: ReadConcern::Balanced,
            compression: None,
            max_concurrent_requests: None,
            root_certificates: None,
        }
    }

    /// For a function on AWS Lambda: a data deadline of 1,100 ms. The default.
    #[must_use]
    pub fn lambda() -> Self {
        Self::with_base(Duration::from_millis(1_100))
    }

    /// For a machine in the cache's region: 1,100 ms.
    #[must_use]
    pub fn in_region_default() -> Self {
        Self::lambda()
    }

    /// For callers in the region that would rather fail early: 500 ms.
    #[must_use]
    pub fn in_region_low_latency() -> Self {
        Self::with_base(Duration::from_millis(500))
    }

    /// For a developer's machine on a slow network: 15 s.
    #[must_use]
    pub fn laptop() -> Self {
        Self {
            connect_budget: Duration::from_secs(5),
            ..Self::with_base(Duration::from_secs(15))
        }
    }

    /// The same with another data deadline.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The same with another budget for DNS, TCP and TLS.
    #[must_use]
    pub fn with_connect_budget(mut self, budget: Duration) -> Self {
        self.connect_budget = budget;
        self
    }

    /// The same with another budget for a token look-up.
    #[must_use]
    pub fn with_look_up_budget(mut self, budget: Duration) -> Self {
        self.look_up_budget = budget;
        self
    }

    /// The same with another budget for look-up and connection of a first call.
    #[must_use]
    pub fn with_start_budget(mut self, budget: Duration) -> Self {
        self.start_budget = Some(budget);
        self
    }

    pub(crate) fn start_budget(&self) -> Duration {
        self.start_budget
            .unwrap_or_else(|| self.connect_budget.max(Duration::from_secs(1)))
    }

    /// The same with another time after which a token is looked up again; zero: never.
    #[must_use]
    pub fn with_token_ttl(mut self, ttl: Duration) -> Self {
        self.token_ttl = Some(ttl);
        self
    }

    /// The same, trusting also the authorities in this PEM file.
    #[must_use]
    pub fn with_root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(path.into());
        self
    }

    /// The same with another limit for a message sent, in bytes.
    #[must_use]
    pub fn with_max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }

    /// The same with another limit for a message received, in bytes.
    #[must_use]
    pub fn with_max_reply_bytes(mut self, bytes: usize) -> Self {
        self.max_reply_bytes = bytes;
        self
    }

    /// The same with another retry strategy.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// The same with another read concern.
    #[must_use]
    pub fn with_read_concern(mut self, concern: ReadConcern) -> Self {
        self.read_concern = concern;
        self
    }

    /// The same with values compressed where a call asks for it.
    #[must_use]
    pub fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = Some(compression);
        self
    }

    /// The same with at most this many calls under way at a time.
    #[must_use]
    pub fn with_max_concurrent_requests(mut self, most: usize) -> Self {
        self.max_concurrent_requests = Some(most);
        self
    }
}

impl Default for Configuration {
    fn default() -> Self {
        Self::lambda()
    }
}

/// When a failed attempt is followed by another. Only operations that may be repeated are, and only
/// after INTERNAL, UNAVAILABLE or CANCELLED; all attempts together have the deadline.
#[derive(Clone, Debug, PartialEq)]
pub enum Retry {
    /// Never.
    None,
    /// So many times, the first at once, the others up to 30 ms apart; and no more than a tenth of the
    /// calls in the long run, for a service that fails them all is not helped by repeating them.
    FixedCount {
        /// How many attempts may follow the first.
        max_attempts: u32,
    },
    /// Until the deadline, at a fixed pace; an attempt that follows the first has a time-out of its
    /// own, and is followed by another when that is over.
    FixedTimeout {
        /// How long an attempt after the first may take.
        response_timeout: Duration,
        /// The pause before an attempt, a tenth more or less.
        delay: Duration,
    },
    /// Until the deadline, at a pace that slows down.
    ExponentialBackoff {
        /// The first pause.
        initial_delay: Duration,
        /// What a pause is multiplied by to make the next.
        growth_factor: f64,
        /// The longest pause, before jitter.
        max_delay: Duration,
    },
    /// As the host's hooks say, see [`Hooks::retry`](crate::operation::Hooks::retry).
    Custom {
        /// How long an attempt after the first may take; `None`: no limit of its own.
        response_timeout: Option<Duration>,
    },
}

impl Retry {
    pub(crate) fn response_timeout(&self) -> Option<Duration> {
        match *self {
            Self::FixedTimeout {
                response_timeout, ..
            } => Some(response_timeout),
            Self::Custom { response_timeout } => response_timeout,
            Self::None | Self::FixedCount { .. } | Self::ExponentialBackoff { .. } => None,
        }
    }

    pub(crate) fn asks_the_host(&self) -> bool {
        matches!(self, Self::Custom { .. })
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::FixedCount { max_attempts: 3 }
    }
}

/// Whether reads must see the latest write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadConcern {
    /// Fast; may read what was before a write that has just been made.
    #[default]
    Balanced,
    /// A read sees the latest write, at a cost.
    Consistent,
}

/// How values are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compression {
    /// The format.
    pub format: CompressionFormat,
    /// Speed or size.
    pub level: CompressionLevel,
    /// Whether reads decompress what is compressed without being asked to.
    pub decompress_automatically: bool,
}

/// The formats of the official add-ons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompressionFormat {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

/// Speed or size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompressionLevel {
    /// zstd 3, gzip 6.
    #[default]
    Balanced,
    /// zstd 1, gzip 1.
    Fastest,
    /// zstd 9, gzip 9.
    SmallestSize,
}
