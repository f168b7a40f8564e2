//! How calls get from a host with an event loop to the core, and back.
//!
//! The way there is in submissions.rs. On the way back, calling into the host once per call is what makes stock bindings slow: 13 to 20 us in Python,
//! 9 us in Node. Here completions gather in a [`Completions`] queue, and the host is woken only when the queue
//! was empty: it then takes all there are, on its own thread. Nothing here knows Python or Node; a
//! wake is whatever the binding makes it (an eventfd, a threadsafe function).
//!
//! The queue is bounded by what the host has in flight: each entry answers one request.

mod questions;
mod submissions;

pub use questions::{Answer, Asks, Question, QuestionKind, Respondent};
pub use submissions::Submissions;

use crate::error::Result;
use crate::operation::Reply;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// One finished call.
#[derive(Debug)]
pub struct Completion {
    /// The number that the host gave the call.
    pub ticket: u64,
    /// How it ended.
    pub outcome: Result<Reply>,
}

/// What a host finds in its queue.
#[derive(Debug)]
pub enum Event {
    /// A call has finished.
    Completed(Completion),
    /// A hook of the host's is asked something; see [`Completions::answer`].
    Asked(Question),
}

/// Finished calls and questions on their way to a host's event loop.
pub struct Completions {
    queue: Mutex<VecDeque<Event>>,
    wake: Box<dyn Fn() + Send + Sync>,
    asked: questions::Asked,
}

impl fmt::Debug for Completions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Completions").finish_non_exhaustive()
    }
}

impl Completions {
    /// A queue whose host is woken by `wake`, called from any thread, once per time it fills.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            queue: Mutex::default(),
            wake: Box::new(wake),
            asked: questions::Asked::default(),
        }
    }

    /// Adds a finished call. For what a host runs besides operations, such as an eager connect.
    pub fn push(&self, completion: Completion) {
        self.add(Event::Completed(completion));
    }

    fn add(&self, event: Event) {
        let was_empty = {
            let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
            let was_empty = queue.is_empty();
            queue.push_back(event);
            was_empty
        };
        if was_empty {
            (self.wake)();
        }
    }

    /// Takes everything that has come.
    #[must_use]
    pub fn drain(&self) -> VecDeque<Event> {
        std::mem::take(&mut *self.queue.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers the question of this number. A question whose call has been given up, or that has been
    /// answered, takes no answer: nothing happens.
    pub fn answer(&self, number: u64, answer: Answer) {
        self.asked.answer(number, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn the_host_is_woken_once_for_many_completions() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&wakes);
        let completions = Completions::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        for ticket in 0..3 {
            completions.push(Completion {
                ticket,
                outcome: Ok(Reply::Success),
            });
        }
        assert_eq!(wakes.load(Ordering::SeqCst), 1);
        let tickets: Vec<_> = completions
            .drain()
            .into_iter()
            .filter_map(|event| match event {
                Event::Completed(completion) => Some(completion.ticket),
                Event::Asked(_) => None,
            })
            .collect();
        assert_eq!(tickets, [0, 1, 2]);
        completions.push(Completion {
            ticket: 3,
            outcome: Ok(Reply::Success),
        });
        assert_eq!(wakes.load(Ordering::SeqCst), 2);
    }
}
