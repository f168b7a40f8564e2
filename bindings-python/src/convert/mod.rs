//! One converter per kind of argument.
//!
//! Types that an argument does not take are the caller's mistake and come back as the official
//! texts, in an `Error` response rather than as an exception: so these return the core's error.
//! What the values must be like (empty, too long, negative) is for the core to judge, except where
//! Rust's type can't hold it. The caller's own code may run in here (iterators, mappings): what it
//! raises ends in an `Error` response too, unless it is meant to end more than a call (Ctrl-C, a
//! cancelled task).

mod collections;
mod numbers;
mod time;

pub(crate) use collections::{bytes_list, dictionary, items, scored, sources};
pub(crate) use numbers::{
    aggregate, amount, count, flag, index, limit, offset, order, pop_count, score, score_bound,
    size,
};
pub(crate) use time::{collection_ttl, duration, milliseconds, ttl};

use momento_lambda_core::{Error, Result};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// How the conversion of arguments ends.
pub(crate) type Conversion<T> = Result<T, Refusal>;

/// Why there is no request.
pub(crate) enum Refusal {
    /// For an `Error` response.
    Error(Error),
    /// To raise.
    Raised(PyErr),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Refusal {
    /// What the caller's own code raised while `what` was read.
    fn raised(py: Python<'_>, what: &str, error: PyErr) -> Self {
        if error.is_instance_of::<PyException>(py) {
            Error::invalid_argument(format!("{what} can't be read: {error}")).into()
        } else {
            Self::Raised(error)
        }
    }
}

/// A text, called `what` in errors.
pub(crate) fn text(argument: &Bound<'_, PyAny>, what: &str) -> Result<String> {
    let text = argument
        .cast::<PyString>()
        .map_err(|_| Error::invalid_argument(format!("{what} must be a string")))?;
    encode(text, what)
}

/// Text or bytes, called `what` in errors; `refusal` begins the message where it is neither.
pub(crate) fn bytes(argument: &Bound<'_, PyAny>, what: &str, refusal: &str) -> Result<Vec<u8>> {
    if let Ok(bytes) = argument.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    match argument.cast::<PyString>() {
        Ok(text) => encode(text, what).map(String::into_bytes),
        Err(_) => Err(unsupported(argument, refusal)),
    }
}

/// Bytes that an earlier answer told.
pub(crate) fn hash(argument: &Bound<'_, PyAny>, what: &str) -> Result<Vec<u8>> {
    let bytes = argument.cast::<PyBytes>();
    bytes
        .map(|bytes| bytes.as_bytes().to_vec())
        .map_err(|_| unsupported(argument, &format!("{what} must be bytes. Given type: ")))
}

fn unsupported(argument: &Bound<'_, PyAny>, refusal: &str) -> Error {
    Error::invalid_argument(format!("{refusal}{}", argument.get_type()))
}

fn encode(text: &Bound<'_, PyString>, what: &str) -> Result<String> {
    text.to_cow()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| {
            Error::invalid_argument(format!(
                "{what} holds a lone surrogate, which has no UTF-8; pass bytes or a valid string"
            ))
        })
}
