//! What a process has for itself: its runtime, its connections, its locks.
//!
//! The child of a fork gets copies of all three, and each is a trap: the runtime's threads are gone,
//! its epoll descriptor and the sockets are still the parent's, and a lock that another thread held
//! at that moment stays locked for ever. So a child never touches the parent's values, not even to
//! drop them. It makes its own, in the order of generations, and leaves the others where they lie: a
//! few kilobytes and descriptors for each fork of a fork.
//!
//! A host says that it has forked with [`forked`]; a look costs one atomic load and a comparison.

use once_cell::sync::OnceCell;
use std::sync::atomic::{AtomicU32, Ordering};

static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Says that this process is the child of a fork. To be called in the child, before anything else
/// of this library's and while no other thread runs.
pub fn forked() {
    GENERATION.fetch_add(1, Ordering::Relaxed);
}

/// A number that no ancestor of this process has.
pub(crate) fn generation() -> u32 {
    GENERATION.load(Ordering::Relaxed)
}

/// A value that every process makes for itself, when it first asks for it.
#[derive(Debug)]
pub(crate) struct PerProcess<T> {
    generation: OnceCell<u32>,
    value: OnceCell<T>,
    next: OnceCell<Box<PerProcess<T>>>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self {
            generation: OnceCell::new(),
            value: OnceCell::new(),
            next: OnceCell::new(),
        }
    }

    /// This process's value, made now if there is none.
    pub(crate) fn get_or_try_init<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        self.own().value.get_or_try_init(make)
    }

    /// This process's value, made now if there is none.
    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.own().value.get_or_init(make)
    }

    /// This process's value, if there is one.
    pub(crate) fn get(&self) -> Option<&T> {
        self.own().value.get()
    }

    fn own(&self) -> &Self {
        let now = generation();
        let mut own = self;
        while *own.generation.get_or_init(|| now) != now {
            own = own.next.get_or_init(|| Box::new(Self::new()));
        }
        own
    }
}

impl<T> Default for PerProcess<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self
            .generation
            .get()
            .is_some_and(|own| *own != generation())
            && let Some(parents) = self.value.take()
        {
            std::mem::forget(parents);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    // One test, because the generation is the process's.
    #[test]
    fn a_child_makes_its_own_value_and_leaves_the_parents_alone() {
        let drops = Arc::new(());
        let cell = PerProcess::new();
        let first = Arc::as_ptr(cell.get_or_init(|| Arc::new(Arc::clone(&drops))));
        assert_eq!(Arc::as_ptr(cell.get_or_init(|| unreachable!())), first);
        forked();
        assert!(cell.get().is_none());
        let second = cell.get_or_init(|| Arc::new(Arc::clone(&drops)));
        assert_ne!(Arc::as_ptr(second), first);
        assert_eq!(Arc::strong_count(&drops), 3);
        drop(cell);
        assert_eq!(Arc::strong_count(&drops), 2, "the parent's was dropped");
    }
}
