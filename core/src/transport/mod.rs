//! The connection to Momento: ours, not tonic's or the official crate's.
//!
//! A [`Channel`] holds one HTTP/2 connection, dialled by the first request that needs it (one dial
//! however many wait), and notices when it dies, in silence or not. Why not `tonic::transport` or
//! `momento::CacheClient`: docs/decisions/0001-own-transport.md; what is done against silence:
//! docs/decisions/0011-staying-connected.md.

mod activity;
mod body;
mod budget;
mod channel;
mod connection;
mod dial;
mod exchange;
mod failure;
mod outage;
mod patience;
mod pieces;
#[cfg(test)]
mod tests;
mod tls;

pub(crate) use activity::open_connections;
pub(crate) use body::ReplyBody;
pub(crate) use channel::{Channel, ChannelOptions};
pub(crate) use dial::{Attempt, Stream, dial};
pub(crate) use exchange::Outgoing;
pub(crate) use failure::Failure;
pub(crate) use patience::Patience;
pub(crate) use pieces::Pieces;
pub(crate) use tls::{Protocol, settings as tls_settings};

/// Lets the tasks see what waits in the sockets: once round the driver to learn of it, once more for
/// the connection's task to act. After a freeze a timer may be over although the answer is there.
async fn look() {
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}
