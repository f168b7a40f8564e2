//! The clients of `get_momento_client`: the same object for the same arguments.
//!
//! The core keeps the registry and tells old clients from new ones; here each shared core client
//! gets one Python object, so that what is built upon that object can be found again too.

use crate::client::NativeClient;
use crate::errors::raised;
use crate::options;
use momento_lambda_core::{CacheClient, ClientOptions, get_momento_client_with};
use pyo3::prelude::*;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    let find = |known: &[Py<NativeClient>]| {
        let found = known.iter().find(|client| same(&client.get().core, &core));
        found.map(|client| client.clone_ref(py))
    };
    if let Some(client) = find(&known()) {
        return Ok(client);
    }
    // Making an object may let another thread run, which may be here for the same client.
    let client = Py::new(py, NativeClient { core: core.clone() })?;
    let mut known = known();
    Ok(find(&known).unwrap_or_else(|| {
        known.push(client.clone_ref(py));
        client
    }))
}

/// Takes a client out of the shared ones, if it is one of them.
pub(crate) fn forget(client: &Bound<'_, NativeClient>) {
    known().retain(|known| !known.is(client));
}
