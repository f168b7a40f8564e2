//! When a connection last said something.
//!
//! A sandbox that was frozen can't tell from its sockets that the other side is gone. What it can
//! tell is how long it has heard nothing, by the larger of two clocks (see clock.rs).

use crate::clock::{Moment, milliseconds, wall_clock};
use crate::per_process::PerProcess;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What has come in over one connection, and what went out. Shared between the stream and whoever
/// asks.
#[derive(Debug)]
pub struct Activity {
    opened: Moment,
    received_bytes: AtomicU64,
    written_bytes: AtomicU64,
    /// Milliseconds after `opened`, by the monotonic clock.
    last_monotonic: AtomicU64,
    /// Milliseconds of the Unix epoch, by the wall clock.
    last_wall: AtomicU64,
    /// Microseconds.
    round_trip: AtomicU64,
}

/// How old a connection is, and how long nothing has been received on it: the larger of what the
/// two clocks say.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Since it was opened.
    pub age: Duration,
    /// Since the last byte.
    pub idle: Duration,
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
    pub(super) fn new(round_trip: Duration) -> Self {
        let opened = Moment::now();
        open().fetch_add(1, Ordering::Relaxed);
        Self {
            opened,
            received_bytes: AtomicU64::new(0),
            written_bytes: AtomicU64::new(0),
            last_monotonic: AtomicU64::new(0),
            last_wall: AtomicU64::new(opened.wall()),
            round_trip: AtomicU64::new(microseconds(round_trip)),
        }
    }

    /// Bytes received since the connection was opened.
    #[must_use]
    pub fn received_bytes(&self) -> u64 {
        self.received_bytes.load(Ordering::Relaxed)
    }

    /// Bytes that the socket took since the connection was opened.
    pub(super) fn written_bytes(&self) -> u64 {
        self.written_bytes.load(Ordering::Relaxed)
    }

    /// Age and silence, by one look at the clocks.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let wall = wall_clock();
        let monotonic = milliseconds(self.opened.elapsed());
        let since = |before_monotonic: u64, before_wall: u64| {
            let monotonic = monotonic.saturating_sub(before_monotonic);
            Duration::from_millis(monotonic.max(wall.saturating_sub(before_wall)))
        };
        Standing {
            age: since(0, self.opened.wall()),
            idle: since(
                self.last_monotonic.load(Ordering::Relaxed),
                self.last_wall.load(Ordering::Relaxed),
            ),
        }
    }

    /// What a round trip takes: the connect's at first, then a mean of the PINGs', the last of which
    /// counts for a quarter.
    pub(super) fn round_trip(&self) -> Duration {
        Duration::from_micros(self.round_trip.load(Ordering::Relaxed))
    }

    pub(super) fn record_round_trip(&self, taken: Duration) {
        let before = self.round_trip.load(Ordering::Relaxed);
        let mean = before - before / 4 + microseconds(taken) / 4;
        self.round_trip.store(mean, Ordering::Relaxed);
    }

    fn record(&self, bytes: usize) {
        self.received_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
        self.last_monotonic
            .store(milliseconds(self.opened.elapsed()), Ordering::Relaxed);
        self.last_wall.store(wall_clock(), Ordering::Relaxed);
    }

    fn record_written(&self, written: &Poll<io::Result<usize>>) {
        if let Poll::Ready(Ok(bytes)) = written {
            self.written_bytes
                .fetch_add(*bytes as u64, Ordering::Relaxed);
        }
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX / 4)
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
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(context, buffer);
        this.activity.record_written(&written);
        written
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(context, buffers);
        this.activity.record_written(&written);
        written
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
