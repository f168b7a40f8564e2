//! One client's connection, from the accepted socket to its end.
//!
//! tonic's own server would do, but it cannot cut connections off, counts none, and once the client's `grpc-timeout`
//! has run out it answers the call itself, with `CANCELLED`: that races with the client's own `DEADLINE_EXCEEDED`.
//! hyper's HTTP/2 server, which tonic's is made of, leaves all three to us. A deadline stays the client's affair here.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::calls::Calls;
use crate::counters::Counting;
use crate::gate::Gate;
use crate::sync::lock;

/// A client that has not finished its TLS handshake by then is cut off.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Wide enough for the largest message at once: this server must not be what a benchmark measures.
const STREAM_WINDOW: u32 = 16 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024 * 1024;
/// A connection's calls at one time, and those its client may have cancelled before they were looked at.
const STREAMS: u32 = 10_000;

/// All connections of a server.
#[derive(Debug)]
pub(crate) struct Connections {
    counting: Arc<Counting>,
    tasks: Mutex<JoinSet<()>>,
    /// Raised by each cut: a socket opened before it is reset, not closed.
    cuts: AtomicU64,
    gate: Gate,
}

impl Connections {
    pub(crate) fn new(counting: Arc<Counting>) -> Self {
        Self {
            counting,
            tasks: Mutex::default(),
            cuts: AtomicU64::new(0),
            gate: Gate::default(),
        }
    }

    /// Closed, it leaves every connection without an answer.
    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Serves a socket until its client leaves, `stop` is true, or it is cut.
    pub(crate) fn serve(
        self: &Arc<Self>,
        stream: TcpStream,
        calls: Calls,
        tls: Option<TlsAcceptor>,
        stop: watch::Receiver<bool>,
    ) {
        // Small answers must not wait for the client's acknowledgement; without it they are only slower.
        let _ = stream.set_nodelay(true);
        let mut tasks = lock(&self.tasks);
        let socket = Socket::new(stream, Arc::clone(self));
        let connections = Arc::clone(self);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            match tls {
                None => drive(socket, calls, stop).await,
                Some(tls) => {
                    // The time for the handshake begins when there can be one.
                    poll_fn(|context| connections.gate.poll_open(context)).await;
                    if let Ok(Ok(stream)) =
                        tokio::time::timeout(HANDSHAKE, tls.accept(socket)).await
                    {
                        drive(stream, calls, stop).await;
                    }
                }
            }
        });
    }

    /// Ends every connection at once, without a word: its client gets a TCP reset.
    pub(crate) fn cut(&self) {
        let mut tasks = lock(&self.tasks);
        self.cuts.fetch_add(1, Ordering::Relaxed);
        tasks.abort_all();
    }

    /// Waits until every connection has ended by itself.
    pub(crate) async fn ended(&self) {
        let mut tasks = std::mem::take(&mut *lock(&self.tasks));
        while tasks.join_next().await.is_some() {}
    }
}

/// A client's socket: counted while it is open.
struct Socket {
    stream: TcpStream,
    connections: Arc<Connections>,
    cuts_before: u64,
}

impl Socket {
    fn new(stream: TcpStream, connections: Arc<Connections>) -> Self {
        connections.counting.connection_opened();
        let cuts_before = connections.cuts.load(Ordering::Relaxed);
        Self {
            stream,
            connections,
            cuts_before,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.connections.cuts.load(Ordering::Relaxed) != self.cuts_before {
            // With nothing to linger for, closing sends a reset.
            let _ = self.stream.set_zero_linger();
        }
        self.connections.counting.connection_closed();
    }
}

async fn drive<S>(stream: S, calls: Calls, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let connection = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(STREAMS)
        .max_pending_accept_reset_streams(STREAMS as usize)
        .serve_connection(TokioIo::new(stream), calls);
    let mut connection = pin!(connection);
    // A connection that ends with an error ends: its client knows more about it than this server.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.connections.gate.poll_open(context));
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.connections.gate.poll_open(context));
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.connections.gate.poll_open(context));
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
