//! Many values in one piece of memory, and the length of each.

use napi::bindgen_prelude::Uint32Array;

/// The length of a value that is not there, as in `lib/responses/elements.ts`.
const ABSENT: u32 = u32::MAX;
/// And of one in whose place there is an error.
const FAILED: u32 = u32::MAX - 1;

/// Values one after the other.
#[derive(Default)]
pub struct Packed {
    bytes: Vec<u8>,
    lengths: Vec<u32>,
}

impl Packed {
    pub fn push(&mut self, value: &[u8]) {
        self.bytes.extend_from_slice(value);
        // A reply has less than 2^32 bytes.
        self.lengths
            .push(u32::try_from(value.len()).unwrap_or(ABSENT));
    }

    pub fn push_absent(&mut self) {
        self.lengths.push(ABSENT);
    }

    pub fn push_failed(&mut self) {
        self.lengths.push(FAILED);
    }

    pub fn into_parts(self) -> (Vec<u8>, Uint32Array) {
        (self.bytes, Uint32Array::new(self.lengths))
    }
}

impl<V: AsRef<[u8]>> FromIterator<V> for Packed {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let mut packed = Self::default();
        for value in values {
            packed.push(value.as_ref());
        }
        packed
    }
}
