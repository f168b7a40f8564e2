//! Waiting for the core on the calling thread, with the interpreter free for others.
//!
//! The thread that waits drives the core's event loop itself. Ctrl-C sets a flag that only the
//! interpreter reads, so a long wait comes up for air: not within the first 100 ms, in which
//! nearly every call ends, and every 100 ms from then on.

use momento_lambda_core::{Result, runtime};
use pyo3::prelude::*;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

const SIGNALS_EVERY: Duration = Duration::from_millis(100);

fn signals(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}

/// How the future ended; the error is that of a signal handler, `KeyboardInterrupt` as a rule.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    future: impl Future<Output = Result<T>> + Send,
) -> PyResult<Result<T>> {
    py.detach(move || {
        let mut future = pin!(future);
        loop {
            let slice = async {
                match tokio::time::timeout(SIGNALS_EVERY, future.as_mut()).await {
                    Ok(outcome) => outcome.map(Some),
                    Err(_) => Ok(None),
                }
            };
            match runtime::block_on(slice) {
                Ok(Some(value)) => return Ok(Ok(value)),
                Err(error) => return Ok(Err(error)),
                Ok(None) => Python::attach(signals)?,
            }
        }
    })
}
