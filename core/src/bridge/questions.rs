//! How the core asks a host with an event loop.
//!
//! A middleware or a custom retry strategy is host code: it must run on the host's thread, may be a
//! coroutine, and may never answer. So a question goes through the queue that completions go through,
//! the call waits for the answer as it waits for the network, and its deadline ends both.

use super::{Completions, Event};
use crate::error::{Error, ErrorCode, Result};
use crate::operation::{Answered, Asking, Attempt, Failed, Hooks};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Which hooks a host has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Middlewares around each attempt.
    pub middlewares: bool,
    /// A retry strategy of its own.
    pub retry: bool,
}

impl Asks {
    pub(super) fn hooks(
        self,
        ticket: u64,
        completions: &Arc<Completions>,
    ) -> Option<Arc<dyn Hooks>> {
        (self.middlewares || self.retry).then(|| {
            let hooks: Arc<dyn Hooks> = Arc::new(QueueHooks {
                ticket,
                middlewares: self.middlewares,
                completions: Arc::clone(completions),
            });
            hooks
        })
    }
}

/// A question to the host.
#[derive(Debug)]
pub struct Question {
    /// The number to answer with.
    pub number: u64,
    /// The call that waits for the answer.
    pub ticket: u64,
    /// What is asked.
    pub kind: QuestionKind,
}

/// What is asked.
#[derive(Debug)]
pub enum QuestionKind {
    /// What metadata to send. Wants [`Answer::Metadata`].
    Before(Attempt),
    /// Nothing, but the call waits until it has been seen. Wants [`Answer::Done`].
    After(Answered),
    /// When to try again. Wants [`Answer::Retry`].
    Retry(Failed),
}

/// A host's answer.
#[derive(Debug)]
pub enum Answer {
    /// The metadata to send.
    Metadata(Vec<(String, String)>),
    /// It has been seen.
    Done,
    /// The pause before the next attempt; `None`: there is none.
    Retry(Option<Duration>),
    /// The hook failed, and so does the call.
    Failed(Error),
}

/// Questions that wait for their answers.
#[derive(Debug, Default)]
pub(super) struct Asked {
    last: AtomicU64,
    waiting: Mutex<HashMap<u64, oneshot::Sender<Answer>>>,
}

impl Asked {
    pub(super) fn answer(&self, number: u64, answer: Answer) {
        let waiting = self.waiting().remove(&number);
        if let Some(waiting) = waiting {
            // Fails where the call has been given up meanwhile.
            let _ = waiting.send(answer);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, oneshot::Sender<Answer>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets the question when its call is given up.
struct Waiting<'a> {
    asked: &'a Asked,
    number: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.asked.waiting().remove(&self.number);
    }
}

struct QueueHooks {
    ticket: u64,
    middlewares: bool,
    completions: Arc<Completions>,
}

impl QueueHooks {
    async fn asked(&self, kind: QuestionKind) -> Result<Answer> {
        let asked = &self.completions.asked;
        let number = asked.last.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, answer) = oneshot::channel();
        asked.waiting().insert(number, sender);
        let _waiting = Waiting { asked, number };
        self.completions.add(Event::Asked(Question {
            number,
            ticket: self.ticket,
            kind,
        }));
        // The sender goes without a word only with the whole queue.
        answer.await.map_err(|_| misanswered())
    }
}

impl Respondent for QueueHooks {
    fn watches_attempts(&self) -> bool {
        self.middlewares
    }

    fn ask(&self, kind: QuestionKind) -> Asking<'_, Answer> {
        Box::pin(self.asked(kind))
    }
}

/// Somebody who answers questions of any kind, whichever way they get there. Makes [`Hooks`].
pub trait Respondent: Send + Sync {
    /// As [`Hooks::watches_attempts`].
    fn watches_attempts(&self) -> bool;

    /// Brings the question to the host and its answer back.
    fn ask(&self, kind: QuestionKind) -> Asking<'_, Answer>;
}

fn misanswered() -> Error {
    Error::new(
        ErrorCode::Unknown,
        "a hook was answered with something else than it asked for; please report this",
    )
}

impl<R: Respondent> Hooks for R {
    fn watches_attempts(&self) -> bool {
        Respondent::watches_attempts(self)
    }

    fn before(&self, attempt: Attempt) -> Asking<'_, Vec<(String, String)>> {
        Box::pin(async move {
            match self.ask(QuestionKind::Before(attempt)).await? {
                Answer::Metadata(metadata) => Ok(metadata),
                Answer::Failed(error) => Err(error),
                _ => Err(misanswered()),
            }
        })
    }

    fn after(&self, answered: Answered) -> Asking<'_, ()> {
        Box::pin(async move {
            match self.ask(QuestionKind::After(answered)).await? {
                Answer::Done => Ok(()),
                Answer::Failed(error) => Err(error),
                _ => Err(misanswered()),
            }
        })
    }

    fn retry(&self, failed: Failed) -> Asking<'_, Option<Duration>> {
        Box::pin(async move {
            match self.ask(QuestionKind::Retry(failed)).await? {
                Answer::Retry(pause) => Ok(pause),
                Answer::Failed(error) => Err(error),
                _ => Err(misanswered()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completions() -> Arc<Completions> {
        Arc::new(Completions::new(|| {}))
    }

    fn failed() -> Failed {
        Failed {
            path: "/cache_client.Scs/Get",
            attempt: 1,
            code: 14,
            details: String::new(),
            remaining: Duration::from_secs(1),
        }
    }

    fn hooks(completions: &Arc<Completions>) -> Arc<dyn Hooks> {
        let asks = Asks {
            middlewares: false,
            retry: true,
        };
        asks.hooks(7, completions).expect("hooks")
    }

    #[tokio::test]
    async fn a_question_is_answered_through_the_queue() {
        let completions = completions();
        let hooks = hooks(&completions);
        let answer = |completions: &Completions, answer| match completions.drain().pop_front() {
            Some(Event::Asked(question)) => {
                assert_eq!(question.ticket, 7);
                completions.answer(question.number, answer);
                // A second answer finds nobody.
                completions.answer(question.number, Answer::Done);
            }
            other => panic!("{other:?}"),
        };
        let pause = Some(Duration::from_millis(3));
        let (told, ()) = tokio::join!(hooks.retry(failed()), async {
            answer(&completions, Answer::Retry(pause));
        });
        assert_eq!(told.expect("an answer"), pause);
        let (told, ()) = tokio::join!(hooks.retry(failed()), async {
            answer(&completions, Answer::Done);
        });
        assert!(told.is_err(), "the wrong kind of answer");
        let error = Error::invalid_argument("the hook raised");
        let (told, ()) = tokio::join!(hooks.retry(failed()), async {
            answer(&completions, Answer::Failed(error.clone()));
        });
        assert_eq!(told.expect_err("as the hook").details(), error.details());
    }

    #[tokio::test]
    async fn a_question_given_up_is_forgotten() {
        let completions = completions();
        let hooks = hooks(&completions);
        let asking = hooks.retry(failed());
        let waited = tokio::time::timeout(Duration::from_millis(1), asking).await;
        assert!(waited.is_err());
        assert!(completions.asked.waiting().is_empty());
        completions.answer(1, Answer::Done);
    }
}
