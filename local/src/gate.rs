//! A gate before every connection: while it is closed, no byte passes in either direction.
//!
//! It is what a network that drops packets looks like from outside. The connections stay: once the gate opens, what
//! was sent meanwhile is read and answered.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use crate::sync::lock;

/// Open at first.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    /// Who waits; `None` while the gate is open.
    waiting: Mutex<Option<Vec<Waker>>>,
}

impl Gate {
    pub(crate) fn close(&self) {
        lock(&self.waiting).get_or_insert_default();
    }

    pub(crate) fn open(&self) {
        let waiting = lock(&self.waiting).take();
        for waker in waiting.into_iter().flatten() {
            waker.wake();
        }
    }

    /// Ready while the gate is open; else the task is woken when it opens.
    pub(crate) fn poll_open(&self, context: &Context<'_>) -> Poll<()> {
        let mut waiting = lock(&self.waiting);
        let Some(waiting) = waiting.as_mut() else {
            return Poll::Ready(());
        };
        if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_closed_gate_wakes_who_waits_when_it_opens() -> Result<(), tokio::task::JoinError> {
        let gate = Arc::new(Gate::default());
        poll_fn(|context| gate.poll_open(context)).await;
        gate.close();
        gate.close();
        let passing = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { poll_fn(|context| gate.poll_open(context)).await }
        });
        while lock(&gate.waiting).as_ref().is_none_or(Vec::is_empty) {
            tokio::task::yield_now().await;
        }
        assert!(!passing.is_finished());
        gate.open();
        let passed = tokio::time::timeout(Duration::from_secs(10), passing).await;
        assert!(passed.is_ok(), "nobody was woken");
        Ok(())
    }
}
