//! What a server is started with.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use secrecy::SecretString;

/// What a [`Server`](crate::Server) is started with.
///
/// By default: a free port on loopback, plaintext, any token accepted, no cache, no delay, no admin port.
///
/// ```
/// use std::time::Duration;
/// use momento_lambda_local::Options;
///
/// let options = Options::default()
///     .cache("sessions")
///     .token("only this one")
///     .latency(Duration::from_millis(2));
/// assert!(!format!("{options:?}").contains("only this one"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Options {
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) allow_remote: bool,
    pub(crate) tokens: Vec<SecretString>,
    pub(crate) latency: Duration,
    pub(crate) tls: Option<Pem>,
    pub(crate) caches: Vec<String>,
    pub(crate) admin_port: Option<u16>,
}

/// A certificate chain and its key. The key is a secret: it must not show in a debug print.
#[derive(Clone, Debug)]
pub(crate) struct Pem {
    pub(crate) certificate: String,
    pub(crate) key: SecretString,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            allow_remote: false,
            tokens: Vec::new(),
            latency: Duration::ZERO,
            tls: None,
            caches: Vec::new(),
            admin_port: None,
        }
    }
}

impl Options {
    /// The address to listen on, for gRPC and for the admin port. Anything but loopback also needs
    /// [`allow_remote`](Self::allow_remote).
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// The gRPC port; 0 takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Lets [`host`](Self::host) be an address that other machines can reach.
    pub fn allow_remote(mut self) -> Self {
        self.allow_remote = true;
        self
    }

    /// A token that is accepted. Once one is given, every call without one of those given is UNAUTHENTICATED.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.tokens.push(SecretString::from(token.into()));
        self
    }

    /// How long each answer is held back.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Serves TLS with this certificate chain and private key, both PEM.
    pub fn tls(mut self, certificate: impl Into<String>, key: impl Into<String>) -> Self {
        self.tls = Some(Pem {
            certificate: certificate.into(),
            key: SecretString::from(key.into()),
        });
        self
    }

    /// A cache that is there from the start, and after a reset.
    pub fn cache(mut self, name: impl Into<String>) -> Self {
        self.caches.push(name.into());
        self
    }

    /// Serves the admin API over plain HTTP on this port; 0 takes a free one.
    pub fn admin_port(mut self, port: u16) -> Self {
        self.admin_port = Some(port);
        self
    }
}
