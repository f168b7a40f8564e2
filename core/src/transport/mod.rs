//! The connection to Momento: ours, not tonic's or the official crate's.
//!
//! A [`Channel`] holds one HTTP/2 connection, dialled by the first request that needs it (one dial
//! however many wait), and dials again once the connection is known to be broken. Why not `tonic::transport` or
//! `momento::CacheClient`: docs/decisions/0001-own-transport.md.

mod activity;
mod body;
mod channel;
mod connection;
mod dial;
mod tls;

pub use activity::Activity;
pub(crate) use activity::open_connections;
pub use body::ReplyBody;
pub use channel::{Channel, ChannelOptions};
pub(crate) use dial::{Attempt, Stream, dial};
pub(crate) use tls::{Protocol, settings as tls_settings};
