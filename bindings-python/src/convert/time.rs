//! Times: `datetime.timedelta` and `CollectionTtl`.

use super::{Conversion, Refusal, unsupported};
use crate::once::{Once, intern};
use momento_lambda_core::operation::CollectionTtl;
use momento_lambda_core::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyType;
use std::time::Duration;

/// A `datetime.timedelta` to the microsecond; `None` where the client's default is meant.
pub(crate) fn ttl(argument: Option<&Bound<'_, PyAny>>) -> Result<Option<Duration>> {
    argument
        .map(|argument| duration(argument, "TTL"))
        .transpose()
}

/// A positive `datetime.timedelta`, called `what` in errors.
pub(crate) fn duration(argument: &Bound<'_, PyAny>, what: &str) -> Result<Duration> {
    let not_a_timedelta = || Error::invalid_argument(format!("{what} must be a timedelta."));
    let read = || -> PyResult<Option<(i64, u64, u64)>> {
        static TIMEDELTA: Once<Py<PyType>> = Once::new();
        let class = TIMEDELTA.import(argument.py(), "datetime", "timedelta")?;
        if !argument.is_instance(class)? {
            return Ok(None);
        }
        // Attributes, because abi3 has no C access to them. A subclass may say anything in them.
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
        .and_then(|days| days.checked_mul(86_400)?.checked_add(seconds))
        .and_then(|seconds| {
            Duration::from_secs(seconds).checked_add(Duration::from_micros(microseconds))
        })
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            Error::invalid_argument(format!("{what} must be a positive amount of time."))
        })
}

/// A `CollectionTtl`; `None` is its default.
pub(crate) fn collection_ttl(argument: Option<&Bound<'_, PyAny>>) -> Conversion<CollectionTtl> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let Some(argument) = argument else {
        return Ok(CollectionTtl::from_cache_ttl());
    };
    let py = argument.py();
    let read = || -> PyResult<Option<(Bound<'_, PyAny>, bool)>> {
        let class = CLASS.import(
            py,
            "momento_lambda.requests.collection_ttl",
            "CollectionTtl",
        )?;
        if !argument.is_instance(class)? {
            return Ok(None);
        }
        let refresh = argument.getattr(intern!(py, "refresh_ttl"))?.is_truthy()?;
        Ok(Some((argument.getattr(intern!(py, "ttl"))?, refresh)))
    };
    let read = read().map_err(|error| Refusal::raised(py, "ttl", error))?;
    let (time, refresh) =
        read.ok_or_else(|| unsupported(argument, "TTL must be a CollectionTtl. Given type: "))?;
    Ok(CollectionTtl {
        ttl: ttl(Some(&time).filter(|time| !time.is_none()))?,
        refresh,
    })
}

/// Milliseconds of a configuration, called `what` in errors.
pub(crate) fn milliseconds(number: f64, what: &str) -> Result<Duration> {
    Duration::try_from_secs_f64(number / 1_000.0).map_err(|_| {
        Error::invalid_argument(format!(
            "{what} must be 0 or more milliseconds, received {number}"
        ))
    })
}
