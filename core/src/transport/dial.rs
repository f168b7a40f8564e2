//! From a host name to a byte stream: DNS, TCP without Nagle, TLS, all inside one budget.
//!
//! Serves both Momento's connection and the look-up at AWS, so that a cold start pays for one TLS
//! set-up. Every failure names the address and the step: a time-out in DNS and one in TLS have
//! different causes (a VPC without a resolver; a proxy that swallows bytes).

use crate::error::{Error, ErrorCode, Result};
use crate::token::Endpoint;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// What an address has for itself before the next is tried. Inside a region TCP takes 1 to 20 ms.
const HEAD_START: Duration = Duration::from_millis(100);

/// A connected stream, with TLS or without.
#[derive(Debug)]
pub enum Stream {
    /// Plaintext, to this machine only.
    Plain(TcpStream),
    /// TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connects to an endpoint, and says how long TCP took, which is a round trip. `tls` makes the
/// settings, called only where the endpoint wants them.
pub async fn dial(
    endpoint: &Endpoint,
    budget: Duration,
    tls: impl FnOnce() -> Result<Arc<ClientConfig>>,
) -> Result<(Stream, Duration)> {
    let attempt = Attempt::new(endpoint, budget);
    let addresses = attempt.resolve().await?;
    let begun = Instant::now();
    let tcp = attempt.connect(&addresses).await?;
    let round_trip = begun.elapsed();
    if !endpoint.secure {
        return Ok((Stream::Plain(tcp), round_trip));
    }
    let stream = attempt.secure(tcp, tls).await?;
    Ok((Stream::Tls(Box::new(stream)), round_trip))
}

/// The steps of one dial, which share a budget.
#[derive(Debug)]
pub(crate) struct Attempt<'a> {
    endpoint: &'a Endpoint,
    budget: Duration,
    deadline: Instant,
}

impl<'a> Attempt<'a> {
    /// The budget begins to run.
    pub(crate) fn new(endpoint: &'a Endpoint, budget: Duration) -> Self {
        Self {
            endpoint,
            budget,
            deadline: Instant::now() + budget,
        }
    }

    /// The addresses of the host, at least one.
    pub(crate) async fn resolve(&self) -> Result<Vec<SocketAddr>> {
        let host = (self.endpoint.host.as_str(), self.endpoint.port);
        let addresses: Vec<_> = timeout_at(self.deadline, tokio::net::lookup_host(host))
            .await
            .map_err(|_| self.silent("DNS"))?
            .map_err(|error| self.unreachable("DNS", &error))?
            .collect();
        if addresses.is_empty() {
            return Err(self.unreachable("DNS", &io::Error::other("the name has no address")));
        }
        Ok(addresses)
    }

    /// The first address that answers. The next one is tried beside as soon as one has failed or
    /// was silent for a while, as RFC 8305 has it, but sooner: a name may have one dead address.
    pub(crate) async fn connect(&self, addresses: &[SocketAddr]) -> Result<TcpStream> {
        let mut waiting = addresses.iter();
        let mut tried = JoinSet::new();
        let mut failure = None;
        loop {
            let head_start = match waiting.next() {
                Some(address) => {
                    tried.spawn(TcpStream::connect(*address));
                    Instant::now() + HEAD_START
                }
                None if tried.is_empty() => {
                    return Err(failure.unwrap_or_else(|| self.silent("TCP")));
                }
                None => self.deadline,
            };
            match timeout_at(head_start.min(self.deadline), tried.join_next()).await {
                Ok(Some(Ok(Ok(stream)))) => {
                    // Small messages must not wait for the acknowledgement of the one before.
                    stream
                        .set_nodelay(true)
                        .map_err(|error| self.unreachable("TCP", &error))?;
                    return Ok(stream);
                }
                Ok(Some(Ok(Err(error)))) => failure = Some(self.unreachable("TCP", &error)),
                Err(_) if Instant::now() >= self.deadline => return Err(self.silent("TCP")),
                // A task that was lost, or time for the next address.
                Ok(Some(Err(_)) | None) | Err(_) => {}
            }
        }
    }

    /// TLS on a connected stream.
    pub(crate) async fn secure(
        &self,
        tcp: TcpStream,
        tls: impl FnOnce() -> Result<Arc<ClientConfig>>,
    ) -> Result<TlsStream<TcpStream>> {
        let name = ServerName::try_from(self.endpoint.host.clone()).map_err(|_| {
            Error::invalid_argument(format!(
                "endpoint {}: not a host name that TLS can check",
                self.endpoint
            ))
        })?;
        let handshake = TlsConnector::from(tls()?).connect(name, tcp);
        timeout_at(self.deadline, handshake)
            .await
            .map_err(|_| self.silent("TLS"))?
            .map_err(|error| self.unreachable("TLS", &error))
    }

    fn silent(&self, step: &str) -> Error {
        Error::new(
            ErrorCode::Timeout,
            format!(
                "connection to {}: {step} gave no answer within {} ms; check the network of the function (VPC, NAT, security groups)",
                self.endpoint,
                self.budget.as_millis()
            ),
        )
    }

    fn unreachable(&self, step: &str, error: &io::Error) -> Error {
        Error::new(
            ErrorCode::ServerUnavailable,
            format!("connection to {}: {step} failed: {error}", self.endpoint),
        )
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, buffer),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(context, buffers),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(context, buffers),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
