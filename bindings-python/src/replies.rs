//! From a core reply to the official response object.
//!
//! The classes are Python's own (`momento_lambda/responses`), because users match on them; each is
//! looked up when it is first needed and kept, so that importing the package costs none of it.

use crate::errors;
use momento_lambda_core::operation::{CacheInfo, Reply};
use momento_lambda_core::{Error, Result};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyList, PyType};

/// The classes of one operation's response, `CacheGet.Hit` and so on.
pub(crate) struct Response {
    module: &'static str,
    class: &'static str,
    variants: [PyOnceLock<Py<PyAny>>; 5],
}

#[derive(Clone, Copy)]
enum Variant {
    Success,
    CacheAlreadyExists,
    Hit,
    Miss,
    Error,
}

impl Variant {
    const fn name(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::CacheAlreadyExists => "CacheAlreadyExists",
            Self::Hit => "Hit",
            Self::Miss => "Miss",
            Self::Error => "Error",
        }
    }
}

impl Response {
    /// The response `class` of the module `module`.
    pub(crate) const fn new(module: &'static str, class: &'static str) -> Self {
        Self {
            module,
            class,
            variants: [const { PyOnceLock::new() }; 5],
        }
    }

    /// The response object for how a call ended.
    pub(crate) fn build<'py>(
        &self,
        py: Python<'py>,
        outcome: Result<Reply>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match outcome {
            Ok(Reply::Success | Reply::Created) => self.variant(py, Variant::Success)?.call0(),
            Ok(Reply::AlreadyExists) => self.variant(py, Variant::CacheAlreadyExists)?.call0(),
            Ok(Reply::Hit(value)) => self
                .variant(py, Variant::Hit)?
                .call1((PyBytes::new(py, &value),)),
            Ok(Reply::Miss) => self.variant(py, Variant::Miss)?.call0(),
            Ok(Reply::Caches(caches)) => self
                .variant(py, Variant::Success)?
                .call1((cache_list(py, caches)?,)),
            Ok(_) => Err(PyRuntimeError::new_err(format!(
                "{} has no variant for this reply; please report this",
                self.class
            ))),
            Err(error) => self.error(py, &error),
        }
    }

    fn error<'py>(&self, py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
        self.variant(py, Variant::Error)?
            .call1((errors::exception(py, error)?,))
    }

    fn variant<'py>(&self, py: Python<'py>, variant: Variant) -> PyResult<&Bound<'py, PyAny>> {
        self.variants[variant as usize]
            .get_or_try_init(py, || {
                let class = py.import(self.module)?.getattr(self.class)?;
                class.getattr(variant.name()).map(Bound::unbind)
            })
            .map(|class| class.bind(py))
    }
}

fn cache_list(py: Python<'_>, caches: Vec<CacheInfo>) -> PyResult<Bound<'_, PyList>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let make = CLASS
        .import(py, "momento_lambda.responses.cache_info", "CacheInfo")?
        .getattr(intern!(py, "_from_native"))?;
    let list = PyList::empty(py);
    for CacheInfo {
        name,
        cache_id,
        cache_limits,
        topic_limits,
    } in caches
    {
        let cache_limits = (
            cache_limits.max_traffic_rate,
            cache_limits.max_throughput_kbps,
            cache_limits.max_item_size_kb,
            cache_limits.max_ttl_seconds,
        );
        let topic_limits = (
            topic_limits.max_publish_rate,
            topic_limits.max_subscription_count,
            topic_limits.max_publish_message_size_kb,
        );
        list.append(make.call1((name, cache_id, cache_limits, topic_limits))?)?;
    }
    Ok(list)
}
