//! Caches and signing keys.

use crate::once::{Once, intern};
use momento_lambda_core::operation::{CacheInfo, ListedSigningKey, SigningKey};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyType};

pub(super) fn caches(py: Python<'_>, caches: Vec<CacheInfo>) -> PyResult<Bound<'_, PyList>> {
    static CLASS: Once<Py<PyType>> = Once::new();
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

type NewSigningKey<'py> = (String, String, String, Bound<'py, PyAny>);

pub(super) fn signing_key(py: Python<'_>, key: SigningKey) -> PyResult<NewSigningKey<'_>> {
    let expires_at = local_time(py, key.expires_at)?;
    Ok((key.key_id, key.endpoint, key.key, expires_at))
}

pub(super) fn signing_keys(
    py: Python<'_>,
    keys: Vec<ListedSigningKey>,
) -> PyResult<Bound<'_, PyList>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let class = CLASS.import(py, "momento_lambda.responses.signing_key", "SigningKey")?;
    let list = PyList::empty(py);
    for key in keys {
        let expires_at = local_time(py, key.expires_at)?;
        list.append(class.call1((key.key_id, expires_at, key.endpoint))?)?;
    }
    Ok(list)
}

/// Local time without a zone, as in the official SDK; the latest there is for what lies beyond it.
fn local_time(py: Python<'_>, seconds: u64) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let class = CLASS.import(py, "datetime", "datetime")?;
    class
        .call_method1("fromtimestamp", (seconds,))
        .or_else(|_| class.getattr("max"))
}
