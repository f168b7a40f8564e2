//! What each operation sends and how it reads the answer: a short function each.
//!
//! The dispatch from a request to its function is generated. Every function's future is boxed on its
//! own: one `match` of awaits would make a future as large as the largest for every call.

mod control;
mod dictionary;
mod elements;
mod hash;
mod list;
mod scalar;
mod set;
mod sorted_set;

pub(super) use super::dispatch::execute;

/// The functions, by the operations' names.
pub(super) mod operations {
    pub(in super::super) use super::{
        control::*, dictionary::*, hash::*, list::*, scalar::*, set::*, sorted_set::*,
    };
}

use super::call::{Call, Received};
use super::{CollectionTtl, validate};
use crate::error::{Error, ErrorCode, Result};
use crate::transport::Failure;
use momento_protos::cache_client::ECacheResult;

/// How an attempt ended.
pub(super) enum Outcome {
    /// With a reply.
    Received(Received),
    /// Without one, in a way that a retry strategy may judge.
    Failed(Failure),
    /// By this client itself: nothing to try again.
    Refused(Error),
}

impl From<Result<Received, Failure>> for Outcome {
    fn from(result: Result<Received, Failure>) -> Self {
        match result {
            Ok(received) => Self::Received(received),
            Err(failure) => Self::Failed(failure),
        }
    }
}

/// The number of the field for the value, in the requests that store one item.
const CACHE_BODY: u32 = 2;

/// The wire's time to live and whether to renew it.
fn lifetime(call: &Call<'_>, ttl: CollectionTtl) -> (u64, bool) {
    let time = ttl.ttl.unwrap_or(call.session.default_ttl());
    (validate::milliseconds(time), ttl.refresh)
}

/// A value, or `None` where the service says that there is none.
fn hit<V>(result: ECacheResult, value: V) -> Result<Option<V>> {
    match result {
        ECacheResult::Hit | ECacheResult::Ok => Ok(Some(value)),
        ECacheResult::Miss => Ok(None),
        ECacheResult::Invalid => Err(Error::new(
            ErrorCode::UnknownService,
            format!(
                "the service answered with the result {}",
                result.as_str_name()
            ),
        )),
    }
}

/// A reply without what it must hold: the service speaks a newer protocol, or none.
fn incomplete(call: &Call<'_>) -> Error {
    Error::new(
        ErrorCode::UnknownService,
        format!(
            "{} was answered with nothing this client knows",
            call.operation().rpc()
        ),
    )
}

/// As many answers as questions, or they can't be told apart.
fn counted(call: &Call<'_>, asked: usize, answered: usize) -> Result<()> {
    if asked == answered {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::UnknownService,
        format!(
            "{} was asked about {asked} things and answered about {answered}",
            call.operation().rpc()
        ),
    ))
}
