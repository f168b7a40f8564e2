//! What an argument must be before anything is sent. One function per kind in operations.toml.
//!
//! Names are checked here because they travel as headers, times because zero and overflow mean
//! different things to the server than to a user. Keys and values are anything.

use crate::error::{Error, Result};
use std::time::Duration;

/// Not empty, and fit for a header.
pub(crate) fn cache_name(name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid_argument("cache name must not be empty"));
    }
    if http::HeaderValue::from_str(name).is_err() || !name.is_ascii() {
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
