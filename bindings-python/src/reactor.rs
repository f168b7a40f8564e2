//! asyncio: calls that end in an `asyncio.Future`.
//!
//! A stock binding attaches to the interpreter once per call from a foreign thread, 13 to 20 us
//! each, and fights the event loop for the GIL. Here finished calls queue up in the core; the loop
//! is woken through a descriptor it watches and takes all there are, on its own thread.
//!
//! Each event loop has a `Reactor`, and owns it: the loop's registration of the reader is the one
//! strong reference. A loop that is closed drops it, and with it the descriptor and the calls that
//! nobody waits for any more. Here stand only weak references, to find it again.

use crate::errors::raised;
use crate::hooks;
use crate::replies::Response;
use momento_lambda_core::Result;
use momento_lambda_core::bridge::{Completion, Completions, Event, Question};
use momento_lambda_core::operation::Reply;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::AbortHandle;

/// A call in flight: who waits, for what, and how to give it up.
struct Pending {
    future: Py<PyAny>,
    ending: Ending,
    call: AbortHandle,
    /// Who answers the call's questions.
    hooks: Option<Py<PyAny>>,
}

impl Pending {
    /// Ends the tasks of hooks that nobody waits for any more.
    fn end_hooks(&self, py: Python<'_>) {
        if let Some(hooks) = &self.hooks {
            let hooks = hooks.bind(py);
            if let Err(error) = hooks.call_method0(intern!(py, "end")) {
                error.write_unraisable(py, Some(hooks));
            }
        }
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
}

fn resolve(future: &Bound<'_, PyAny>, ending: Ending, outcome: Result<Reply>) -> PyResult<()> {
    let py = future.py();
    if future.call_method0(intern!(py, "done"))?.is_truthy()? {
        return Ok(()); // cancelled, and its coroutine has not run yet
    }
    match ending.build(py, outcome) {
        Ok(result) => future.call_method1(intern!(py, "set_result"), (result,))?,
        Err(error) => future.call_method1(intern!(py, "set_exception"), (error,))?,
    };
    Ok(())
}

/// The calls of one event loop.
#[pyclass(frozen, weakref, module = "momento_lambda._native")]
pub(crate) struct Reactor {
    wake: wake::Wake,
    completions: Arc<Completions>,
    pending: Mutex<HashMap<u64, Pending>>,
    next_ticket: AtomicU64,
}

#[pymethods]
impl Reactor {
    /// Resolves the futures of finished calls. The event loop calls this when it is woken.
    fn drain(&self, py: Python<'_>) {
        self.wake.clear();
        for event in self.completions.drain() {
            match event {
                Event::Completed(completion) => self.complete(py, completion),
                Event::Asked(question) => self.ask(py, question),
            }
        }
    }
}

impl Reactor {
    fn pending(&self) -> MutexGuard<'_, HashMap<u64, Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complete(&self, py: Python<'_>, completion: Completion) {
        let Some(pending) = self.pending().remove(&completion.ticket) else {
            return; // given up
        };
        pending.end_hooks(py);
        let future = pending.future.bind(py);
        // One that can't be resolved must not keep the others from it.
        if let Err(error) = resolve(future, pending.ending, completion.outcome) {
            error.write_unraisable(py, Some(future));
        }
    }

    fn ask(&self, py: Python<'_>, question: Question) {
        let hooks = self.pending().get(&question.ticket).and_then(|pending| {
            let hooks = pending.hooks.as_ref();
            hooks.map(|hooks| hooks.clone_ref(py))
        });
        // The hook's first step may run here and begin calls: no lock may be held.
        if let Some(hooks) = hooks {
            hooks::ask(hooks.bind(py), question, &self.completions);
        }
    }

    fn begin(
        &self,
        future: &Bound<'_, PyAny>,
        ending: Ending,
        hooks: Option<Bound<'_, PyAny>>,
        call: impl FnOnce(u64, &Arc<Completions>) -> Result<AbortHandle>,
    ) -> Result<()> {
        let ticket = self.next_ticket.fetch_add(1, Ordering::Relaxed);
        // `drain` runs on this same thread, so the call can't be done before it is entered.
        let call = call(ticket, &self.completions)?;
        let future = future.clone().unbind();
        self.pending().insert(
            ticket,
            Pending {
                future,
                ending,
                call,
                hooks: hooks.map(Bound::unbind),
            },
        );
        Ok(())
    }

    fn give_up(&self, future: &Bound<'_, PyAny>) {
        let py = future.py();
        let mut pending = self.pending();
        let ticket = pending
            .iter()
            .find(|(_, call)| call.future.is(future))
            .map(|(ticket, _)| *ticket);
        let given_up = ticket.and_then(|ticket| pending.remove(&ticket));
        drop(pending);
        if let Some(given_up) = given_up {
            given_up.call.abort();
            given_up.end_hooks(py);
        }
    }
}

impl Drop for Reactor {
    fn drop(&mut self) {
        for pending in self.pending().values() {
            pending.call.abort();
        }
    }
}

