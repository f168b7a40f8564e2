//! One service's address, its connection and what every request to it carries.

use super::activity::Activity;
use super::body::ReplyBody;
use super::connection::{Connection, Failure};
use super::dial::dial;
use super::tls::{self, Protocol};
use crate::counters::Tally;
use crate::error::{Error, ErrorCode, Result};
use crate::single_flight::SingleFlight;
use crate::token::Endpoint;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, Uri};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tonic::Status;

const AGENT: HeaderName = HeaderName::from_static("agent");
const RUNTIME_VERSION: HeaderName = HeaderName::from_static("runtime-version");

/// After this much silence a look at the socket comes before the request: the driver may not have
/// run since the last call, and a close that waits there is better seen before than after.
const LOOK_FIRST_AFTER: Duration = Duration::from_millis(5);

/// What a channel is made of.
#[derive(Clone, Debug)]
pub struct ChannelOptions {
    /// Where to connect.
    pub endpoint: Endpoint,
    /// The `agent` header of a connection's first request: which SDK this is.
    pub agent: HeaderValue,
    /// The `runtime-version` header of a connection's first request.
    pub runtime_version: HeaderValue,
    /// How long DNS, TCP and TLS may take together.
    pub connect_budget: Duration,
    /// The largest request body, in bytes.
    pub max_message_bytes: usize,
    /// Certificate authorities to trust besides the compiled-in ones: a PEM file.
    pub root_certificates: Option<PathBuf>,
}

/// One HTTP/2 connection at a time. Clones share it.
#[derive(Clone, Debug)]
pub struct Channel(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: ChannelOptions,
    origin: Uri,
    connection: Arc<SingleFlight<Fresh>>,
    tally: Arc<Tally>,
}

/// A connection, with whether a request has introduced this client on it.
#[derive(Clone, Debug)]
struct Fresh {
    connection: Connection,
    introduced: Arc<std::sync::atomic::AtomicBool>,
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
        fresh.connection.ping().await.map_err(|status| {
            self.0
                .connection
                .clear(|current| current.connection.is(&fresh.connection));
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

    /// Lets go of the connection if nothing has come in on it since it had received this many bytes:
    /// a call waited in vain, and the next one should not wait on the same silence.
    pub fn give_up_if_silent(&self, received_before: u64) {
        self.0
            .connection
            .clear(|current| current.connection.activity().received_bytes() <= received_before);
    }

    /// What was heard on the connection, if there is one.
    pub fn with_activity<T>(&self, look: impl FnOnce(&Activity) -> T) -> Option<T> {
        self.0
            .connection
            .ready()
            .map(|fresh| look(fresh.connection.activity()))
    }

    /// Lets go of the connection; requests in flight still get their replies.
    pub fn close(&self) {
        self.0.connection.clear(|_| true);
    }

    /// Sends a request and waits for the head of the reply. A request whose connection broke is sent
    /// once more on a new connection, unless it must be sent `once` only.
    pub async fn send(
        &self,
        head: Request<()>,
        body: Bytes,
        once: bool,
    ) -> Result<Response<ReplyBody>, Status> {
        if body.len() > self.0.options.max_message_bytes {
            return Err(Status::resource_exhausted(format!(
                "Request limit exceeded: the message has {} bytes, this client sends at most {}",
                body.len(),
                self.0.options.max_message_bytes
            )));
        }
        match self.0.attempt(copy(&head), body.clone()).await {
            Ok(reply) => Ok(reply),
            // A reset is for the retry strategy to judge, as any answer.
            Err(Failure::Unreachable(status) | Failure::Reset(status)) => Err(status),
            Err(Failure::Sent(status)) if once => Err(status),
            // The connection was worse than it looked: once more, on one that is surely new. Or it is
            // sound and the peer did not look at the request: once more on the same.
            Err(Failure::NotSent(_) | Failure::Refused(_) | Failure::Sent(_)) => self
                .0
                .attempt(head, body)
                .await
                .map_err(Failure::into_status),
        }
    }
}

impl Inner {
    /// The connection: the one there is, or a new one.
    async fn fresh(self: &Arc<Self>) -> Result<Fresh> {
        if let Some(fresh) = self.connection.ready() {
            return Ok(fresh);
        }
        let this = Arc::clone(self);
        self.connection
            .join(self.options.connect_budget, move || {
                let this = Arc::clone(&this);
                async move { this.dial().await }
            })
            .await
    }

    async fn dial(&self) -> Result<Fresh> {
        let options = &self.options;
        let stream = dial(&options.endpoint, options.connect_budget, || {
            tls::settings(Protocol::Http2, options.root_certificates.as_deref())
        })
        .await?;
        let connection = Connection::open(stream).await.map_err(|status| {
            Error::new(
                ErrorCode::ServerUnavailable,
                format!("connection to {}: {}", options.endpoint, status.message()),
            )
        })?;
        self.tally.connections.add();
        Ok(Fresh {
            connection,
            introduced: Arc::default(),
        })
    }

    async fn attempt(
        self: &Arc<Self>,
        mut head: Request<()>,
        body: Bytes,
    ) -> Result<Response<ReplyBody>, Failure> {
        let fresh = self
            .fresh()
            .await
            .map_err(|error| Failure::Unreachable(dial_status(&error)))?;
        if fresh.connection.activity().idle() > LOOK_FIRST_AFTER {
            // Once round the driver to see what the socket holds, once more for the task to act.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        }
        self.add_headers(&mut head, &fresh);
        let result = fresh.connection.send(head, body).await;
        if result.as_ref().is_err_and(Failure::breaks_the_connection) {
            self.connection
                .clear(|current| current.connection.is(&fresh.connection));
        }
        result
    }

    fn add_headers(&self, head: &mut Request<()>, fresh: &Fresh) {
        let headers = head.headers_mut();
        if !fresh.introduced.swap(true, Ordering::Relaxed) {
            headers.insert(AGENT, self.options.agent.clone());
            headers.insert(RUNTIME_VERSION, self.options.runtime_version.clone());
        }
    }
}

fn copy(head: &Request<()>) -> Request<()> {
    let mut copy = Request::new(());
    *copy.method_mut() = head.method().clone();
    *copy.uri_mut() = head.uri().clone();
    *copy.version_mut() = head.version();
    *copy.headers_mut() = head.headers().clone();
    copy
}

/// A failed dial as the status that maps back to the same code.
fn dial_status(error: &Error) -> Status {
    let code = match error.code() {
        ErrorCode::Timeout => tonic::Code::DeadlineExceeded,
        ErrorCode::InvalidArgument => tonic::Code::InvalidArgument,
        _ => tonic::Code::Unavailable,
    };
    Status::new(code, error.details())
}
