//! From a core error to the official exception object.
//!
//! The exception classes and the sentences before the details are Python's (errors/exceptions.py);
//! what crosses here is code, details, limit and what the service said.

use crate::once::Once;
use momento_lambda_core::{Error, ErrorCode};
use pyo3::prelude::*;

/// The exception for an error, not raised.
pub(crate) fn exception<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    exception_of(py, error, "cache", None)
}

/// The exception for a call that failed: the service that it is about, and the response's name.
pub(crate) fn exception_of<'py>(
    py: Python<'py>,
    error: &Error,
    service: &str,
    response: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    static MAKE: Once<Py<PyAny>> = Once::new();
    let grpc = error
        .grpc()
        .map(|grpc| (grpc.code, grpc.details.as_str(), grpc.metadata.clone()));
    let details = if grpc.is_none() && error.code() == ErrorCode::InvalidArgument {
        capitalized(error.details())
    } else {
        error.details().to_owned()
    };
    MAKE.get_or_try_init(py, || {
        let module = py.import("momento_lambda.errors.from_native")?;
        module.getattr("exception").map(Bound::unbind)
    })?
    .bind(py)
    .call1((
        error.code().name(),
        details,
        error.limit().name(),
        grpc,
        service,
        response,
    ))
}

/// The exception for an error, to raise.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    exception(py, error).map_or_else(|failure| failure, PyErr::from_value)
}

/// The official Python texts about names and phrases start with a capital, the core's do not. What
/// stays is an argument's name as it is written (`score must ...`), and the name of a source or a
/// variable (`env:KEY`).
fn capitalized(details: &str) -> String {
    let mut words = details.split(' ');
    let first = words.next().unwrap_or_default();
    let is_argument = words.next() == Some("must");
    if is_argument || !first.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return details.to_owned();
    }
    let mut letters = details.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