/// A future of the running event loop for a call that `call` begins, given ticket and queue.
pub(crate) fn submit<'py>(
    py: Python<'py>,
    ending: Ending,
    hooks: Option<Bound<'py, PyAny>>,
    call: impl FnOnce(u64, &Arc<Completions>) -> Result<AbortHandle>,
) -> PyResult<Bound<'py, PyAny>> {
    static RUNNING_LOOP: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let event_loop = RUNNING_LOOP
        .import(py, "asyncio", "get_running_loop")?
        .call0()?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let reactor = reactor_of(&event_loop)?;
    if let Err(error) = reactor.get().begin(&future, ending, hooks, call) {
        resolve(&future, ending, Err(error))?;
    }
    Ok(future)
}

/// Gives up the call that `future` waits for; nothing if it has ended.
#[pyfunction]
pub(crate) fn give_up(py: Python<'_>, future: &Bound<'_, PyAny>) -> PyResult<()> {
    let event_loop = future.call_method0(intern!(py, "get_loop"))?;
    if let Some(reactor) = find(&event_loop) {
        reactor.get().give_up(future);
    }
    Ok(())
}

/// An event loop and its reactor, both weak.
type Known = (Py<PyWeakrefReference>, Py<PyWeakrefReference>);
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn find<'py>(event_loop: &Bound<'py, PyAny>) -> Option<Bound<'py, Reactor>> {
    let py = event_loop.py();
    known().iter().find_map(|(of, reactor)| {
        let of = of.bind(py).upgrade()?;
        let reactor = reactor.bind(py).upgrade()?;
        of.is(event_loop)
            .then(|| reactor.cast_into().ok())
            .flatten()
    })
}

fn reactor_of<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Reactor>> {
    if let Some(reactor) = find(event_loop) {
        return Ok(reactor);
    }
    let py = event_loop.py();
    let (wake, completions) = wake::new().map_err(|error| raised(py, &error))?;
    let reactor = Bound::new(
        py,
        Reactor {
            wake,
            completions,
            pending: Mutex::default(),
            next_ticket: AtomicU64::new(0),
        },
    )?;
    reactor
        .get()
        .wake
        .register(event_loop, reactor.getattr(intern!(py, "drain"))?)?;
    let entry = (
        PyWeakrefReference::new(event_loop)?.unbind(),
        PyWeakrefReference::new(reactor.as_any())?.unbind(),
    );
    let mut known = known();
    known.retain(|(of, reactor)| {
        of.bind(py).upgrade().is_some() && reactor.bind(py).upgrade().is_some()
    });
    known.push(entry);
    Ok(reactor)
}

/// How a thread of the core wakes an event loop that can watch a descriptor.
#[cfg(unix)]
mod wake {
    use crate::wake_descriptor::WakeDescriptor;
    use momento_lambda_core::bridge::Completions;
    use momento_lambda_core::{Error, ErrorCode, Result};
    use pyo3::intern;
    use pyo3::prelude::*;
    use std::sync::Arc;

    #[derive(Debug)]
    pub(super) struct Wake(Arc<WakeDescriptor>);

    pub(super) fn new() -> Result<(Wake, Arc<Completions>)> {
        let descriptor = WakeDescriptor::new().map(Arc::new).map_err(|error| {
            Error::new(
                ErrorCode::ClientResourceExhausted,
                format!("no descriptor to wake the event loop with: {error}"),
            )
        })?;
        let woken = Arc::clone(&descriptor);
        Ok((
            Wake(descriptor),
            Arc::new(Completions::new(move || woken.wake())),
        ))
    }

    impl Wake {
        pub(super) fn register(
            &self,
            event_loop: &Bound<'_, PyAny>,
            drain: Bound<'_, PyAny>,
        ) -> PyResult<()> {
            let name = intern!(event_loop.py(), "add_reader");
            event_loop
                .call_method1(name, (self.0.number(), drain))
                .map(drop)
        }

        pub(super) fn clear(&self) {
            self.0.clear();
        }
    }
}

/// The same on Windows, whose default event loop watches no descriptors: the thread has to attach.
/// The loop's reactor lives as long as the process there; no function on Lambda runs on Windows.
#[cfg(not(unix))]
mod wake {
    use momento_lambda_core::Result;
    use momento_lambda_core::bridge::Completions;
    use pyo3::prelude::*;
    use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};
    use std::sync::{Arc, OnceLock};

    type Target = (Py<PyWeakrefReference>, Py<PyAny>);

    #[derive(Debug)]
    pub(super) struct Wake(Arc<OnceLock<Target>>);

    pub(super) fn new() -> Result<(Wake, Arc<Completions>)> {
        let target: Arc<OnceLock<Target>> = Arc::default();
        let woken = Arc::clone(&target);
        let completions = Completions::new(move || {
            let Some((event_loop, drain)) = woken.get() else {
                return;
            };
            // None while the interpreter ends; an error means that the loop is closed.
            Python::try_attach(|py| {
                let event_loop = event_loop.bind(py).upgrade()?;
                event_loop
                    .call_method1("call_soon_threadsafe", (drain,))
                    .ok()?;
                Some(())
            });
        });
        Ok((Wake(target), Arc::new(completions)))
    }

    impl Wake {
        pub(super) fn register(
            &self,
            event_loop: &Bound<'_, PyAny>,
            drain: Bound<'_, PyAny>,
        ) -> PyResult<()> {
            let event_loop = PyWeakrefReference::new(event_loop)?.unbind();
            let _ = self.0.set((event_loop, drain.unbind()));
            Ok(())
        }

        #[expect(
            clippy::unused_self,
            reason = "nothing to clear where nothing is written"
        )]
        pub(super) fn clear(&self) {}
    }
}
