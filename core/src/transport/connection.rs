//! One HTTP/2 connection and the task that drives it.
//!
//! The task ends with the last handle: a connection that was given up may never manage to say
//! goodbye, and would keep its descriptor for as long as the kernel tries.

use super::activity::{Activity, Observed};
use super::body::ReplyBody;
use super::dial::Stream;
use super::failure::{Failure, status};
use super::pieces::Pieces;
use h2::client::SendRequest;
use h2::{Ping, PingPong};
use http::{Request, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;
use tonic::Status;

/// Room for replies in flight: a stream for the largest item, the connection for a few of them.
const STREAM_WINDOW: u32 = 6 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

/// Of a reply: the largest value that Momento keeps unless asked for more comes in one frame, and is handed
/// on where it lies. Smaller frames would be put together again, with one more copy.
const LARGEST_FRAME: u32 = 1024 * 1024 + 64 * 1024;

/// A connection that requests can be sent on. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connection {
    sender: SendRequest<Pieces>,
    line: Line,
    /// Ends with the last clone.
    _driver: Arc<Driver>,
}

/// What tells whether anybody is there. Does not keep the connection open.
#[derive(Clone, Debug)]
pub(super) struct Line {
    activity: Arc<Activity>,
    /// One at a time: HTTP/2 answers PINGs in order and h2 tracks a single one.
    pings: Arc<Mutex<PingPong>>,
}

#[derive(Debug)]
struct Driver(AbortHandle);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Connection {
    /// Speaks HTTP/2 over a stream whose round trip took `round_trip`. Does not wait for the peer:
    /// its settings come with its first reply.
    pub(super) async fn open(stream: Stream, round_trip: Duration) -> Result<Self, Status> {
        let activity = Arc::new(Activity::new(round_trip));
        let observed = Observed::new(stream, Arc::clone(&activity));
        let (sender, mut connection) = h2::client::Builder::new()
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_frame_size(LARGEST_FRAME)
            .enable_push(false)
            .handshake::<_, Pieces>(observed)
            .await
            .map_err(|error| status(&error))?;
        let pings = connection
            .ping_pong()
            .ok_or_else(|| Status::internal("a new connection gave no handle for PING"))?;
        // Its end shows in every request, with the reason: nothing to do with the result here.
        let driver = tokio::spawn(async move { drop(connection.await) });
        Ok(Self {
            sender,
            line: Line {
                activity,
                pings: Arc::new(Mutex::new(pings)),
            },
            _driver: Arc::new(Driver(driver.abort_handle())),
        })
    }

    /// What has been heard on this connection.
    pub(super) fn activity(&self) -> &Activity {
        &self.line.activity
    }

    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// Sends one request with its whole body and waits for the head of the reply.
    pub(super) async fn send(
        &self,
        head: Request<()>,
        body: Pieces,
    ) -> Result<Response<ReplyBody>, Failure> {
        let mut sender = self
            .sender
            .clone()
            .ready()
            .await
            .map_err(|error| Failure::NotSent(status(&error)))?;
        let written_before = self.activity().written_bytes();
        let (reply, mut stream) = sender
            .send_request(head, false)
            .map_err(|error| Failure::NotSent(status(&error)))?;
        // Without reserved capacity h2 keeps the data until the peer's window lets it through; the
        // message is in memory already and bounded by the configuration.
        // Where it fails, the stream has ended: the reply says how, and may be a whole one, if another
        // thread drove the connection meanwhile.
        let _ = stream.send_data(body, true);
        match reply.await {
            Ok(reply) => Ok(reply.map(ReplyBody::new)),
            Err(error) => Err(match Failure::from(error) {
                // The socket took nothing since: what was found was an end that had come before.
                Failure::Broken(status) if self.activity().written_bytes() == written_before => {
                    Failure::NotSent(status)
                }
                failure => failure,
            }),
        }
    }

    /// Whether both are the same connection.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.line.activity, &other.line.activity)
    }
}

impl Line {
    /// Waits until the peer has answered a PING: somebody is there and speaks HTTP/2.
    pub(super) async fn ping(&self) -> Result<(), Status> {
        let mut pings = self.pings.lock().await;
        let begun = Instant::now();
        let answer = pings.ping(Ping::opaque()).await;
        answer.map_err(|error| status(&error))?;
        self.activity.record_round_trip(begun.elapsed());
        Ok(())
    }

    /// Sends a PING whose answer nobody waits for, unless one is under way.
    pub(super) fn ask(&self) {
        if self.pings.try_lock().is_err() {
            return;
        }
        let line = self.clone();
        // Ends with the connection, which this does not keep open.
        tokio::spawn(async move { drop(line.ping().await) });
    }

    /// Whether anything comes within `patience`, a PING's answer or whatever else.
    pub(super) async fn answers(&self, patience: Duration) -> bool {
        let before = self.activity.received_bytes();
        if let Ok(answer) = tokio::time::timeout(patience, self.ping()).await {
            return answer.is_ok();
        }
        // The time may have passed in a freeze: what waits in the socket counts.
        super::look().await;
        self.activity.received_bytes() > before
    }
}
