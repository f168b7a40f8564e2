//! How a host's calls get to the core.
//!
//! To spawn a task from another thread costs tokio a system call each time, also while the worker is wide
//! awake, and the worker sends each request by itself because it never sees two. Here calls gather in a
//! list. One task on the worker, the feeder, takes all there are and spawns them where it runs, which
//! costs next to nothing, so that their requests leave in one write. It is woken only where it sleeps,
//! and sleeps only after it has looked again and found nothing. Measured: docs/decisions/0012-hot-path.md.

use super::{Asks, Completion, Completions};
use crate::client::CacheClient;
use crate::error::Result;
use crate::invocation::{self, Flight, Invocation};
use crate::operation::{Reply, Request};
use crate::runtime;
use std::collections::HashMap;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{BuildHasherDefault, Hasher};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::task::AbortHandle;

/// The calls of one event loop of a host. When this goes, its calls are given up.
#[derive(Debug)]
pub struct Submissions(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    completions: Arc<Completions>,
    inbox: Mutex<Inbox>,
    /// Locked after the inbox, where both are.
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Inbox {
    jobs: Vec<Job>,
    feeder: Feeder,
}

/// What the task that takes the jobs does.
#[derive(Debug, Default)]
enum Feeder {
    /// It has not begun.
    #[default]
    Absent,
    /// It will look for jobs without being told to.
    Awake,
    Asleep(Waker),
    /// Nobody wants anything any more.
    Dismissed,
}

struct Job {
    ticket: u64,
    work: Work,
}

enum Work {
    Call(CacheClient, Request, Asks, Flight),
    Other(Pin<Box<dyn Future<Output = Result<Reply>> + Send>>),
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

impl Submissions {
    /// Calls whose answers go to `completions`.
    #[must_use]
    pub fn new(completions: Arc<Completions>) -> Self {
        Self(Arc::new(Shared {
            completions,
            inbox: Mutex::default(),
            running: Mutex::default(),
        }))
    }

    /// Where the answers go.
    #[must_use]
    pub fn completions(&self) -> &Arc<Completions> {
        &self.0.completions
    }

    /// Starts an operation; its completion carries `ticket`, which no other call under way may have.
    /// `asks` says which hooks the host has; each becomes an [`Event::Asked`](super::Event::Asked).
    pub fn call(
        &self,
        client: &CacheClient,
        request: Request,
        ticket: u64,
        asks: Asks,
    ) -> Result<()> {
        self.submit(Job {
            ticket,
            // Under way as soon as it is asked for: an invocation may end before the worker gets to it.
            work: Work::Call(client.clone(), request, asks, invocation::enter()),
        })
    }

    /// Starts something else that ends in a completion, such as an eager connect.
    pub fn run(
        &self,
        ticket: u64,
        future: impl Future<Output = Result<Reply>> + Send + 'static,
    ) -> Result<()> {
        self.submit(Job {
            ticket,
            work: Work::Other(Box::pin(future)),
        })
    }

    /// Waits for an invocation's calls as [`Invocation::settle`] does; their completions come before
    /// this one, which is a success.
    pub fn settle(&self, invocation: &Arc<Invocation>, ticket: u64) -> Result<()> {
        let invocation = Arc::clone(invocation);
        self.run(ticket, async move {
            invocation.settle().await;
            Ok(Reply::Success)
        })
    }

    /// Gives a call up. Whether there was something to give up: if so, no completion comes.
    #[must_use = "a completion comes, or does not"]
    pub fn give_up(&self, ticket: u64) -> bool {
        let mut inbox = self.0.inbox();
        let waiting = inbox.jobs.iter().rposition(|job| job.ticket == ticket);
        if let Some(index) = waiting {
            let given_up = inbox.jobs.remove(index);
            drop(inbox);
            drop(given_up);
            return true;
        }
        let running = self.0.running().remove(&ticket);
        drop(inbox);
        running.is_some_and(|call| {
            call.abort();
            true
        })
    }

    fn submit(&self, job: Job) -> Result<()> {
        let mut inbox = self.0.inbox();
        match std::mem::replace(&mut inbox.feeder, Feeder::Awake) {
            Feeder::Absent => {
                inbox.feeder = Feeder::Absent;
                let shared = Arc::clone(&self.0);
                runtime::spawn(poll_fn(move |context| shared.feed(context)))?;
                inbox.feeder = Feeder::Awake;
                inbox.jobs.push(job);
            }
            Feeder::Asleep(waker) => {
                inbox.jobs.push(job);
                drop(inbox);
                waker.wake();
            }
            Feeder::Awake | Feeder::Dismissed => inbox.jobs.push(job),
        }
        Ok(())
    }
}

impl Drop for Submissions {
    fn drop(&mut self) {
        let mut inbox = self.0.inbox();
        let feeder = std::mem::replace(&mut inbox.feeder, Feeder::Dismissed);
        let jobs = std::mem::take(&mut inbox.jobs);
        let running = std::mem::take(&mut *self.0.running());
        drop(inbox);
        drop(jobs);
        for call in running.values() {
            call.abort();
        }
        if let Feeder::Asleep(waker) = feeder {
            waker.wake();
        }
    }
}

impl Shared {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what has come.
    fn feed(self: &Arc<Self>, context: &Context<'_>) -> Poll<()> {
        let mut inbox = self.inbox();
        if matches!(inbox.feeder, Feeder::Dismissed) {
            return Poll::Ready(());
        }
        if inbox.jobs.is_empty() {
            inbox.feeder = Feeder::Asleep(context.waker().clone());
            return Poll::Pending;
        }
        let mut running = self.running();
        let jobs = std::mem::take(&mut inbox.jobs);
        inbox.jobs.reserve(jobs.len());
        drop(inbox);
        for job in jobs {
            let ticket = job.ticket;
            running.insert(
                ticket,
                tokio::spawn(Arc::clone(self).carry_out(job)).abort_handle(),
            );
        }
        drop(running);
        // Once more when these have begun: the host may be in the middle of many.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    async fn carry_out(self: Arc<Self>, job: Job) {
        let Job { ticket, work } = job;
        // Kept until the completion is on its way.
        let mut under_way = None;
        let outcome = match work {
            Work::Call(client, request, asks, flight) => {
                let hooks = asks.hooks(ticket, &self.completions);
                let flight = under_way.insert(flight);
                client.execute_in(flight, request, hooks).await
            }
            Work::Other(future) => future.await,
        };
        // Who has been given up a moment ago is not waited for any more.
        if self.running().remove(&ticket).is_some() {
            self.completions.push(Completion { ticket, outcome });
        }
        drop(under_way);
    }
}

/// Calls under way by their tickets.
type Running = HashMap<u64, AbortHandle, BuildHasherDefault<TicketHasher>>;

/// Tickets count up: spread over the high bits they need no better hash.
#[derive(Default)]
struct TicketHasher(u64);

impl Hasher for TicketHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // 2^64 divided by the golden ratio, as Fibonacci hashing has it.
        self.0 = (self.0 ^ number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;
    use crate::error::{Error, ErrorCode};
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    const LONG: Duration = Duration::from_secs(20);

    fn submissions() -> (Submissions, Receiver<()>) {
        let (sender, woken) = channel();
        let completions = Completions::new(move || {
            let _ = sender.send(());
        });
        (Submissions::new(Arc::new(completions)), woken)
    }

    fn drained(submissions: &Submissions) -> Vec<u64> {
        let events = submissions.completions().drain();
        let ticket = |event| match event {
            Event::Completed(completion) => completion.ticket,
            Event::Asked(question) => unreachable!("{question:?}"),
        };
        events.into_iter().map(ticket).collect()
    }

    /// A future that tells when it is dropped.
    async fn telling(dropped: Sender<()>) -> Result<Reply> {
        struct Tells(Sender<()>);
        impl Drop for Tells {
            fn drop(&mut self) {
                let _ = self.0.send(());
            }
        }
        let _tells = Tells(dropped);
        std::future::pending().await
    }

    /// One that never began can't tell; but then its sender goes.
    fn is_dropped(dropped: &Receiver<()>) -> bool {
        !matches!(dropped.recv_timeout(LONG), Err(RecvTimeoutError::Timeout))
    }

    #[test]
    fn what_is_submitted_ends_in_a_completion_also_after_a_pause() {
        let (submissions, woken) = submissions();
        for round in 0..3 {
            let mut ended = Vec::new();
            for ticket in 0..100 {
                let run = submissions.run(round * 100 + ticket, async { Ok(Reply::Success) });
                run.expect("submitted");
            }
            while ended.len() < 100 {
                woken.recv_timeout(LONG).expect("a wake");
                ended.extend(drained(&submissions));
            }
            ended.sort_unstable();
            assert_eq!(ended, (round * 100..round * 100 + 100).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_given_up_has_no_completion_and_is_dropped() {
        let (submissions, woken) = submissions();
        let (sender, dropped) = channel();
        submissions.run(1, telling(sender)).expect("submitted");
        assert!(submissions.give_up(1));
        assert!(!submissions.give_up(1), "twice");
        assert!(is_dropped(&dropped));
        submissions
            .run(2, async { Ok(Reply::Success) })
            .expect("submitted");
        woken.recv_timeout(LONG).expect("a wake");
        assert_eq!(drained(&submissions), [2]);
        assert!(!submissions.give_up(2), "it has ended");
    }

    #[test]
    fn all_is_given_up_with_the_event_loop() {
        let (submissions, _woken) = submissions();
        let (sender, dropped) = channel();
        let (tell, begun) = channel();
        let running = telling(sender.clone());
        submissions
            .run(1, async move {
                let _ = tell.send(());
                running.await
            })
            .expect("submitted");
        begun.recv_timeout(LONG).expect("it runs");
        submissions.run(2, telling(sender)).expect("submitted");
        drop(submissions);
        assert!(is_dropped(&dropped) && is_dropped(&dropped));
    }

    #[test]
    fn a_failure_is_a_completion_like_any_other() {
        let (submissions, woken) = submissions();
        let failed = || Error::new(ErrorCode::Unknown, "as it happens");
        submissions
            .run(7, async move { Err(failed()) })
            .expect("submitted");
        woken.recv_timeout(LONG).expect("a wake");
        assert_eq!(drained(&submissions), [7]);
    }
}
