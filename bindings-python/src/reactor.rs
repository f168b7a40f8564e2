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
use crate::once::{Once, intern};
use crate::pending::{Ending, Pending, PendingCalls};
use momento_lambda_core::bridge::{Completion, Event, Question, Submissions};
use momento_lambda_core::{Owned, Result};
use pyo3::prelude::*;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The calls of one event loop. The child of a fork has nothing to do with them: where it goes on
/// with the loop, the loop gets another reactor there.
#[pyclass(frozen, weakref, module = "momento_lambda._native")]
pub(crate) struct Reactor(Owned<Calls>);

#[pymethods]
impl Reactor {
    /// Resolves the futures of finished calls. The event loop calls this when it is woken.
    fn drain(&self, py: Python<'_>) {
        if let Some(calls) = self.0.get() {
            calls.drain(py);
        }
    }
}

struct Calls {
    wake: wake::Wake,
    submissions: Submissions,
    pending: Mutex<PendingCalls>,
    next_ticket: AtomicU64,
}

impl Calls {
    fn pending(&self) -> MutexGuard<'_, PendingCalls> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drain(&self, py: Python<'_>) {
        self.wake.clear();
        for event in self.submissions.completions().drain() {
            match event {
                Event::Completed(completion) => self.complete(py, completion),
                Event::Asked(question) => self.ask(py, question),
            }
        }
    }

    fn complete(&self, py: Python<'_>, completion: Completion) {
        let Some(pending) = self.pending().remove(completion.ticket) else {
            return; // given up
        };
        pending.end_hooks(py);
        let future = pending.future.bind(py);
        // One that can't be resolved must not keep the others from it.
        if let Err(error) = pending.ending.resolve(future, completion.outcome) {
            error.write_unraisable(py, Some(future));
        }
    }

    fn ask(&self, py: Python<'_>, question: Question) {
        let hooks = self.pending().get(question.ticket).and_then(|pending| {
            let hooks = pending.hooks.as_ref();
            hooks.map(|hooks| hooks.clone_ref(py))
        });
        // The hook's first step may run here and begin calls: no lock may be held.
        if let Some(hooks) = hooks {
            hooks::ask(hooks.bind(py), question, self.submissions.completions());
        }
    }

    fn begin(
        &self,
        future: &Bound<'_, PyAny>,
        ending: Ending,
        hooks: Option<Bound<'_, PyAny>>,
        call: impl FnOnce(u64, &Submissions) -> Result<()>,
    ) -> Result<()> {
        let ticket = self.next_ticket.fetch_add(1, Ordering::Relaxed);
        // `drain` runs on this same thread, so the call can't be done before it is entered.
        call(ticket, &self.submissions)?;
        let pending = Pending {
            future: future.clone().unbind(),
            ending,
            hooks: hooks.map(Bound::unbind),
        };
        self.pending().insert(ticket, pending);
        Ok(())
    }

    fn give_up(&self, future: &Bound<'_, PyAny>) {
        let given_up = self.pending().remove_for(future);
        if let Some((ticket, given_up)) = given_up {
            // One that has ended meanwhile is found in the queue, with nobody waiting for it.
            let _ = self.submissions.give_up(ticket);
            given_up.end_hooks(future.py());
        }
    }
}

/// A future of the running event loop for a call that `call` begins, given its ticket.
pub(crate) fn submit<'py>(
    py: Python<'py>,
    ending: Ending,
    hooks: Option<Bound<'py, PyAny>>,
    call: impl FnOnce(u64, &Submissions) -> Result<()>,
) -> PyResult<Bound<'py, PyAny>> {
    static RUNNING_LOOP: Once<Py<PyAny>> = Once::new();
    let event_loop = RUNNING_LOOP
        .import(py, "asyncio", "get_running_loop")?
        .call0()?;
    let future = event_loop.call_method0(intern!(py, "create_future"))?;
    let reactor = reactor_of(&event_loop)?;
    if let Some(calls) = reactor.get().0.get()
        && let Err(error) = calls.begin(&future, ending, hooks, call)
    {
        ending.resolve(&future, Err(error))?;
    }
    Ok(future)
}

/// Gives up the call that `future` waits for; nothing if it has ended.
#[pyfunction]
pub(crate) fn give_up(py: Python<'_>, future: &Bound<'_, PyAny>) -> PyResult<()> {
    let event_loop = future.call_method0(intern!(py, "get_loop"))?;
    if let Some(calls) = find(&event_loop)
        .as_ref()
        .and_then(|found| found.get().0.get())
    {
        calls.give_up(future);
    }
    Ok(())
}

/// An event loop and its reactor, both weak. Locked only while attached, and across nothing that
/// detaches: so whoever forks, who is attached, finds it open, and so does the child.
type Known = (Py<PyWeakrefReference>, Py<PyWeakrefReference>);
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

fn known() -> MutexGuard<'static, Vec<Known>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The reactor of a loop in this process.
fn find<'py>(event_loop: &Bound<'py, PyAny>) -> Option<Bound<'py, Reactor>> {
    let py = event_loop.py();
    known().iter().find_map(|(of, reactor)| {
        let of = of.bind(py).upgrade()?;
        let reactor = reactor.bind(py).upgrade()?.cast_into::<Reactor>().ok()?;
        (of.is(event_loop) && reactor.get().0.get().is_some()).then_some(reactor)
    })
}

fn reactor_of<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Reactor>> {
    if let Some(reactor) = find(event_loop) {
        return Ok(reactor);
    }
    let py = event_loop.py();
    let (wake, completions) = wake::new().map_err(|error| raised(py, &error))?;
    let calls = Calls {
        wake,
        submissions: Submissions::new(completions),
        pending: Mutex::default(),
        next_ticket: AtomicU64::new(0),
    };
    let reactor = Bound::new(py, Reactor(Owned::new(calls)))?;
    let drain = reactor.getattr(intern!(py, "drain"))?;
    if let Some(calls) = reactor.get().0.get() {
        calls.wake.register(event_loop, drain)?;
    }
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
    use crate::once::intern;
    use crate::wake_descriptor::WakeDescriptor;
    use momento_lambda_core::bridge::Completions;
    use momento_lambda_core::{Error, ErrorCode, Result};
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
