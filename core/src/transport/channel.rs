//! One service's address and its connection: dialled when needed, given up when dead.
//!
//! What a request does on a connection that may be dead is in exchange.rs, how long it waits for it
//! in patience.rs, who may wait at all in outage.rs.

use super::activity::Standing;
use super::budget::RetryBudget;
use super::connection::Connection;
use super::dial::dial;
use super::failure::Failure;
use super::outage::{Admission, Outage};
use super::patience::Patience;
use super::tls::{self, Protocol};
use crate::clock::Moment;
use crate::counters::Tally;
use crate::error::{Error, ErrorCode, Result};
use crate::fork_gate::between_forks;
use crate::runtime;
use crate::single_flight::SingleFlight;
use crate::token::Endpoint;
use http::{HeaderName, HeaderValue, Request, Uri};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;

const AGENT: HeaderName = HeaderName::from_static("agent");
const RUNTIME_VERSION: HeaderName = HeaderName::from_static("runtime-version");

/// Between dials that were refused: the first, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// What a channel is made of.
#[derive(Clone, Debug)]
pub(crate) struct ChannelOptions {
    /// Where to connect.
    pub endpoint: Endpoint,
    /// The `agent` header of a connection's first request: which SDK this is.
    pub agent: HeaderValue,
    /// The `runtime-version` header of a connection's first request.
    pub runtime_version: HeaderValue,
    /// How long DNS, TCP and TLS may take together.
    pub connect_budget: Duration,
    /// How long silence is taken for nothing but silence.
    pub patience: Patience,
    /// The largest request body, in bytes.
    pub max_message_bytes: usize,
    /// Certificate authorities to trust besides the compiled-in ones: a PEM file.
    pub root_certificates: Option<PathBuf>,
}

/// One HTTP/2 connection at a time. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Channel(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) options: ChannelOptions,
    origin: Uri,
    pub(super) connection: Arc<SingleFlight<Fresh>>,
    pub(super) outage: Outage,
    retries: RetryBudget,
    pub(super) tally: Arc<Tally>,
}

/// A connection in use.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) connection: Connection,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    /// Whether a request has introduced this client on it.
    introduced: AtomicBool,
    /// How many times another one was made, or tried, to take its place.
    followed: AtomicU32,
    /// When that is due, and due again.
    age: Duration,
}

impl Channel {
    /// A channel that has not dialled yet. `tally` counts what it does.
    pub fn new(options: ChannelOptions, tally: Arc<Tally>) -> Result<Self> {
        let origin = options.endpoint.to_string().parse().map_err(|_| {
            Error::invalid_argument(format!(
                "endpoint {} can't be used in a request",
                options.endpoint
            ))
        })?;
        Ok(Self(Arc::new(Inner {
            options,
            origin,
            connection: Arc::default(),
            outage: Outage::default(),
            retries: RetryBudget::default(),
            tally,
        })))
    }

    /// The scheme and authority of every request.
    #[must_use]
    pub fn origin(&self) -> &Uri {
        &self.0.origin
    }

    /// Connects now, if there is no connection. The first request does so by itself.
    pub async fn connect(&self) -> Result<()> {
        self.0.fresh().await.map(drop)
    }

    /// Connects, and waits until the other side has answered a PING.
    pub async fn probe(&self) -> Result<()> {
        let fresh = self.0.fresh().await?;
        fresh.connection.line().ping().await.map_err(|status| {
            self.0.let_go(&fresh);
            Error::new(
                ErrorCode::ServerUnavailable,
                format!(
                    "connection to {}: {}",
                    self.0.options.endpoint,
                    status.message()
                ),
            )
        })
    }

    /// Whether the budget allows one more retry, which is then taken from it.
    pub(crate) fn may_retry(&self) -> bool {
        self.0.retries.spend()
    }

    /// A retry is being made.
    pub(crate) fn count_retry(&self) {
        self.0.tally.retries.add();
    }

    /// A call went well, which the budget grows by.
    pub(crate) fn went_well(&self) {
        self.0.retries.earn();
    }

    /// Lets go of the connection; requests in flight still get their replies.
    pub fn close(&self) {
        self.0.connection.clear(|_| true);
    }
}

impl Inner {
    /// The connection: the one there is, or a new one.
    pub(super) async fn fresh(self: &Arc<Self>) -> Result<Fresh> {
        if let Some(fresh) = self.connection.ready() {
            return Ok(fresh);
        }
        let this = Arc::clone(self);
        let budget = self.options.connect_budget;
        self.connection
            .join(budget, || async move { this.reach().await })
            .await
    }

    /// The connection for a request, unless the service is known to be out of reach.
    pub(super) async fn admitted(self: &Arc<Self>) -> Result<Fresh, Failure> {
        match self.outage.admit() {
            Admission::Through => {}
            admission => Box::pin(self.admitted_again(admission)).await?,
        }
        if let Some(fresh) = self.connection.ready() {
            return Ok(fresh);
        }
        Box::pin(self.fresh())
            .await
            .map_err(|error| Failure::unreachable(&error))
    }

