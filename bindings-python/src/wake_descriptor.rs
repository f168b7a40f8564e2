//! The file descriptor that wakes an event loop.
//!
//! asyncio can watch descriptors from any thread's point of view: a thread of the core writes a
//! byte and never needs the interpreter. One pair per loop, not per process: several loops and
//! `asyncio.run` per invocation then do not disturb each other. A socket pair, because the standard
//! library makes it non-blocking and close-on-exec, on every Unix, without unsafe code or another
//! dependency; an eventfd would save the second descriptor, on Linux only.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

/// Both ends; open until the last of the event loop and the calls in flight lets go.
#[derive(Debug)]
pub(crate) struct WakeDescriptor {
    reader: UnixStream,
    writer: UnixStream,
}

impl WakeDescriptor {
    pub(crate) fn new() -> std::io::Result<Self> {
        let (reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(Self { reader, writer })
    }

    /// What the event loop watches.
    pub(crate) fn number(&self) -> i32 {
        self.reader.as_raw_fd()
    }

    /// From any thread. That the socket is full means that the loop is being woken already.
    pub(crate) fn wake(&self) {
        let _ = (&self.writer).write(&[1]);
    }

    /// Call before looking for what the wake was about, or a wake may be missed.
    pub(crate) fn clear(&self) {
        let mut bytes = [0; 64];
        while (&self.reader)
            .read(&mut bytes)
            .is_ok_and(|read| read == bytes.len())
        {}
    }
}
