//! The doctor's command line: its arguments in, exit code and text out.

use momento_lambda_core::doctor::{Host, Language, run};
use pyo3::prelude::*;
use std::ffi::OsString;
use std::path::PathBuf;

/// Runs `doctor` with what follows that word on the command line.
#[pyfunction]
pub(crate) fn doctor(
    py: Python<'_>,
    arguments: Vec<OsString>,
    runtime_version: String,
    addon: Option<PathBuf>,
) -> (u8, String) {
    let host = Host {
        language: Language::Python,
        runtime_version,
        addon,
    };
    let outcome = py.detach(|| run(arguments, &host));
    (outcome.exit_code, outcome.text)
}