    /// Whether an outage is over for a request that found one.
    async fn admitted_again(self: &Arc<Self>, admission: Admission) -> Result<(), Failure> {
        match admission {
            Admission::Through => {}
            Admission::Reject(status) => {
                // Whoever drives the runtime only while it waits still gives the probe a turn.
                super::look().await;
                if self.outage.is_on() {
                    self.tally.rejected.add();
                    return Err(Failure::Rejected(status));
                }
            }
            Admission::Probe(status, wait) => {
                let probe = self.probe_beside();
                match tokio::time::timeout(wait, probe).await {
                    Ok(Ok(true)) => {}
                    ended => {
                        if ended.is_err() {
                            self.outage.fell_silent();
                        }
                        self.tally.rejected.add();
                        return Err(Failure::Rejected(status));
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a new connection answers; if so it is the one in use, and the outage is over.
    fn probe_beside(self: &Arc<Self>) -> JoinHandle<bool> {
        let this = Arc::clone(self);
        tokio::spawn(between_forks(async move {
            let budget = this.options.connect_budget;
            let Ok(fresh) = this.dial(budget).await else {
                return false;
            };
            let answer = tokio::time::timeout(budget, fresh.connection.line().ping()).await;
            if !matches!(answer, Ok(Ok(()))) {
                return false;
            }
            this.connection.put(fresh, |_| true);
            this.outage.over();
            true
        }))
    }

    /// Dials until somebody is there; refusals are repeated for a while, for they come at once and a
    /// server that restarts gives them. What fails in the end is an outage.
    async fn reach(&self) -> Result<Fresh> {
        let begun = Moment::now();
        let budget = self.options.connect_budget;
        let mut pause = FIRST_PAUSE;
        loop {
            let left = budget.saturating_sub(begun.age());
            let error = match self.dial(left).await {
                Ok(fresh) => return Ok(fresh),
                Err(error) => error,
            };
            let refusals = self.options.patience.refusals.min(budget);
            match error.code() {
                ErrorCode::ServerUnavailable if begun.age() + pause < refusals => {
                    tokio::time::sleep(pause).await;
                    // Decorrelated jitter: up to three times the pause before.
                    pause = FIRST_PAUSE
                        .max(pause.mul_f64(3.0 * fastrand::f64()))
                        .min(LONGEST_PAUSE);
                }
                ErrorCode::ServerUnavailable | ErrorCode::Timeout => {
                    self.outage
                        .begin(Failure::unreachable(&error).status().clone());
                    return Err(error);
                }
                // Not a question of time.
                _ => return Err(error),
            }
        }
    }

    async fn dial(&self, budget: Duration) -> Result<Fresh> {
        let options = &self.options;
        let (stream, round_trip) = dial(&options.endpoint, budget, || {
            tls::settings(Protocol::Http2, options.root_certificates.as_deref())
        })
        .await?;
        let connection = Connection::open(stream, round_trip)
            .await
            .map_err(|status| {
                Error::new(
                    ErrorCode::ServerUnavailable,
                    format!("connection to {}: {}", options.endpoint, status.message()),
                )
            })?;
        self.tally.connections.add();
        Ok(Fresh {
            connection,
            state: Arc::new(State {
                introduced: AtomicBool::new(false),
                followed: AtomicU32::new(0),
                age: options.patience.age.mul_f64(0.9 + 0.2 * fastrand::f64()),
            }),
        })
    }

    /// Makes a new connection beside one that has grown old; the old one ends with its last request.
    pub(super) fn follow_old(self: &Arc<Self>, fresh: &Fresh, standing: Standing) {
        let State { followed, age, .. } = &*fresh.state;
        let tries = followed.load(Ordering::Relaxed);
        if standing.age <= age.saturating_mul(tries + 1)
            || followed
                .compare_exchange(tries, tries + 1, Ordering::Relaxed, Ordering::Relaxed)
                .is_err()
        {
            return;
        }
        let (this, old) = (Arc::clone(self), fresh.clone());
        // Also where nobody drives the runtime between two calls.
        runtime::keep_driving(between_forks(async move {
            if let Ok(new) = this.dial(this.options.connect_budget).await {
                this.connection.put(new, |current| current.is(&old));
                this.tally.aged.add();
            }
        }));
    }

    /// The next request dials; those in flight go on.
    pub(super) fn let_go(&self, fresh: &Fresh) -> bool {
        self.connection.clear(|current| current.is(fresh))
    }
}

impl Fresh {
    pub(super) fn is(&self, other: &Self) -> bool {
        self.connection.is(&other.connection)
    }

    /// The request as it goes out on this connection.
    pub(super) fn introduce(&self, head: &mut Request<()>, options: &ChannelOptions) {
        if !self.state.introduced.swap(true, Ordering::Relaxed) {
            let headers = head.headers_mut();
            headers.insert(AGENT, options.agent.clone());
            headers.insert(RUNTIME_VERSION, options.runtime_version.clone());
        }
    }
}
