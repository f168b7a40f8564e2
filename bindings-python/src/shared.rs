//! The clients of `get_momento_client`: the same object for the same arguments.
//!
//! The core keeps the registry and tells old clients from new ones; here each shared core client
//! gets one Python object, so that what is built upon that object can be found again too.

use crate::client::NativeClient;
use crate::errors::raised;
use crate::hooks::ClientHooks;
use crate::options;
use momento_lambda_core::{CacheClient, ClientOptions, get_momento_client_with};
use pyo3::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locked only while attached, and across nothing that detaches: so whoever forks, who is attached,
/// finds it open, and so does the child.
static SHARED: Mutex<Vec<Py<NativeClient>>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Py<NativeClient>>> {
    SHARED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Clones of a core client share their options, so an address tells whether two are one.
fn same(one: &CacheClient, other: &CacheClient) -> bool {
    std::ptr::eq(one.options(), other.options())
}

/// The client for these arguments and the environment.
#[pyfunction]
#[pyo3(signature = (token_source, endpoint, configuration, default_ttl))]
pub(crate) fn shared<'py>(
    py: Python<'py>,
    token_source: Option<&Bound<'py, PyAny>>,
    endpoint: Option<&Bound<'py, PyAny>>,
    configuration: Option<&Bound<'py, PyAny>>,
    default_ttl: Option<&Bound<'py, PyAny>>,
) -> PyResult<Py<NativeClient>> {
    let text = |argument: Option<&Bound<'py, PyAny>>, what| {
        argument
            .map(|argument| crate::convert::text(argument, what))
            .transpose()
    };
    let from_environment = || {
        let source = text(token_source, "token_source")?;
        let endpoint = text(endpoint, "endpoint")?;
        ClientOptions::from_environment(source.as_deref(), endpoint.as_deref(), |name| {
            std::env::var(name).ok()
        })
    };
    let (core, _) = from_environment()
        .and_then(|options| options::complete(py, options, configuration, default_ttl))
        .and_then(get_momento_client_with)
        .map_err(|error| raised(py, &error))?;
    let made = NativeClient {
        core,
        hooks: configuration.map_or(Ok(None), ClientHooks::of)?,
        raises: configuration.map_or(Ok(false), options::raises)?,
    };
    if let Some(client) = find(py, &made)? {
        return Ok(client);
    }
    // Making an object may let another thread run, which may be here for the same client.
    let client = Py::new(py, made)?;
    if let Some(other) = find(py, client.get())? {
        return Ok(other);
    }
    known().push(client.clone_ref(py));
    Ok(client)
}

/// The client that does the same. Compares hooks, which may be anything, without holding the lock.
fn find(py: Python<'_>, made: &NativeClient) -> PyResult<Option<Py<NativeClient>>> {
    let candidates: Vec<_> = known()
        .iter()
        .filter(|client| {
            let client = client.get();
            same(&client.core, &made.core) && client.raises == made.raises
        })
        .map(|client| client.clone_ref(py))
        .collect();
    for candidate in candidates {
        let is_like = match (&candidate.get().hooks, &made.hooks) {
            (None, None) => true,
            (Some(one), Some(other)) => one.is_like(py, other)?,
            _ => false,
        };
        if is_like {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Takes what has a client's core out of the shared ones.
pub(crate) fn forget(client: &Bound<'_, NativeClient>) {
    let is_the_same = |known: &mut Py<NativeClient>| same(&known.get().core, &client.get().core);
    let forgotten: Vec<_> = known().extract_if(.., is_the_same).collect();
    // Not under the lock: with a client goes what it has of the user's, which may do anything.
    drop(forgotten);
}
