//! What has to happen when a Python process forks: see `core::per_process`.
//!
//! `os.register_at_fork` covers whatever forks through the interpreter: `os.fork`, multiprocessing,
//! gunicorn, uWSGI. `subprocess` starts other programs, and needs none of this.

use crate::once;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::time::{Duration, Instant};

/// An import takes milliseconds. One that takes longer than this hangs, and a fork should not.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOK_AGAIN_AFTER: Duration = Duration::from_micros(100);

/// The gate first, and detached: whoever holds it may still wait, in a hook of another module, for a
/// thread that needs the interpreter.
#[pyfunction]
fn before_fork(py: Python<'_>) {
    py.detach(momento_lambda_core::before_fork);
    let begun = Instant::now();
    while once::others_are_making() && begun.elapsed() < PATIENCE {
        py.detach(|| std::thread::sleep(LOOK_AGAIN_AFTER));
    }
}

#[pyfunction]
fn after_fork_in_parent() {
    momento_lambda_core::after_fork_in_parent();
}

#[pyfunction]
fn after_fork_in_child() {
    once::forked();
    momento_lambda_core::forked();
}

/// Asks to be told of forks.
pub(crate) fn watch(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let hooks = PyDict::new(py);
    hooks.set_item("before", wrap_pyfunction!(before_fork, module)?)?;
    hooks.set_item(
        "after_in_parent",
        wrap_pyfunction!(after_fork_in_parent, module)?,
    )?;
    hooks.set_item(
        "after_in_child",
        wrap_pyfunction!(after_fork_in_child, module)?,
    )?;
    py.import("os")?
        .getattr("register_at_fork")?
        .call((), Some(&hooks))?;
    Ok(())
}
