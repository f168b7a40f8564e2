//! Why a server did not start.

use std::io;
use std::net::{IpAddr, SocketAddr};

/// Why [`Server::start`](crate::Server::start) failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address can be reached from other machines, and nobody said that this is meant.
    #[error("{0} is not a loopback address; allow remote clients, or listen on 127.0.0.1")]
    NotLoopback(IpAddr),
    /// The port cannot be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The certificate is not a PEM certificate.
    #[error("the TLS certificate is not a chain of PEM certificates: {0}")]
    Certificate(String),
    /// The key is not a PEM private key. The text holds nothing of the key.
    #[error("the TLS key is not a PEM private key in PKCS#8, PKCS#1 or SEC1 form")]
    Key,
    /// Certificate and key do not go together, or are of a kind that is not supported.
    #[error("TLS cannot use this certificate with this key: {0}")]
    Tls(#[from] rustls::Error),
    /// A cache to make at the start has no name.
    #[error("a cache to create at the start has an empty name")]
    EmptyCacheName,
}
