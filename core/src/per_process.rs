//! What a process has for itself: its runtime, its connections, its locks.
//!
//! The child of a fork gets copies of all three, and each is a trap: the runtime's threads are gone,
//! its epoll descriptor and the sockets are still the parent's, and a lock that another thread held
//! at that moment stays locked for ever. So a child never touches the parent's values, not even to
//! drop them. It makes its own, in the order of generations, and leaves the others where they lie: a
//! few kilobytes and descriptors for each fork of a fork. Nothing here ever waits for another thread.
//!
//! A host says that it has forked with [`forked`]; a look costs one atomic load and a comparison.
//! Generations, not process ids: ids come again.

use once_cell::race::OnceBox;
use once_cell::sync::OnceCell;
use std::sync::atomic::{AtomicU32, Ordering};

/// 0 is nobody's.
static GENERATION: AtomicU32 = AtomicU32::new(1);

/// Says that this process is the child of a fork. To be called in the child, before anything else
/// of this library's and while no other thread runs.
pub fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
    crate::fork_gate::forked();
    // Or all children would spread their retries and refreshes in the same way.
    fastrand::seed(u64::from(std::process::id()) ^ crate::clock::wall_clock().rotate_left(32));
}

/// A process, told apart from its parent and its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process(u32);

impl Process {
    /// None that there is.
    #[cfg(test)]
    pub(crate) const OTHER: Self = Self(0);

    /// The one that asks.
    #[must_use]
    pub fn current() -> Self {
        Self(GENERATION.load(Ordering::Relaxed))
    }
}

/// A value of the process that made it. Its children can't get at it, and forget it instead of
/// dropping it.
#[derive(Debug)]
pub struct Owned<T> {
    owner: Process,
    value: Option<T>,
}

impl<T> Owned<T> {
    /// The value becomes this process's.
    pub fn new(value: T) -> Self {
        Self {
            owner: Process::current(),
            value: Some(value),
        }
    }

    /// The value; `None` in another process.
    pub fn get(&self) -> Option<&T> {
        self.value.as_ref().filter(|_| self.is_here())
    }

    /// The value; `None` in another process.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        let here = self.is_here();
        self.value.as_mut().filter(|_| here)
    }

    /// The value itself; `None` in another process.
    #[must_use]
    pub fn take(mut self) -> Option<T> {
        if self.is_here() {
            self.value.take()
        } else {
            None
        }
    }

    fn is_here(&self) -> bool {
        self.owner == Process::current()
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        if !self.is_here() {
            std::mem::forget(self.value.take());
        }
    }
}

/// A value that every process makes for itself, when it first asks for it.
#[derive(Debug)]
pub(crate) struct PerProcess<T> {
    /// The process that was the first to ask; 0 as long as none has.
    owner: AtomicU32,
    value: OnceCell<T>,
    /// For the child of that process. Where several threads make one, the first counts and the
    /// others don't wait: one that was in the middle of it at a fork is in nobody's way.
    next: OnceBox<PerProcess<T>>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self {
            owner: AtomicU32::new(0),
            value: OnceCell::new(),
            next: OnceBox::new(),
        }
    }

    /// This process's value, made now if there is none.
    pub(crate) fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        self.of(Process::current()).0.value.get_or_try_init(make)
    }

    /// This process's value, made now if there is none.
    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.of(Process::current()).0.value.get_or_init(make)
    }

    /// The same, made with a look at what the parent has, or its parent. Whatever is a lock there
    /// may be locked for ever.
    pub(crate) fn get_or_inherit(&self, make: impl FnOnce(Option<&T>) -> T) -> &T {
        let (own, inherited) = self.of(Process::current());
        own.value.get_or_init(|| make(inherited))
    }

    /// This process's value, if there is one.
    pub(crate) fn get(&self) -> Option<&T> {
        self.of(Process::current()).0.value.get()
    }

    /// The cell of a process, and what the nearest of its ancestors has in its own.
    fn of(&self, process: Process) -> (&Self, Option<&T>) {
        let mut cell = self;
        let mut inherited = None;
        while !cell.is_of(process) {
            inherited = cell.value.get().or(inherited);
            cell = cell.next.get_or_init(|| Box::new(Self::new()));
        }
        (cell, inherited)
    }

    /// Whether the cell is the process's, which it becomes if it is nobody's.
    fn is_of(&self, process: Process) -> bool {
        let owner =
            match self
                .owner
                .compare_exchange(0, process.0, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => process.0,
                Err(owner) => owner,
            };
        owner == process.0
    }

    /// Forgets what is not this process's.
    fn leave_to_its_owner(&mut self, here: Process) {
        if *self.owner.get_mut() != here.0 {
            std::mem::forget(std::mem::take(&mut self.value));
        }
    }
}

impl<T> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        self.leave_to_its_owner(Process::current());
    }
}

// With generations made up: the true one is shared with every test of this program. What `forked`
// does is in tests/forked.rs and, with forks, in the Python package's tests.
#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const CHILD: Process = Process(1_000);
    const GRANDCHILD: Process = Process(1_001);

    fn put(cell: &PerProcess<Arc<u8>>, process: Process, value: &Arc<u8>) {
        cell.of(process).0.value.get_or_init(|| Arc::clone(value));
    }

    #[test]
    fn each_process_has_a_value_of_its_own() {
        let (parents, childs) = (Arc::new(1), Arc::new(2));
        let cell = PerProcess::new();
        put(&cell, Process::current(), &parents);
        assert!(cell.of(CHILD).0.value.get().is_none());
        put(&cell, CHILD, &childs);
        assert_eq!(cell.of(CHILD).0.value.get(), Some(&childs));
        assert_eq!(cell.get(), Some(&parents));
        assert_eq!(cell.get_or_init(|| unreachable!()), &parents);
    }

    #[test]
    fn a_child_inherits_from_the_nearest_ancestor_that_has_one() {
        let (parents, childs) = (Arc::new(1), Arc::new(2));
        let cell = PerProcess::new();
        assert_eq!(cell.of(Process::current()).1, None);
        put(&cell, Process::current(), &parents);
        // The child asked and made none.
        assert_eq!(cell.of(CHILD).1, Some(&parents));
        assert_eq!(cell.of(GRANDCHILD).1, Some(&parents));
        put(&cell, CHILD, &childs);
        assert_eq!(cell.of(GRANDCHILD).1, Some(&childs));
        assert_eq!(cell.of(CHILD).1, Some(&parents));
    }

    #[test]
    fn a_child_forgets_what_is_its_parents() {
        let value = Arc::new(0);
        let cell = PerProcess::new();
        put(&cell, Process::current(), &value);
        drop(cell);
        assert_eq!(Arc::strong_count(&value), 1, "its own is dropped");

        let mut cell = PerProcess::new();
        put(&cell, Process::current(), &value);
        cell.leave_to_its_owner(CHILD);
        drop(cell);
        assert_eq!(Arc::strong_count(&value), 2, "the parent's was dropped");
    }

    #[test]
    fn an_owned_value_is_its_makers() {
        let value = Arc::new(0);
        let mut owned = Owned::new(Arc::clone(&value));
        assert!(owned.get().is_some() && owned.get_mut().is_some());
        assert!(owned.take().is_some());
        drop(Owned::new(Arc::clone(&value)));
        assert_eq!(Arc::strong_count(&value), 1);

        let strange = || Owned {
            owner: CHILD,
            value: Some(Arc::clone(&value)),
        };
        assert!(strange().get().is_none() && strange().get_mut().is_none());
        assert!(strange().take().is_none());
        assert_eq!(Arc::strong_count(&value), 4, "another's was dropped");
    }
}
