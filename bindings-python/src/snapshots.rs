//! What to do before a snapshot of the process and after a restore, see the core's `restored.rs`.

use crate::errors::raised;
use crate::wait::wait;
use momento_lambda_core::runtime;
use pyo3::prelude::*;

/// Lets go of every client's token and connection, and waits until the sockets are closed.
#[pyfunction]
pub(crate) fn before_snapshot(py: Python<'_>) -> PyResult<()> {
    let done = async {
        momento_lambda_core::before_snapshot().await;
        Ok(())
    };
    wait(py, done)?.map_err(|error| raised(py, &error))
}

/// Distrusts what the clients had, and begins look-ups and connections in the background.
#[pyfunction]
pub(crate) fn after_restore() {
    // A process that can't have a thread for it has its look-ups with the first calls.
    drop(runtime::run_in_background(
        momento_lambda_core::after_restore(),
    ));
}
