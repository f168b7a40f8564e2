//! How a client behaves: deadlines, budgets, sizes, trust.
//!
//! The presets carry the official SDKs' names and figures; where Python and Node disagree
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// The largest message sent or received, in bytes.
    pub max_message_bytes: usize,
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
            max_message_bytes: MAX_MESSAGE_BYTES,
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

    /// The same, trusting also the authorities in this PEM file.
    #[must_use]
    pub fn with_root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(path.into());
        self
    }

    /// The same with another limit for a message, in bytes.
    #[must_use]
    pub fn with_max_message_bytes(mut self, bytes: usize) -> Self {
        self.max_message_bytes = bytes;
        self
    }
}

impl Default for Configuration {
    fn default() -> Self {
        Self::lambda()
    }
}
