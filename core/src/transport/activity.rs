//! When a connection last said something.
//!
//! A sandbox that was frozen can't tell from its sockets that the other side is gone. What it can
//! tell is how long it has heard nothing, by the larger of two clocks (see clock.rs).

use crate::clock::{milliseconds, wall_clock};
use crate::per_process::PerProcess;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What has come in over one connection. Shared between the stream and whoever asks.
#[derive(Debug)]
pub struct Activity {
    opened: Instant,
    received_bytes: AtomicU64,
    /// Milliseconds after `opened`, by the monotonic clock.
    last_monotonic: AtomicU64,
    /// Milliseconds of the Unix epoch, by the wall clock.
    last_wall: AtomicU64,
}

/// How many connections this process has open.
pub(crate) fn open_connections() -> usize {
    open().load(Ordering::Relaxed)
}

fn open() -> &'static AtomicUsize {
    static OPEN: PerProcess<AtomicUsize> = PerProcess::new();
    OPEN.get_or_init(AtomicUsize::default)
}

/// The stream drops it last, after its socket.
impl Drop for Activity {
    fn drop(&mut self) {
        open().fetch_sub(1, Ordering::Relaxed);
    }
}

impl Activity {
    pub(super) fn new() -> Self {
        open().fetch_add(1, Ordering::Relaxed);
        Self {
            opened: Instant::now(),
            received_bytes: AtomicU64::new(0),
            last_monotonic: AtomicU64::new(0),
            last_wall: AtomicU64::new(wall_clock()),
        }
    }

    /// Bytes received since the connection was opened.
    #[must_use]
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes.load(Ordering::Relaxed)
    }

    /// How long nothing has been received: the larger of what the two clocks say.
    #[must_use]
    pub fn idle(&self) -> Duration {
        let monotonic = self
            .since_opened()
            .saturating_sub(self.last_monotonic.load(Ordering::Relaxed));
        let wall = wall_clock().saturating_sub(self.last_wall.load(Ordering::Relaxed));
        Duration::from_millis(monotonic.max(wall))
    }

    fn record(&self, bytes: usize) {
        self.received_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
        self.last_monotonic
            .store(self.since_opened(), Ordering::Relaxed);
        self.last_wall.store(wall_clock(), Ordering::Relaxed);
    }

    fn since_opened(&self) -> u64 {
        milliseconds(self.opened.elapsed())
    }
}

/// A stream that keeps its [`Activity`] up to date.
#[derive(Debug)]
pub(super) struct Observed<S> {
    stream: S,
    activity: Arc<Activity>,
}

impl<S> Observed<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Self {
        Self { stream, activity }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Observed<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let result = Pin::new(&mut this.stream).poll_read(context, buffer);
        let received = buffer.filled().len() - before;
        if received > 0 {
            this.activity.record(received);
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Observed<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, buffer)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}
