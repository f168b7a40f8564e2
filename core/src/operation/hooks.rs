//! What a host may have a say in: middlewares around each attempt, and its own retry strategy.
//!
//! The official SDKs hand users gRPC and protobuf objects. Here a hook sees the same facts as plain
//! data, and the bindings make the official objects of them. The token is not among them.

use crate::error::Result;
use bytes::Bytes;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A hook's answer, which may take its time.
pub type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// A request about to be sent.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The RPC's path, `/cache_client.Scs/Get`.
    pub path: &'static str,
    /// 1 for the first attempt.
    pub number: u32,
    /// The message's name in Momento's protocol, `GetRequest`.
    pub message_name: &'static str,
    /// The message, encoded.
    pub message: Bytes,
    /// The metadata; without the token.
    pub metadata: Vec<(String, String)>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The RPC's path.
    pub path: &'static str,
    /// 1 for the first attempt.
    pub number: u32,
    /// The reply's name in Momento's protocol, `GetResponse`.
    pub reply_name: &'static str,
    /// The reply, encoded; the first of a stream; `None` where the attempt failed.
    pub reply: Option<Bytes>,
    /// Metadata of the reply, initial and trailing together.
    pub metadata: Vec<(String, String)>,
    /// The gRPC status, 0 to 16.
    pub code: i32,
    /// The status message.
    pub details: String,
}

/// An attempt that failed, for a retry strategy to judge.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The RPC's path.
    pub path: &'static str,
    /// 1 for the first attempt.
    pub attempt: u32,
    /// The gRPC status, 1 to 16.
    pub code: i32,
    /// The status message.
    pub details: String,
    /// What is left of the deadline.
    pub remaining: Duration,
}

/// A host's hooks. An error from one of them ends the call with that error.
pub trait Hooks: Send + Sync {
    /// Whether [`before`](Self::before) and [`after`](Self::after) are to be called at all.
    fn watches_attempts(&self) -> bool;

    /// Before an attempt. Returns the metadata to send, which it may have changed.
    fn before(&self, attempt: Attempt) -> Asking<'_, Vec<(String, String)>>;

    /// After an attempt.
    fn after(&self, answered: Answered) -> Asking<'_, ()>;

    /// How long to wait before the next attempt, or `None` to give up. Asked only where the
    /// configuration's strategy is [`Retry::Custom`](crate::Retry::Custom).
    fn retry(&self, failed: Failed) -> Asking<'_, Option<Duration>>;
}
