//! Single items: read, written, counted.

use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Cache, hash};
use crate::limits;

pub(super) fn get(
    cache: &Cache,
    request: wire::GetRequest,
    now: Instant,
) -> Result<wire::GetResponse, Status> {
    let (result, cache_body) = match cache.get(&request.cache_key, now)? {
        Some(bytes) => (wire::ECacheResult::Hit, bytes.to_vec()),
        None => (wire::ECacheResult::Miss, Vec::new()),
    };
    Ok(wire::GetResponse {
        result: result.into(),
        cache_body,
        message: String::new(),
    })
}

pub(super) fn get_with_hash(
    cache: &Cache,
    request: wire::GetWithHashRequest,
    now: Instant,
) -> Result<wire::GetWithHashResponse, Status> {
    use wire::get_with_hash_response::{Found, Missing, Result as Answer};
    let result = match cache.get(&request.cache_key, now)? {
        Some(bytes) => Answer::Found(Found {
            value: bytes.to_vec(),
            hash: hash(&bytes),
        }),
        None => Answer::Missing(Missing {}),
    };
    Ok(wire::GetWithHashResponse {
        result: Some(result),
    })
}

pub(super) fn set(
    cache: &Cache,
    request: wire::SetRequest,
    now: Instant,
) -> Result<wire::SetResponse, Status> {
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    limits::item_size(&request.cache_key, &request.cache_body)?;
    cache.set(&request.cache_key, request.cache_body, ttl, now);
    Ok(wire::SetResponse {
        result: wire::ECacheResult::Ok.into(),
        message: String::new(),
    })
}

/// Whether an increment of a number that is there refreshes its TTL is not documented. Here it does, as `Set` does.
pub(super) fn increment(
    cache: &Cache,
    request: wire::IncrementRequest,
    now: Instant,
) -> Result<wire::IncrementResponse, Status> {
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    let value = cache.increment(&request.cache_key, request.amount, ttl, now)?;
    Ok(wire::IncrementResponse { value })
}
