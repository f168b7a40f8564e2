//! `NativeClient`: a core client for Python. Its operations are in generated.rs.

use crate::convert::{self, Conversion, Refusal};
use crate::errors::raised;
use crate::hooks::ClientHooks;
use crate::options;
use crate::pending::Ending;
use crate::reactor;
use crate::replies::Response;
use crate::wait::wait;
use momento_lambda_core::bridge::Asks;
use momento_lambda_core::operation::{Reply, Request};
use momento_lambda_core::{CacheClient, ClientOptions, Error, ErrorCode, Result, runtime};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A core client. The classes of `momento_lambda` hold one and add what users see.
#[pyclass(frozen, module = "momento_lambda._native")]
pub(crate) struct NativeClient {
    pub(crate) core: CacheClient,
    /// Middlewares and the like; most clients have none.
    pub(crate) hooks: Option<ClientHooks>,
    /// Whether failures are raised rather than returned as `Error` responses.
    pub(crate) raises: bool,
}

impl NativeClient {
    /// Carries an operation out and waits for it.
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        response: &'static Response,
        request: Conversion<Request>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let outcome = match (request, &self.hooks) {
            (Ok(request), None) => wait(py, self.core.execute(request))?,
            (Ok(request), Some(hooks)) => hooks.call(py, &self.core, request)?,
            (Err(Refusal::Error(error)), _) => Err(error),
            (Err(Refusal::Raised(error)), _) => return Err(error),
        };
        response.build(py, outcome, self.raises)
    }

    /// Begins an operation; an `asyncio.Future` of the running loop brings the response.
    pub(crate) fn submit<'py>(
        &self,
        py: Python<'py>,
        response: &'static Response,
        request: Conversion<Request>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let request = match request {
            Ok(request) => Ok(request),
            Err(Refusal::Error(error)) => Err(error),
            Err(Refusal::Raised(error)) => return Err(error),
        };
        let hooks = match &self.hooks {
            Some(hooks) => hooks.asyncio(py)?,
            None => None,
        };
        let (asks, hooks) = match hooks {
            Some((asks, hooks)) => (asks, Some(hooks)),
            None => (Asks::default(), None),
        };
        let raises = self.raises;
        let ending = Ending::Response { response, raises };
        reactor::submit(py, ending, hooks, |ticket, submissions| {
            submissions.call(&self.core, request?, ticket, asks)
        })
    }
}

/// A client from what `CredentialProvider` and `Configuration` hold.
#[pyfunction]
pub(crate) fn open(
    py: Python<'_>,
    credentials: &Bound<'_, PyAny>,
    configuration: &Bound<'_, PyAny>,
    default_ttl: &Bound<'_, PyAny>,
) -> PyResult<NativeClient> {
    let core = crate::credentials::credential(credentials)
        .and_then(|credential| {
            let options = ClientOptions::new(credential);
            options::complete(py, options, Some(configuration), Some(default_ttl))
        })
        .and_then(CacheClient::new)
        .map_err(|error| raised(py, &error))?;
    Ok(NativeClient {
        core,
        hooks: ClientHooks::of(configuration)?,
        raises: options::raises(configuration)?,
    })
}

/// Connects within `timeout`; raises `ConnectionException`.
#[pyfunction]
pub(crate) fn connect(
    py: Python<'_>,
    client: &Bound<'_, NativeClient>,
    timeout: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let connected = match connected(client, timeout) {
        Ok(connected) => wait(py, connected)?,
        Err(error) => Err(error),
    };
    connected.map(drop).map_err(|error| raised(py, &error))
}

/// The same for asyncio: an `asyncio.Future` that brings `None` or the exception.
#[pyfunction]
pub(crate) fn connect_async<'py>(
    py: Python<'py>,
    client: &Bound<'py, NativeClient>,
    timeout: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let connected = connected(client, timeout);
    reactor::submit(py, Ending::Exception, None, |ticket, submissions| {
        submissions.run(ticket, connected?)
    })
}

fn connected(
    client: &Bound<'_, NativeClient>,
    timeout: &Bound<'_, PyAny>,
) -> Result<impl Future<Output = Result<Reply>> + Send + use<>> {
    let timeout = convert::duration(timeout, "The eager connection timeout")?;
    let core = client.get().core.clone();
    let failed = |details: &str| {
        Error::new(
            ErrorCode::Connection,
            format!("Failed to connect to Momento: {details}"),
        )
    };
    Ok(async move {
        match tokio::time::timeout(timeout, core.connect()).await {
            Ok(Ok(())) => Ok(Reply::Success),
            Ok(Err(error)) => Err(failed(error.details())),
            Err(_) => Err(failed(&format!(
                "no connection within {} ms",
                timeout.as_millis()
            ))),
        }
    })
}

/// Begins look-up and connection without waiting. What fails is told by the first operation.
#[pyfunction]
pub(crate) fn start(
    py: Python<'_>,
    client: &Bound<'_, NativeClient>,
    worker: bool,
) -> PyResult<()> {
    let core = client.get().core.clone();
    let begin = || {
        if worker {
            runtime::ensure_worker()?;
        }
        runtime::run_in_background(async move { drop(core.start().await) })
    };
    begin().map_err(|error| raised(py, &error))
}

/// What the client has done so far, by name.
#[pyfunction]
pub(crate) fn counters<'py>(client: &Bound<'py, NativeClient>) -> PyResult<Bound<'py, PyDict>> {
    let counted = PyDict::new(client.py());
    for (name, count) in client.get().core.counters().named() {
        counted.set_item(name, count)?;
    }
    Ok(counted)
}

/// Lets go of the connection; if the client is shared, the next one asked for is new.
#[pyfunction]
pub(crate) fn close(client: &Bound<'_, NativeClient>) -> PyResult<()> {
    crate::shared::forget(client);
    client.get().core.close();
    let hooks = client.get().hooks.as_ref();
    hooks.map_or(Ok(()), |hooks| hooks.close(client.py()))
}
