//! Deadlines of calls, without a timer for each.
//!
//! Nearly every call ends long before anything is due, so a timer of its own is made and unmade for
//! nothing. On an idle runtime it is worse: tokio writes to its own wake-up descriptor for every timer
//! that is due before all others, two system calls and a turn of the event loop for each. Here a call
//! leaves its waker and its time in a list, and takes both away at its end. One task per runtime sleeps
//! until the earliest time that has been in the list, looks who is really due, and ends when nobody is left: once
//! per 100 ms while calls follow each other, and never between them. Measured: docs/decisions/0012-hot-path.md.

use crate::per_process::PerProcess;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use tokio::runtime::{Handle, Id};
use tokio::time::{Instant, sleep_until};

/// The future's value, if it has one before `at`.
pub(crate) fn until<F: Future + Unpin>(at: Instant, future: F) -> Until<F> {
    Until {
        future,
        alarm: Alarm { at, place: None },
    }
}

/// See [`until`].
#[derive(Debug)]
pub(crate) struct Until<F> {
    future: F,
    alarm: Alarm,
}

impl<F: Future + Unpin> Future for Until<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match Pin::new(&mut this.future).poll(context) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending => this.alarm.poll(context).map(|()| None),
        }
    }
}

/// Wakes its task when it is due.
#[derive(Debug)]
struct Alarm {
    at: Instant,
    place: Option<Place>,
}

/// Where an alarm stands in the list.
#[derive(Clone, Copy, Debug)]
struct Place {
    runtime: Id,
    index: usize,
    /// No other alarm's, ever: places are used again.
    ticket: u64,
}

impl Alarm {
    fn poll(&mut self, context: &Context<'_>) -> Poll<()> {
        if let Some(place) = self.place {
            let mut before = None;
            if alarms().still_waits(place, context.waker(), &mut before) {
                return Poll::Pending;
            }
            self.place = None;
            if Instant::now() >= self.at {
                return Poll::Ready(());
            }
            // The runtime that it stood in has gone.
        }
        let runtime = Handle::current();
        let (place, is_first) = alarms().add(runtime.id(), self.at, context.waker());
        self.place = Some(place);
        if is_first {
            runtime.spawn(watch(Watch(place.runtime)));
        }
        Poll::Pending
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let entry = alarms().remove(place);
            drop(entry);
        }
    }
}

/// The alarms of all runtimes that have any. Whoever holds the lock wakes nobody and drops no waker: what
/// that runs is not ours.
#[derive(Debug, Default)]
struct Alarms {
    runtimes: Vec<RuntimeAlarms>,
    last_ticket: u64,
}

/// The alarms of one runtime. There is a task that watches them as long as this is there.
#[derive(Debug)]
struct RuntimeAlarms {
    runtime: Id,
    entries: Vec<Option<Entry>>,
    free: Vec<usize>,
    /// When the task looks next.
    next: Instant,
    /// The task, once it sleeps.
    watcher: Option<Waker>,
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    ticket: u64,
    waker: Waker,
}

fn alarms() -> MutexGuard<'static, Alarms> {
    static ALARMS: PerProcess<Mutex<Alarms>> = PerProcess::new();
    let alarms = ALARMS.get_or_init(Mutex::default);
    alarms.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Alarms {
    fn of(&mut self, runtime: Id) -> Option<&mut RuntimeAlarms> {
        self.runtimes
            .iter_mut()
            .find(|alarms| alarms.runtime == runtime)
    }

    fn forget(&mut self, runtime: Id) -> Option<RuntimeAlarms> {
        let mut all = self.runtimes.iter();
        let index = all.position(|alarms| alarms.runtime == runtime)?;
        Some(self.runtimes.swap_remove(index))
    }

    /// Where the alarm stands, and whether it needs a task to watch it.
    fn add(&mut self, runtime: Id, at: Instant, waker: &Waker) -> (Place, bool) {
        self.last_ticket += 1;
        let ticket = self.last_ticket;
        let waker = waker.clone();
        let entry = Entry { at, ticket, waker };
        let Some(alarms) = self.of(runtime) else {
            self.runtimes.push(RuntimeAlarms {
                runtime,
                entries: vec![Some(entry)],
                free: Vec::new(),
                next: at,
                watcher: None,
            });
            let index = 0;
            let place = Place {
                runtime,
                index,
                ticket,
            };
            return (place, true);
        };
        let index = alarms.put(entry);
        if at < alarms.next {
            alarms.next = at;
            if let Some(watcher) = &alarms.watcher {
                watcher.wake_by_ref();
            }
        }
        let place = Place {
            runtime,
            index,
            ticket,
        };
        (place, false)
    }

    /// Whether an alarm is still to come, in which case it is `waker` that it wakes; who it would have woken
    /// is in `before`, if that is another.
    fn still_waits(&mut self, place: Place, waker: &Waker, before: &mut Option<Waker>) -> bool {
        let alarms = self.of(place.runtime);
        let Some(entry) = alarms.and_then(|alarms| alarms.entry(place)?.as_mut()) else {
            return false;
        };
        if !entry.waker.will_wake(waker) {
            *before = Some(std::mem::replace(&mut entry.waker, waker.clone()));
        }
        true
    }

    fn remove(&mut self, place: Place) -> Option<Entry> {
        let alarms = self.of(place.runtime)?;
        let entry = alarms.entry(place)?.take();
        alarms.free.push(place.index);
        entry
    }
}

