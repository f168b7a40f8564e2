//! Why a cache does not do what a call asks for.

use crate::cache::value::Type;

/// A call that the cache refuses, leaving everything as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The key holds something else than the call is for.
    WrongType { wanted: Type, found: Type },
    /// What is to be incremented is not a whole number in base 10, or none that 64 bits hold.
    NotAnInteger,
    /// The sum does not fit into 64 bits.
    Overflow,
    /// A score would be not a number.
    NotANumber,
}
