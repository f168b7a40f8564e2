//! A user's middlewares and retry strategy: Python objects that the core asks on the way.
//!
//! The official SDK hands them gRPC and protobuf objects; `momento_lambda/hooks.py` makes what looks
//! like those of what crosses here. In a synchronous call the thread that waits runs them, outside of
//! the core's event loop, so that a middleware may itself use the client. In asyncio they are tasks
//! of the user's own event loop.

use crate::once::intern;
use crate::wait::{Ask, wait_and_answer};
use momento_lambda_core::bridge::{Answer, Asks, Completions, Question, QuestionKind, Respondent};
use momento_lambda_core::operation::{Asking, Hooks, Reply, Request};
use momento_lambda_core::{CacheClient, Error, ErrorCode, Owned, Result};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// A client's hooks: the `ClientHooks` of `momento_lambda/hooks.py`, and which there are.
pub(crate) struct ClientHooks {
    object: Py<PyAny>,
    sync: Asks,
    asyncio: Asks,
}

fn any(asks: Asks) -> bool {
    asks.middlewares || asks.retry
}

impl ClientHooks {
    /// From `Configuration._hooks()`: `None`, or the object and which flavour has middlewares, and
    /// whether there is a retry strategy to ask.
    pub(crate) fn of(configuration: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let made = configuration.call_method0(intern!(configuration.py(), "_hooks"))?;
        if made.is_none() {
            return Ok(None);
        }
        let (object, sync, asyncio, retry): (Py<PyAny>, bool, bool, bool) = made.extract()?;
        let asks = |middlewares| Asks { middlewares, retry };
        Ok(Some(Self {
            object,
            sync: asks(sync),
            asyncio: asks(asyncio),
        }))
    }

    /// Whether both ask the same Python objects.
    pub(crate) fn is_like(&self, py: Python<'_>, other: &Self) -> PyResult<bool> {
        self.object.bind(py).eq(other.object.bind(py))
    }

    /// Tells them that the client has been closed.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        let object = self.object.bind(py);
        object.call_method0(intern!(py, "close")).map(drop)
    }

    /// The hooks of one call.
    fn begin<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.object.bind(py).call_method0(name)
    }

    /// Carries an operation out with these hooks, and waits for it.
    pub(crate) fn call(
        &self,
        py: Python<'_>,
        core: &CacheClient,
        request: Request,
    ) -> PyResult<Result<Reply>> {
        if !any(self.sync) {
            return crate::wait::wait(py, core.execute(request));
        }
        let (sender, asked) = mpsc::unbounded_channel();
        let hooks: Arc<dyn Hooks> = Arc::new(WaitingHooks {
            middlewares: self.sync.middlewares,
            sender,
        });
        let call = self.begin(py, "begin")?.unbind();
        let outcome = core.execute_with(request, Some(hooks));
        wait_and_answer(py, outcome, asked, |py, kind| {
            answer_from(call.bind(py), kind)
        })
    }

    /// Which questions an asyncio call has, and the object that answers them.
    pub(crate) fn asyncio<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Option<(Asks, Bound<'py, PyAny>)>> {
        if !any(self.asyncio) {
            return Ok(None);
        }
        let call = self.begin(py, "begin_async")?;
        Ok(Some((self.asyncio, call)))
    }
}

/// Hands questions to the thread that waits for the call.
struct WaitingHooks {
    middlewares: bool,
    sender: mpsc::UnboundedSender<Ask>,
}

impl Respondent for WaitingHooks {
    fn watches_attempts(&self) -> bool {
        self.middlewares
    }

    fn ask(&self, kind: QuestionKind) -> Asking<'_, Answer> {
        Box::pin(async move {
            let (sender, answer) = oneshot::channel();
            let gone = || Error::new(ErrorCode::Cancelled, "the call was given up");
            self.sender.send((kind, sender)).map_err(|_| gone())?;
            answer.await.map_err(|_| gone())
        })
    }
}

/// What kind of answer a question wants.
#[derive(Clone, Copy)]
enum Wanted {
    Metadata,
    Nothing,
    Pause,
}

