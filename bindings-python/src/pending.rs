//! The asyncio calls in flight of one event loop: who waits, and for what.

use crate::errors::raised;
use crate::once::intern;
use crate::replies::Response;
use momento_lambda_core::Result;
use momento_lambda_core::operation::Reply;
use pyo3::prelude::*;
use std::collections::HashMap;

/// A call in flight.
pub(crate) struct Pending {
    pub(crate) future: Py<PyAny>,
    pub(crate) ending: Ending,
    /// Who answers the call's questions.
    pub(crate) hooks: Option<Py<PyAny>>,
}

impl Pending {
    /// Ends the tasks of hooks that nobody waits for any more.
    pub(crate) fn end_hooks(&self, py: Python<'_>) {
        if let Some(hooks) = &self.hooks {
            let hooks = hooks.bind(py);
            if let Err(error) = hooks.call_method0(intern!(py, "end")) {
                error.write_unraisable(py, Some(hooks));
            }
        }
    }
}

/// Calls by their tickets, and tickets by their futures: a call that is given up is known by its
/// future, and is not to be searched for among all.
#[derive(Default)]
pub(crate) struct PendingCalls {
    by_ticket: HashMap<u64, Pending>,
    /// By the future's address, which is no other's as long as the call holds it.
    tickets: HashMap<usize, u64>,
}

fn address(future: &Py<PyAny>) -> usize {
    future.as_ptr().addr()
}

impl PendingCalls {
    pub(crate) fn insert(&mut self, ticket: u64, pending: Pending) {
        self.tickets.insert(address(&pending.future), ticket);
        self.by_ticket.insert(ticket, pending);
    }

    pub(crate) fn get(&self, ticket: u64) -> Option<&Pending> {
        self.by_ticket.get(&ticket)
    }

    pub(crate) fn remove(&mut self, ticket: u64) -> Option<Pending> {
        let pending = self.by_ticket.remove(&ticket)?;
        self.tickets.remove(&address(&pending.future));
        Some(pending)
    }

    /// The ticket with the call.
    pub(crate) fn remove_for(&mut self, future: &Bound<'_, PyAny>) -> Option<(u64, Pending)> {
        let ticket = self.tickets.remove(&future.as_ptr().addr())?;
        self.by_ticket.remove_entry(&ticket)
    }
}

/// What becomes of a finished call.
#[derive(Clone, Copy)]
pub(crate) enum Ending {
    /// A response, whether it went well or not.
    Response {
        response: &'static Response,
        raises: bool,
    },
    /// `None`, or an exception: for what is no operation.
    Exception,
}

impl Ending {
    fn build(self, py: Python<'_>, outcome: Result<Reply>) -> PyResult<Bound<'_, PyAny>> {
        match self {
            Self::Response { response, raises } => response.build(py, outcome, raises),
            Self::Exception => match outcome {
                Ok(_) => Ok(py.None().into_bound(py)),
                Err(error) => Err(raised(py, &error)),
            },
        }
    }

    /// Gives a future its result.
    pub(crate) fn resolve(self, future: &Bound<'_, PyAny>, outcome: Result<Reply>) -> PyResult<()> {
        let py = future.py();
        if future.call_method0(intern!(py, "done"))?.is_truthy()? {
            return Ok(()); // cancelled, and its coroutine has not run yet
        }
        match self.build(py, outcome) {
            Ok(result) => future.call_method1(intern!(py, "set_result"), (result,))?,
            Err(error) => future.call_method1(intern!(py, "set_exception"), (error,))?,
        };
        Ok(())
    }
}
