//! A lock that outlives a panic.
//!
//! The standard lock refuses service for ever after a panic in another thread. Nothing here leaves a half-made state
//! behind while it holds a lock, so the next call may simply go on.

use std::sync::{Mutex, MutexGuard, PoisonError};

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
