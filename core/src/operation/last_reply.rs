//! The last large reply, held until the next one has come.
//!
//! Problem: glibc gives the memory at the heap's end back to the kernel when it is freed, and has each page faulted in again
//! with the next reply: of the 1.2 ms that a synchronous get of 1 MB took, 0.9 were that. Choice: one reply stays where it is,
//! so that what is freed is not the heap's end (0.3 to 0.45 ms), and one that comes in pieces is put together there.

use bytes::{Bytes, BytesMut};
use std::sync::{Mutex, TryLockError};

/// Less is not given back often enough to matter: a get of 30 kB has no page faults.
const LEAST: usize = 32 * 1024;

/// More is not held: an item has at most 5 MB, whatever a client's limit says.
const MOST: usize = 8 * 1024 * 1024;

/// At most one reply. Nobody reads it again, and nobody waits for it.
#[derive(Debug, Default)]
pub(crate) struct LastReply(Mutex<Bytes>);

impl LastReply {
    /// Holds a message that has come, if it is large; it may be in use for as long as anybody likes.
    pub(super) fn hold(&self, message: &Bytes) {
        if (LEAST..=MOST).contains(&message.len()) {
            self.swap(message.clone());
        }
    }

    /// Memory for a message of so many bytes: what is held if nobody uses it and it fits. Far too large is no fit: a value that
    /// is kept for long would bind all of it.
    pub(super) fn memory(&self, size: usize) -> BytesMut {
        if size >= LEAST
            && let Ok(mut memory) = self.swap(Bytes::new()).try_into_mut()
        {
            memory.clear();
            if memory.try_reclaim(size) && memory.capacity() / 2 <= size {
                return memory;
            }
        }
        BytesMut::with_capacity(size)
    }

    /// A lock that is held, perhaps by a thread that a fork left behind, means nothing was there.
    fn swap(&self, other: Bytes) -> Bytes {
        match self.0.try_lock() {
            Ok(mut held) => std::mem::replace(&mut held, other),
            Err(TryLockError::Poisoned(_) | TryLockError::WouldBlock) => Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message put together of pieces, and held.
    fn come(last: &LastReply, size: usize) -> Bytes {
        let mut memory = last.memory(size);
        memory.resize(size, 7);
        let message = memory.split_to(size).freeze();
        last.hold(&message);
        message
    }

    #[test]
    fn the_next_message_is_put_together_where_the_last_one_lay() {
        let last = LastReply::default();
        for size in [LEAST, LEAST + 1, 1_000_000, MOST] {
            let place = come(&last, size).as_ptr();
            for next in [size, size - size / 8] {
                let again = come(&last, next.max(LEAST));
                assert_eq!(again.as_ptr(), place, "{next} bytes after {size}");
                assert!(again.iter().all(|byte| *byte == 7));
            }
        }
    }

    #[test]
    fn a_message_in_use_is_left_alone() {
        let last = LastReply::default();
        let first = come(&last, LEAST);
        let second = come(&last, LEAST);
        assert_ne!(first.as_ptr(), second.as_ptr());
        assert_eq!(first, second);
    }

    #[test]
    fn a_small_message_does_not_bind_a_large_ones_memory() {
        let last = LastReply::default();
        drop(come(&last, 4 * LEAST));
        assert_eq!(last.memory(LEAST).capacity(), LEAST);
    }

    #[test]
    fn what_is_small_or_huge_is_not_held() {
        let last = LastReply::default();
        for size in [1, LEAST - 1, MOST + 1] {
            drop(come(&last, size));
            assert!(last.swap(Bytes::new()).is_empty(), "{size}");
        }
    }

    #[test]
    fn a_lock_that_is_held_is_not_waited_for() {
        let last = LastReply::default();
        let _held = last.0.lock();
        assert_eq!(come(&last, LEAST).len(), LEAST);
    }
}
