//! `momento_lambda._native`: the core for Python.
//!
//! Only conversion stands here: Python arguments to a core `Request`, a core `Reply` or `Error` to
//! the official response objects, and two ways to wait, synchronous ([`wait`]) and asyncio
//! ([`reactor`]). What the client does is in the core; what users see is in `python/momento_lambda`.

mod client;
mod convert;
mod credentials;
mod doctor;
mod enum_default;
mod errors;
#[cfg(unix)]
mod fork;
mod generated;
mod hooks;
mod invocation;
mod once;
mod options;
mod pending;
mod reactor;
mod replies;
mod shared;
mod snapshots;
mod wait;
#[cfg(unix)]
mod wake_descriptor;

/// The native part of the package `momento_lambda`. Not for direct use.
#[pyo3::pymodule(gil_used = true)]
mod _native {
    #[pymodule_export]
    use super::client::{NativeClient, close, connect, connect_async, counters, open, start};
    #[pymodule_export]
    use super::credentials::{check_endpoint, is_v2_api_key, read_api_key};
    #[pymodule_export]
    use super::doctor::doctor;
    #[pymodule_export]
    use super::enum_default::EnumDefault;
    #[pymodule_export]
    use super::hooks::HookQuestion;
    #[pymodule_export]
    use super::invocation::{Invocation, begin_invocation};
    #[pymodule_export]
    use super::options::preset;
    #[pymodule_export]
    use super::reactor::{Reactor, give_up};
    #[pymodule_export]
    use super::shared::shared;
    #[pymodule_export]
    use super::snapshots::{after_restore, before_snapshot};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's name for it")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    const ASCENDING: EnumDefault = EnumDefault::ascending();

    #[pymodule_export]
    const SUM: EnumDefault = EnumDefault::sum();

    #[cfg(unix)]
    #[pymodule_init]
    fn init(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        super::fork::watch(module)
    }
}
