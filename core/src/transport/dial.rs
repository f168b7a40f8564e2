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
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A connected stream, with TLS or without.
#[derive(Debug)]
pub enum Stream {
    /// Plaintext, to this machine only.
    Plain(TcpStream),
    /// TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connects to an endpoint. `tls` makes the settings, called only where the endpoint wants them.
pub async fn dial(
    endpoint: &Endpoint,
    budget: Duration,
    tls: impl FnOnce() -> Result<Arc<ClientConfig>>,
) -> Result<Stream> {
    let deadline = Instant::now() + budget;
    let silent = |step: &str| {
        Error::new(
            ErrorCode::Timeout,
            format!(
                "connection to {endpoint}: {step} gave no answer within {} ms; check the network of the function (VPC, NAT, security groups)",
                budget.as_millis()
            ),
        )
    };
    let addresses = timeout_at(deadline, resolve(endpoint))
        .await
        .map_err(|_| silent("DNS"))??;
    let tcp = connect_first(endpoint, &addresses, deadline, || silent("TCP")).await?;
    // Small messages must not wait for the acknowledgement of the one before.
    tcp.set_nodelay(true)
        .map_err(|error| unreachable(endpoint, "TCP", &error))?;
    if !endpoint.secure {
        return Ok(Stream::Plain(tcp));
    }
    let name = ServerName::try_from(endpoint.host.clone()).map_err(|_| {
        Error::invalid_argument(format!(
            "endpoint {endpoint}: not a host name that TLS can check"
        ))
    })?;
    let handshake = TlsConnector::from(tls()?).connect(name, tcp);
    let stream = timeout_at(deadline, handshake)
        .await
        .map_err(|_| silent("TLS"))?
        .map_err(|error| unreachable(endpoint, "TLS", &error))?;
    Ok(Stream::Tls(Box::new(stream)))
}

async fn resolve(endpoint: &Endpoint) -> Result<Vec<SocketAddr>> {
    let addresses: Vec<_> = tokio::net::lookup_host((endpoint.host.as_str(), endpoint.port))
        .await
        .map_err(|error| unreachable(endpoint, "DNS", &error))?
        .collect();
    if addresses.is_empty() {
        return Err(unreachable(
            endpoint,
            "DNS",
            &io::Error::other("the name has no address"),
        ));
    }
    Ok(addresses)
}

/// The first address that answers; a silent one gets its share of the time that is left.
async fn connect_first(
    endpoint: &Endpoint,
    addresses: &[SocketAddr],
    deadline: Instant,
    silent: impl Fn() -> Error,
) -> Result<TcpStream> {
    let mut failure = None;
    for (tried, address) in addresses.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / u32::try_from(addresses.len() - tried).unwrap_or(1);
        failure = Some(
            match timeout_at(Instant::now() + share, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => unreachable(endpoint, "TCP", &error),
                Err(_) => silent(),
            },
        );
    }
    Err(failure.unwrap_or_else(silent))
}

fn unreachable(endpoint: &Endpoint, step: &str, error: &io::Error) -> Error {
    Error::new(
        ErrorCode::ServerUnavailable,
        format!("connection to {endpoint}: {step} failed: {error}"),
    )
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
