//! Operations: a [`Request`] goes in, a [`Reply`] comes out.
//!
//! The list of operations is core/operations.toml; `Request` and [`Operation`] are generated from
//! it, each operation's few lines of protocol stand in `execute.rs`.

mod execute;
mod generated;
mod reply;
mod status;
mod validate;

pub use generated::{Operation, Request};
pub use reply::{CacheInfo, CacheLimits, Creation, Reply, TopicLimits};
pub(crate) use validate::ttl as validate_ttl;

use crate::client::Session;
use crate::error::{Error, ErrorCode, Result};
use crate::transport::Activity;

/// Which of Momento's services carries an operation out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Items.
    Data,
    /// Caches themselves.
    Control,
}

/// Carries a validated request out within its deadline.
pub(crate) async fn carry_out(session: &Session, request: Request) -> Result<Reply> {
    let operation = request.operation();
    let deadline = session.deadline(operation.service());
    let channel = session.channel(operation.service());
    let received_before = channel
        .with_activity(Activity::received_bytes)
        .unwrap_or_default();
    match tokio::time::timeout(deadline, execute::execute(session, request)).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(status)) => Err(status::error(&status)),
        Err(_) => {
            channel.give_up_if_silent(received_before);
            Err(Error::new(
                ErrorCode::Timeout,
                format!(
                    "{} at {} had no answer within {} ms",
                    operation.rpc(),
                    session.endpoint(operation.service()),
                    deadline.as_millis()
                ),
            ))
        }
    }
}