/// The method of a call's hooks that answers, its arguments, and what it is to return.
fn method(
    py: Python<'_>,
    kind: QuestionKind,
) -> PyResult<(&'static str, Bound<'_, PyAny>, Wanted)> {
    Ok(match kind {
        QuestionKind::Before(attempt) => {
            let message = PyBytes::new(py, &attempt.message);
            let arguments = (
                attempt.path,
                attempt.number,
                attempt.message_name,
                message,
                attempt.metadata,
            );
            let arguments = arguments.into_pyobject(py)?.into_any();
            ("before", arguments, Wanted::Metadata)
        }
        QuestionKind::After(answered) => {
            let reply = answered.reply.map(|reply| PyBytes::new(py, &reply));
            let arguments = (
                answered.number,
                answered.reply_name,
                reply,
                answered.metadata,
                answered.code,
            );
            let arguments = arguments.into_pyobject(py)?.into_any();
            ("after", arguments, Wanted::Nothing)
        }
        QuestionKind::Retry(failed) => {
            let remaining = failed.remaining.as_secs_f64();
            let arguments = (failed.path, failed.attempt, failed.code, remaining);
            let arguments = arguments.into_pyobject(py)?.into_any();
            ("retry", arguments, Wanted::Pause)
        }
    })
}

fn answer_from(call: &Bound<'_, PyAny>, kind: QuestionKind) -> PyResult<Answer> {
    let py = call.py();
    let (name, arguments, wanted) = method(py, kind)?;
    let arguments = arguments.cast_into().map_err(PyErr::from)?;
    match call.call_method1(name, arguments) {
        Ok(result) => Ok(answer(&result, wanted)),
        Err(error) if error.is_instance_of::<PyException>(py) => Ok(failed(&error)),
        // Ctrl-C and the like end more than this call.
        Err(error) => Err(error),
    }
}

/// What a hook returned as an answer.
fn answer(result: &Bound<'_, PyAny>, wanted: Wanted) -> Answer {
    let read = || -> PyResult<Answer> {
        Ok(match wanted {
            Wanted::Metadata => Answer::Metadata(result.extract()?),
            Wanted::Nothing => Answer::Done,
            Wanted::Pause if result.is_none() => Answer::Retry(None),
            Wanted::Pause => {
                let seconds: f64 = result.extract()?;
                // A pause that is negative or no number is none; a day is beyond any deadline.
                let seconds = seconds.clamp(0.0, 86_400.0);
                let seconds = if seconds.is_nan() { 0.0 } else { seconds };
                Answer::Retry(Some(Duration::from_secs_f64(seconds)))
            }
        })
    };
    read().unwrap_or_else(|error| failed(&error))
}

fn failed(error: &PyErr) -> Answer {
    let details = format!("a middleware or retry strategy failed: {error}");
    Answer::Failed(Error::new(ErrorCode::Unknown, details))
}

/// A question of an asyncio call, to be answered once, from a task.
#[pyclass(frozen, module = "momento_lambda._native")]
pub(crate) struct HookQuestion {
    completions: Owned<Arc<Completions>>,
    number: u64,
    wanted: Wanted,
    taken: Mutex<bool>,
}

#[pymethods]
impl HookQuestion {
    /// The hook returned this.
    fn answer(&self, result: &Bound<'_, PyAny>) {
        self.give(answer(result, self.wanted));
    }

    /// The hook raised this.
    fn fail(&self, error: &Bound<'_, PyAny>) {
        self.give(failed(&PyErr::from_value(error.clone())));
    }
}

impl HookQuestion {
    fn give(&self, answer: Answer) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::replace(&mut taken, true)
            && let Some(completions) = self.completions.get()
        {
            completions.answer(self.number, answer);
        }
    }
}

/// Has the hooks of a call start a task that answers.
pub(crate) fn ask(call: &Bound<'_, PyAny>, question: Question, completions: &Arc<Completions>) {
    let py = call.py();
    let number = question.number;
    let start = || -> PyResult<()> {
        let (name, arguments, wanted) = method(py, question.kind)?;
        let question = HookQuestion {
            completions: Owned::new(Arc::clone(completions)),
            number,
            wanted,
            taken: Mutex::new(false),
        };
        call.call_method1(intern!(py, "start"), (question, name, arguments))?;
        Ok(())
    };
    if let Err(error) = start() {
        completions.answer(number, failed(&error));
    }
}
