//! What an argument must be before anything is sent. One function per kind in operations.toml.
//!
//! Names are checked here because they travel as headers, times because zero and overflow mean
//! different things to the server than to a user. Keys and values are anything.

use super::{BatchItem, CollectionTtl, ScoreBound, SortedSetSource};
use crate::error::{Error, Result};
use std::time::Duration;

/// Not empty, and fit for a header.
pub(crate) fn cache_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid_argument("cache name must not be empty"));
    }
    // What a header takes, but for what lies beyond ASCII.
    let fits = |byte: u8| byte == b'\t' || (b' '..0x7f).contains(&byte);
    if !name.bytes().all(fits) {
        return Err(Error::invalid_argument(format!(
            "cache name {name:?} must be printable ASCII: it is sent as a header"
        )));
    }
    Ok(())
}

/// More than nothing, and no more milliseconds than the wire can carry.
pub(crate) fn ttl(ttl: Option<Duration>) -> Result<()> {
    let Some(ttl) = ttl else { return Ok(()) };
    if ttl.is_zero() {
        return Err(Error::invalid_argument(
            "TTL must be a positive amount of time.",
        ));
    }
    if u64::try_from(ttl.as_millis()).is_err() {
        return Err(Error::invalid_argument(
            "TTL must be at most 2^64 - 1 milliseconds",
        ));
    }
    Ok(())
}

/// A collection's name, called `what` in errors. It travels in the message: any text will do.
pub(crate) fn name(name: &str, what: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid_argument(format!("{what} must not be empty")));
    }
    Ok(())
}

/// As [`ttl`], of a time that must be given.
pub(crate) fn new_ttl(time: Duration) -> Result<()> {
    ttl(Some(time))
}

/// As [`ttl`].
pub(crate) fn collection_ttl(time: CollectionTtl) -> Result<()> {
    ttl(time.ttl)
}

/// The TTL of each item.
pub(crate) fn items(items: &[BatchItem]) -> Result<()> {
    items.iter().try_for_each(|item| ttl(item.ttl))
}

/// Has a place in an order, which NaN has not. Infinities do.
pub(crate) fn score(score: f64, what: &str) -> Result<()> {
    if score.is_nan() {
        return Err(Error::invalid_argument(format!("{what} must not be NaN")));
    }
    Ok(())
}

/// The score of each element.
pub(crate) fn scored(elements: &[(Vec<u8>, f64)]) -> Result<()> {
    elements
        .iter()
        .try_for_each(|(_, element_score)| score(*element_score, "score"))
}

/// As [`score`].
pub(crate) fn score_bound(bound: Option<ScoreBound>, what: &str) -> Result<()> {
    bound.map_or(Ok(()), |bound| score(bound.score(), what))
}

/// At least one.
pub(crate) fn pop_count(count: u32) -> Result<()> {
    if count == 0 {
        return Err(Error::invalid_argument("count must be positive (> 0)"));
    }
    Ok(())
}

/// At least one, and no more than the wire can carry.
pub(crate) fn count(count: Option<u32>) -> Result<()> {
    match count {
        Some(0) => Err(Error::invalid_argument(
            "count must be strictly positive (> 0)",
        )),
        Some(count) if i32::try_from(count).is_err() => {
            Err(Error::invalid_argument("count must be at most 2^31 - 1"))
        }
        _ => Ok(()),
    }
}

/// Some, each with a name and a weight that can be multiplied with.
pub(crate) fn sources(sources: &[SortedSetSource]) -> Result<()> {
    if sources.is_empty() {
        return Err(Error::invalid_argument("At least one sources is required"));
    }
    for source in sources {
        if source.sorted_set_name.trim().is_empty() {
            return Err(Error::invalid_argument(
                "sortedSetName must be a non-empty string",
            ));
        }
        if !source.weight.is_finite() {
            return Err(Error::invalid_argument("weight must be a finite number"));
        }
    }
    Ok(())
}

/// Milliseconds, rounded up: a TTL below one must not become none. Call after [`ttl`].
pub(crate) fn milliseconds(ttl: Duration) -> u64 {
    let millis = ttl.as_nanos().div_ceil(1_000_000);
    u64::try_from(millis).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_must_be_sendable_and_something() {
        assert!(cache_name("a cache-1_x").is_ok());
        for name in ["", "  ", "caché", "a\nb", "a\0b"] {
            assert!(cache_name(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn times_are_positive_and_never_rounded_to_nothing() {
        assert!(ttl(None).is_ok());
        assert!(ttl(Some(Duration::ZERO)).is_err());
        assert!(ttl(Some(Duration::MAX)).is_err());
        assert_eq!(milliseconds(Duration::from_nanos(1)), 1);
        assert_eq!(milliseconds(Duration::from_millis(1_500)), 1_500);
    }
}
