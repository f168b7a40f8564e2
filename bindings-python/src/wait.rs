//! Waiting for the core on the calling thread, with the interpreter free for others.
//!
//! The thread that waits drives the core's event loop itself. Ctrl-C sets a flag that only the
//! interpreter reads, so a long wait comes up for air: not within the first 100 ms, in which
//! nearly every call ends, and every 100 ms from then on.
//!
//! A signal handler or a middleware may fork. The call is the parent's then: its child does not go
//! on with it, and does not even drop it.

use momento_lambda_core::bridge::{Answer, QuestionKind};
use momento_lambda_core::{Error, ErrorCode, Owned, Result, runtime};
use pyo3::prelude::*;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

const SIGNALS_EVERY: Duration = Duration::from_millis(100);

/// A question of a call to the thread that waits for it.
pub(crate) type Ask = (QuestionKind, oneshot::Sender<Answer>);

/// Nothing to look for where the interpreter has ended: a daemon thread may outlive it, and waits on.
fn look_for_signals() -> PyResult<()> {
    Python::try_attach(signals).unwrap_or(Ok(()))
}

fn signals(py: Python<'_>) -> PyResult<()> {
    py.check_signals()
}

fn parents() -> Error {
    Error::new(
        ErrorCode::Cancelled,
        "the process forked during this call, which is the parent's; call again",
    )
}

/// How the future ended; the error is that of a signal handler, `KeyboardInterrupt` as a rule.
pub(crate) fn wait<T: Send>(
    py: Python<'_>,
    future: impl Future<Output = Result<T>> + Send,
) -> PyResult<Result<T>> {
    let mut call = Owned::new(Box::pin(future));
    py.detach(move || {
        loop {
            let Some(future) = call.get_mut() else {
                return Ok(Err(parents()));
            };
            match runtime::block_on_for(SIGNALS_EVERY, future.as_mut()) {
                Ok(Some(value)) => return Ok(Ok(value)),
                Err(error) => return Ok(Err(error)),
                Ok(None) => look_for_signals()?,
            }
        }
    })
}

/// What ended a slice of a call that asks.
enum Event<T> {
    Done(T),
    Asked(Ask),
}

/// The same for a call that asks: `answer` is called in between, on this thread and outside of the
/// core's event loop.
pub(crate) fn wait_and_answer<T: Send>(
    py: Python<'_>,
    future: impl Future<Output = Result<T>> + Send,
    asked: mpsc::UnboundedReceiver<Ask>,
    answer: impl Fn(Python<'_>, QuestionKind) -> PyResult<Answer> + Send,
) -> PyResult<Result<T>> {
    let mut call = Owned::new((Box::pin(future), asked));
    py.detach(move || {
        loop {
            let Some((future, asked)) = call.get_mut() else {
                return Ok(Err(parents()));
            };
            let step = async {
                tokio::select! {
                    biased;
                    outcome = future.as_mut() => outcome.map(Event::Done),
                    Some(ask) = asked.recv() => Ok(Event::Asked(ask)),
                }
            };
            match runtime::block_on_for(SIGNALS_EVERY, pin!(step)) {
                Ok(Some(Event::Done(value))) => return Ok(Ok(value)),
                Ok(Some(Event::Asked((kind, sender)))) => {
                    let sender = Owned::new(sender);
                    let answer = Python::attach(|py| answer(py, kind))?;
                    if let Some(sender) = sender.take() {
                        // Nobody waits for it any more where the deadline has passed meanwhile.
                        let _ = sender.send(answer);
                    }
                }
                Err(error) => return Ok(Err(error)),
                Ok(None) => look_for_signals()?,
            }
        }
    })
}
