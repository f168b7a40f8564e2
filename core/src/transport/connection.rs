//! One HTTP/2 connection and the task that drives it.

use super::activity::{Activity, Observed};
use super::body::ReplyBody;
use super::dial::Stream;
use bytes::Bytes;
use h2::client::SendRequest;
use h2::{Ping, PingPong};
use http::{Request, Response};
use std::sync::Arc;
use tonic::{Code, Status};

/// Room for replies in flight: a stream for the largest item, the connection for a few of them.
const STREAM_WINDOW: u32 = 6 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// A connection that requests can be sent on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    sender: SendRequest<Bytes>,
    activity: Arc<Activity>,
    /// One at a time: HTTP/2 answers PINGs in order and h2 tracks a single one.
    pings: Arc<tokio::sync::Mutex<PingPong>>,
}

/// Why a request brought no reply, and whether it can have reached the service.
#[derive(Debug)]
pub(super) enum Failure {
    /// There was no connection to send it on. A dial has its own budget: not to be repeated at once.
    Unreachable(Status),
    /// It never left, or the peer says that it did not look at it: safe to send again.
    NotSent(Status),
    /// The peer says that it did not look at it; the connection is as it was.
    Refused(Status),
    /// The peer ended it alone; it may have been carried out, and the connection is as it was.
    Reset(Status),
    /// The connection broke; it may have been carried out.
    Sent(Status),
}

impl Failure {
    pub(super) fn into_status(self) -> Status {
        match self {
            Self::Unreachable(status)
            | Self::NotSent(status)
            | Self::Refused(status)
            | Self::Reset(status)
            | Self::Sent(status) => status,
        }
    }

    /// Whether the connection is of no use any more.
    pub(super) fn breaks_the_connection(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::Sent(_))
    }
}

impl Connection {
    /// Speaks HTTP/2 over a stream. Does not wait for the peer: its settings come with its first
    /// reply.
    pub(super) async fn open(stream: Stream) -> Result<Self, Status> {
        let activity = Arc::new(Activity::new());
        let observed = Observed::new(stream, Arc::clone(&activity));
        let (sender, mut connection) = h2::client::Builder::new()
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .enable_push(false)
            .handshake::<_, Bytes>(observed)
            .await
            .map_err(|error| status(&error))?;
        let pings = connection
            .ping_pong()
            .ok_or_else(|| Status::internal("a new connection gave no handle for PING"))?;
        // Its end shows in every request, with the reason: nothing to do with the result here.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self {
            sender,
            activity,
            pings: Arc::new(tokio::sync::Mutex::new(pings)),
        })
    }

    /// What has been heard on this connection.
    pub(super) fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Waits until the peer has answered a PING: somebody is there and speaks HTTP/2.
    pub(super) async fn ping(&self) -> Result<(), Status> {
        let answer = self.pings.lock().await.ping(Ping::opaque()).await;
        answer.map(drop).map_err(|error| status(&error))
    }

    /// Sends one request with its whole body and waits for the head of the reply.
    pub(super) async fn send(
        &self,
        head: Request<()>,
        body: Bytes,
    ) -> Result<Response<ReplyBody>, Failure> {
        let mut sender = self
            .sender
            .clone()
            .ready()
            .await
            .map_err(|error| Failure::NotSent(status(&error)))?;
        let (reply, mut stream) = sender
            .send_request(head, false)
            .map_err(|error| Failure::NotSent(status(&error)))?;
        // Without reserved capacity h2 keeps the data until the peer's window lets it through; the
        // message is in memory already and bounded by the configuration.
        stream
            .send_data(body, true)
            .map_err(|error| failure(&error))?;
        let reply = reply.await.map_err(|error| failure(&error))?;
        Ok(reply.map(ReplyBody::new))
    }

    /// Whether both are the same connection.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.activity, &other.activity)
    }
}

fn failure(error: &h2::Error) -> Failure {
    match error.reason() {
        // The peer's word that it did nothing (RFC 9113, section 8.7).
        Some(h2::Reason::REFUSED_STREAM) if error.is_remote() && error.is_reset() => {
            Failure::Refused(status(error))
        }
        // h2 gives this to the streams that a GOAWAY leaves out (section 6.8). One with another reason
        // ends all streams, and with it those that were looked at.
        Some(h2::Reason::NO_ERROR) if error.is_remote() && error.is_go_away() => {
            Failure::NotSent(status(error))
        }
        _ if error.is_remote() && error.is_reset() => Failure::Reset(status(error)),
        _ => Failure::Sent(status(error)),
    }
}

/// A failure of a stream or of the connection as a gRPC status, by the table in gRPC's own
/// PROTOCOL-HTTP2: a connection that broke is `UNAVAILABLE`.
pub(super) fn status(error: &h2::Error) -> Status {
    if !error.is_reset() {
        return Status::unavailable(format!("the connection broke: {error}"));
    }
    let code = match error.reason() {
        Some(h2::Reason::REFUSED_STREAM) => Code::Unavailable,
        Some(h2::Reason::CANCEL) => Code::Cancelled,
        Some(h2::Reason::ENHANCE_YOUR_CALM) => Code::ResourceExhausted,
        Some(h2::Reason::INADEQUATE_SECURITY) => Code::PermissionDenied,
        _ => Code::Internal,
    };
    Status::new(code, format!("the request was reset: {error}"))
}