impl RuntimeAlarms {
    fn put(&mut self, entry: Entry) -> usize {
        if let Some(index) = self.free.pop() {
            self.entries[index] = Some(entry);
            return index;
        }
        self.entries.push(Some(entry));
        self.entries.len() - 1
    }

    fn entry(&mut self, place: Place) -> Option<&mut Option<Entry>> {
        let entry = self.entries.get_mut(place.index)?;
        let is_it = entry
            .as_ref()
            .is_some_and(|entry| entry.ticket == place.ticket);
        is_it.then_some(entry)
    }

    /// Whose time has come. Whether there are others.
    fn due(&mut self) -> (Vec<Entry>, bool) {
        let now = Instant::now();
        let mut due = Vec::new();
        let mut next = None;
        for (index, place) in self.entries.iter_mut().enumerate() {
            let Some(at) = place.as_ref().map(|entry| entry.at) else {
                continue;
            };
            if at > now {
                next = Some(next.map_or(at, |next: Instant| next.min(at)));
            } else if let Some(entry) = place.take() {
                due.push(entry);
                self.free.push(index);
            }
        }
        if let Some(next) = next {
            self.next = next;
        }
        (due, next.is_some())
    }
}

/// The end of the task, whichever it is: whoever waits looks for another one.
struct Watch(Id);

impl Drop for Watch {
    fn drop(&mut self) {
        let gone = alarms().forget(self.0);
        for entry in gone.into_iter().flat_map(|gone| gone.entries).flatten() {
            entry.waker.wake();
        }
    }
}

async fn watch(watch: Watch) {
    let mut sleep = pin!(sleep_until(Instant::now()));
    poll_fn(|context| {
        loop {
            let mut alarms = alarms();
            let Some(of_runtime) = alarms.of(watch.0) else {
                return Poll::Ready(());
            };
            let next = of_runtime.next;
            let before = of_runtime.watcher.replace(context.waker().clone());
            drop(alarms);
            drop(before);
            if sleep.deadline() != next {
                sleep.as_mut().reset(next);
            }
            ready!(sleep.as_mut().poll(context));
            let mut alarms = self::alarms();
            let found = alarms.of(watch.0).map(RuntimeAlarms::due);
            let (due, others) = found.unwrap_or_default();
            // Under the same lock: nobody may come in between and rely on this task.
            let gone = if others { None } else { alarms.forget(watch.0) };
            drop(alarms);
            for entry in due {
                entry.waker.wake();
            }
            drop(gone);
            if !others {
                return Poll::Ready(());
            }
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::time::Duration;

    fn after(milliseconds: u64) -> Instant {
        Instant::now() + Duration::from_millis(milliseconds)
    }

    fn entries(runtime: Id) -> Option<usize> {
        let mut alarms = alarms();
        let entries = &alarms.of(runtime)?.entries;
        Some(entries.iter().flatten().count())
    }

    #[tokio::test(start_paused = true)]
    async fn a_future_that_is_ready_needs_no_alarm() {
        assert_eq!(until(after(0), ready(1)).await, Some(1));
        assert_eq!(entries(Handle::current().id()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_due_comes_when_it_is_due_in_whatever_order_it_was_asked_for() {
        let begun = Instant::now();
        let late = tokio::spawn(async move {
            let ended = until(after(1_000), pending::<()>()).await;
            (ended, begun.elapsed())
        });
        let early = tokio::spawn(async move {
            let ended = until(after(100), pending::<()>()).await;
            (ended, begun.elapsed())
        });
        let past = until(begun, pending::<()>()).await;
        assert_eq!(
            (past, begun.elapsed() < Duration::from_millis(50)),
            (None, true)
        );
        for (task, due) in [(early, 100), (late, 1_000)] {
            let (ended, taken) = task.await.expect("no panic");
            assert_eq!(ended, None);
            let due = Duration::from_millis(due);
            assert!(taken >= due && taken < due * 3 / 2, "{taken:?}");
        }
        assert_eq!(entries(Handle::current().id()), None, "the task has ended");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_ends_takes_its_alarm_away_and_the_place_is_used_again() {
        let runtime = Handle::current().id();
        for _ in 0..3 {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let mut waits = until(after(100), receiver);
            assert!(futures_poll(&mut waits).await.is_pending());
            assert_eq!(entries(runtime), Some(1));
            sender.send(7).expect("it is waited for");
            assert_eq!(waits.await, Some(Ok(7)));
        }
        assert_eq!(entries(runtime), Some(0));
        assert_eq!(
            alarms().of(runtime).map(|alarms| alarms.entries.len()),
            Some(1)
        );
        // The next one comes while the task has not looked yet.
        assert_eq!(until(after(500), pending::<()>()).await, None);
    }

    #[test]
    fn who_waits_outlives_the_runtime_that_watched() {
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
        };
        let (first, second) = (runtime().expect("one"), runtime().expect("another"));
        let mut waits = until(after(20), pending::<()>());
        let polled = first.block_on(async { futures_poll(&mut waits).await });
        assert!(polled.is_pending());
        drop(first);
        assert_eq!(second.block_on(waits), None);
    }

    async fn futures_poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
    }
}
