//! Under what condition a scalar is stored, by what is there already.
//!
//! A condition on the value of something that is no scalar is refused; one that asks only whether something is there
//! holds for every type.

use ring::digest::{SHA256, digest};

use crate::cache::{Refusal, Value};

const HASH_BYTES: usize = 16;

/// What must hold for a value to be stored. The bytes are a value, or the hash of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Always,
    Present,
    Absent,
    Equal(Vec<u8>),
    NotEqual(Vec<u8>),
    PresentAndNotEqual(Vec<u8>),
    AbsentOrEqual(Vec<u8>),
    PresentAndHashEqual(Vec<u8>),
    PresentAndNotHashEqual(Vec<u8>),
    AbsentOrHashEqual(Vec<u8>),
    AbsentOrNotHashEqual(Vec<u8>),
}

impl Condition {
    pub(crate) fn holds(&self, present: Option<&Value>) -> Result<bool, Refusal> {
        let absent = present.is_none();
        let equal = |value: &[u8]| match present {
            Some(present) => present.scalar().map(|bytes| **bytes == *value),
            None => Ok(false),
        };
        let hash_equal = |value: &[u8]| match present {
            Some(present) => present.scalar().map(|bytes| hash(bytes) == value),
            None => Ok(false),
        };
        Ok(match self {
            Self::Always => true,
            Self::Present => !absent,
            Self::Absent => absent,
            Self::Equal(value) => equal(value)?,
            Self::NotEqual(value) => !equal(value)?,
            Self::PresentAndNotEqual(value) => !absent && !equal(value)?,
            Self::AbsentOrEqual(value) => absent || equal(value)?,
            Self::PresentAndHashEqual(hash) => hash_equal(hash)?,
            Self::PresentAndNotHashEqual(hash) => !absent && !hash_equal(hash)?,
            Self::AbsentOrHashEqual(hash) => absent || hash_equal(hash)?,
            Self::AbsentOrNotHashEqual(hash) => absent || !hash_equal(hash)?,
        })
    }
}

/// The hash of a value: the first half of its SHA-256. Momento does not say which hash is its own; all that a client
/// can see is that equal values have equal ones.
pub(crate) fn hash(value: &[u8]) -> Vec<u8> {
    let digest = digest(&SHA256, value);
    digest.as_ref().iter().take(HASH_BYTES).copied().collect()
}
