//! `Invocation`: a core invocation for `momento_lambda/invocations.py`, which finds the remaining time
//! and knows when a handler has ended.

use crate::errors::raised;
use crate::pending::Ending;
use crate::reactor;
use crate::wait::wait;
use momento_lambda_core::Invocation as Core;
use pyo3::prelude::*;
use std::sync::Arc;
use std::time::Duration;

/// A handler's run. Calls are bound by its time until `end`.
#[pyclass(frozen, module = "momento_lambda._native")]
pub(crate) struct Invocation(Arc<Core>);

/// Begins an invocation that has so many milliseconds left; `None` or not a number: nobody knows.
#[pyfunction]
pub(crate) fn begin_invocation(remaining: Option<f64>, margin: f64) -> Invocation {
    // No time is less than none, and one that no clock can tell is no bound.
    let milliseconds =
        |time: f64| Duration::try_from_secs_f64(time.max(0.0) / 1_000.0).unwrap_or(Duration::MAX);
    Invocation(Arc::new(Core::begin(
        remaining.filter(|time| !time.is_nan()).map(milliseconds),
        milliseconds(margin),
    )))
}

#[pymethods]
impl Invocation {
    /// How many calls are under way.
    fn under_way(&self) -> usize {
        self.0.under_way()
    }

    /// A number that changes when a call begins.
    fn begun(&self) -> u32 {
        self.0.begun()
    }

    /// How many calls were waited for in vain.
    fn unfinished(&self) -> usize {
        self.0.unfinished()
    }

    /// Whether it makes sense to wait again.
    fn may_settle(&self) -> bool {
        self.0.may_settle()
    }

    /// Waits until no call is under way, as long as the invocation's time allows.
    fn settle(&self, py: Python<'_>) -> PyResult<()> {
        let settled = async {
            self.0.settle().await;
            Ok(())
        };
        wait(py, settled)?.map_err(|error| raised(py, &error))
    }

    /// The same for asyncio: an `asyncio.Future` that brings `None`.
    fn settle_async<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        reactor::submit(py, Ending::Exception, None, |ticket, submissions| {
            submissions.settle(&self.0, ticket)
        })
    }

    /// Ends it: calls are not bound by its time any more.
    fn end(&self) {
        self.0.end();
    }
}
