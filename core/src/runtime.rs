//! Who drives the futures of the bindings.
//!
//! A function on Lambda has a fraction of a core: threads that hand work to each other cost more
//! than the work. So there is one single-threaded tokio runtime per process, and whoever waits
//! drives it: a synchronous call polls the socket on its own thread, without a hop (measured on the
//! prototype: 91 us against 115 us for a get). Only where nobody waits, in asyncio and in Node, one
//! worker thread drives it; and for the head start of a look-up, a thread that ends with it.
//!
//! Rust programs bring their own runtime and need none of this.

use crate::alarm::until;
use crate::error::{Error, ErrorCode, Result};
use crate::per_process::PerProcess;
use std::future::Future;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::AbortHandle;
use tokio::time::Instant;

static RUNTIME: PerProcess<Runtime> = PerProcess::new();
static WORKER: PerProcess<()> = PerProcess::new();

fn runtime() -> Result<&'static Runtime> {
    RUNTIME.get_or_try_init(|| {
        Builder::new_current_thread()
            .enable_all()
            // DNS only: one name at a time.
            .max_blocking_threads(2)
            .build()
            .map_err(|error| exhausted("its event loop", &error))
    })
}

fn exhausted(what: &str, error: &std::io::Error) -> Error {
    Error::new(
        ErrorCode::ClientResourceExhausted,
        format!(
            "this process could not start {what}: {error}; it may be out of threads or file descriptors"
        ),
    )
}

/// Waits for a future on this thread, driving everything else meanwhile. Not from async code.
pub fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    runtime()?.block_on(future)
}

/// The same for no longer than `time`; `None` where that is over.
pub fn block_on_for<T>(
    time: Duration,
    future: impl Future<Output = Result<T>> + Unpin,
) -> Result<Option<T>> {
    runtime()?
        .block_on(until(Instant::now() + time, future))
        .transpose()
}

/// Lets a future run to its end without waiting for it: on the worker if there is one, else on a
/// thread that ends with it.
pub fn run_in_background(future: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let runtime = runtime()?;
    if WORKER.get().is_some() {
        runtime.spawn(future);
        return Ok(());
    }
    std::thread::Builder::new()
        .name("momento-start".to_owned())
        .spawn(move || runtime.block_on(future))
        .map(drop)
        .map_err(|error| exhausted("a thread", &error))
}

/// Sees to it that a future runs to its end on the runtime of whoever asks, even if nobody waits there
/// any more: this process's own runtime without a worker gets a thread that ends with it.
pub(crate) fn keep_driving(future: impl Future<Output = ()> + Send + 'static) {
    let Ok(current) = Handle::try_current() else {
        return;
    };
    let ours = RUNTIME.get().map(|runtime| runtime.handle().id());
    if ours != Some(current.id()) {
        current.spawn(future);
    } else if let Err(error) = run_in_background(future) {
        // Whoever drives next drives the work too; only this future's own part is lost.
        drop(error);
    }
}

/// Runs a future on the worker, which is started if there is none.
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> Result<AbortHandle> {
    let runtime = runtime()?;
    ensure_worker()?;
    Ok(runtime.spawn(future).abort_handle())
}

/// Starts the one worker thread, for hosts whose calls return before they are done.
pub fn ensure_worker() -> Result<()> {
    WORKER.get_or_try_init(|| {
        let runtime = runtime()?;
        std::thread::Builder::new()
            .name("momento-worker".to_owned())
            .spawn(move || runtime.block_on(std::future::pending::<()>()))
            .map(drop)
            .map_err(|error| exhausted("a thread", &error))
    })?;
    Ok(())
}
