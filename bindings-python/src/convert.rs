//! One converter per kind of argument.
//!
//! Types that an argument does not take are the caller's mistake and come back as the official
//! texts, in an `Error` response rather than as an exception: so these return the core's error.
//! What the values must be like (empty, too long, negative) is for the core to judge, except where
//! Rust's type can't hold it.

use momento_lambda_core::{Error, Result};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyType};
use std::time::Duration;

pub(crate) fn cache_name(argument: &Bound<'_, PyAny>) -> Result<String> {
    text(argument, "Cache name")
}

pub(crate) fn key(argument: &Bound<'_, PyAny>) -> Result<Vec<u8>> {
    bytes(argument, "key")
}

pub(crate) fn value(argument: &Bound<'_, PyAny>) -> Result<Vec<u8>> {
    bytes(argument, "value")
}

/// A `datetime.timedelta` to the microsecond; `None` where the client's default is meant.
pub(crate) fn ttl(argument: Option<&Bound<'_, PyAny>>) -> Result<Option<Duration>> {
    argument
        .map(|argument| duration(argument, "TTL"))
        .transpose()
}

/// A positive `datetime.timedelta`, called `what` in errors.
pub(crate) fn duration(argument: &Bound<'_, PyAny>, what: &str) -> Result<Duration> {
    let not_a_timedelta = || Error::invalid_argument(format!("{what} must be a timedelta."));
    let read = || -> PyResult<Option<(i64, u64, u32)>> {
        static TIMEDELTA: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        let class = TIMEDELTA.import(argument.py(), "datetime", "timedelta")?;
        if !argument.is_instance(class)? {
            return Ok(None);
        }
        // Attributes, because abi3 has no C access to them; Python keeps the last two in range.
        let number = |name| argument.getattr(name);
        Ok(Some((
            number("days")?.extract()?,
            number("seconds")?.extract()?,
            number("microseconds")?.extract()?,
        )))
    };
    let (days, seconds, microseconds) = read().ok().flatten().ok_or_else(not_a_timedelta)?;
    u64::try_from(days)
        .ok()
        .map(|days| Duration::new(days * 86_400 + seconds, microseconds * 1_000))
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            Error::invalid_argument(format!("{what} must be a positive amount of time."))
        })
}

/// A text, called `what` in errors.
pub(crate) fn text(argument: &Bound<'_, PyAny>, what: &str) -> Result<String> {
    let text = argument
        .cast::<PyString>()
        .map_err(|_| Error::invalid_argument(format!("{what} must be a string")))?;
    encode(text, what)
}

fn bytes(argument: &Bound<'_, PyAny>, what: &str) -> Result<Vec<u8>> {
    if let Ok(bytes) = argument.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    match argument.cast::<PyString>() {
        Ok(text) => encode(text, what).map(String::into_bytes),
        Err(_) => Err(Error::invalid_argument(format!(
            "Unsupported type for {what}: {}",
            argument.get_type()
        ))),
    }
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
