//! No fork in the middle of a look-up's step.
//!
//! A look-up runs through libraries that build tables once per process, under locks: the AWS SDK
//! its regions, rustls its roots. That takes milliseconds, and begins when a client is made: just
//! then a server that loads an application forks its workers, and in a worker whose parent was in
//! the middle of such a table nobody will ever finish it. The locks are not ours to replace. So
//! steps of such work and forks exclude each other: a fork waits until the step that is running has
//! ended, which takes no longer than what it computes, since a step never waits for the network.

use crate::per_process::PerProcess;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

static GATE: PerProcess<RwLock<()>> = PerProcess::new();

thread_local! {
    /// Held by the thread that forks, from before to after; with it, how many forks within forks it is
    /// for: what others do before a fork may fork, too.
    static CLOSED: RefCell<Option<(RwLockWriteGuard<'static, ()>, u32)>> =
        const { RefCell::new(None) };
}

fn gate() -> &'static RwLock<()> {
    GATE.get_or_init(RwLock::default)
}

/// To be called before a fork, by the thread that forks.
pub fn before_fork() {
    CLOSED.with_borrow_mut(|held| match held {
        Some((_, forks)) => *forks += 1,
        None => *held = Some((gate().write().unwrap_or_else(PoisonError::into_inner), 1)),
    });
}

/// To be called after a fork, in the parent, by the thread that forked. In the child:
/// [`forked`](crate::forked).
pub fn after_fork_in_parent() {
    CLOSED.with_borrow_mut(|held| match held {
        Some((_, forks)) if *forks > 1 => *forks -= 1,
        _ => *held = None,
    });
}

/// In the child, which has a gate of its own.
pub(crate) fn forked() {
    std::mem::forget(CLOSED.with(RefCell::take));
}

/// The future, each of whose steps ends before a fork, or begins after it.
pub(crate) fn between_forks<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        let _open: RwLockReadGuard<'_, ()> = gate().read().unwrap_or_else(PoisonError::into_inner);
        future.as_mut().poll(context)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    // One test, because the gate is the process's.
    #[test]
    fn a_fork_waits_for_the_step_that_is_running_and_for_no_fork_around_it() {
        let (inside, entered) = mpsc::channel();
        let (leave, left) = mpsc::channel::<()>();
        let step = std::thread::spawn(move || {
            let mut work = Box::pin(between_forks(async move {
                inside.send(()).expect("the test waits");
                left.recv().expect("the test says when");
            }));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            work.as_mut().poll(&mut context).is_ready()
        });
        entered.recv().expect("the step begins");
        let (closed, is_closed) = mpsc::channel();
        let fork = std::thread::spawn(move || {
            before_fork();
            closed.send(()).expect("the test waits");
            after_fork_in_parent();
        });
        assert!(is_closed.recv_timeout(Duration::from_millis(50)).is_err());
        leave.send(()).expect("the step waits");
        is_closed
            .recv_timeout(Duration::from_secs(10))
            .expect("closed once the step has ended");
        fork.join().expect("no panic");
        assert!(step.join().expect("no panic"));
        // And open again.
        drop(gate().read());
        assert!(gate().try_write().is_ok());

        before_fork();
        before_fork();
        after_fork_in_parent();
        assert!(CLOSED.with_borrow(Option::is_some), "still closed");
        after_fork_in_parent();
        assert!(CLOSED.with_borrow(Option::is_none));
    }
}
