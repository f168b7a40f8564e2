//! Keys, whatever is under them: deleted, looked for, their types and TTLs.

use std::time::{Duration, Instant};

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Cache, TtlChange, Type};
use crate::{limits, status};

pub(super) fn delete(
    cache: &Cache,
    request: wire::DeleteRequest,
    _now: Instant,
) -> Result<wire::DeleteResponse, Status> {
    cache.delete(&request.cache_key);
    Ok(wire::DeleteResponse {})
}

pub(super) fn keys_exist(
    cache: &Cache,
    request: wire::KeysExistRequest,
    now: Instant,
) -> Result<wire::KeysExistResponse, Status> {
    let keys = request.cache_keys.iter();
    Ok(wire::KeysExistResponse {
        exists: keys.map(|key| cache.type_of(key, now).is_some()).collect(),
    })
}

pub(super) fn update_ttl(
    cache: &Cache,
    request: wire::UpdateTtlRequest,
    now: Instant,
) -> Result<wire::UpdateTtlResponse, Status> {
    use wire::update_ttl_request::UpdateTtl;
    use wire::update_ttl_response::{Missing, NotSet, Result as Answer, Set};
    let change = match request
        .update_ttl
        .ok_or_else(|| status::missing("update_ttl"))?
    {
        UpdateTtl::IncreaseToMilliseconds(ttl) => TtlChange::Increase(limits::ttl(ttl)?),
        UpdateTtl::DecreaseToMilliseconds(ttl) => TtlChange::Decrease(limits::ttl(ttl)?),
        UpdateTtl::OverwriteToMilliseconds(ttl) => TtlChange::Overwrite(limits::ttl(ttl)?),
    };
    let result = match cache.change_ttl(&request.cache_key, change, now) {
        Some(true) => Answer::Set(Set {}),
        Some(false) => Answer::NotSet(NotSet {}),
        None => Answer::Missing(Missing {}),
    };
    Ok(wire::UpdateTtlResponse {
        result: Some(result),
    })
}

pub(super) fn item_get_ttl(
    cache: &Cache,
    request: wire::ItemGetTtlRequest,
    now: Instant,
) -> Result<wire::ItemGetTtlResponse, Status> {
    use wire::item_get_ttl_response::{Found, Missing, Result as Answer};
    let result = match cache.remaining(&request.cache_key, now) {
        Some(remaining) => Answer::Found(Found {
            remaining_ttl_millis: milliseconds(remaining),
        }),
        None => Answer::Missing(Missing {}),
    };
    Ok(wire::ItemGetTtlResponse {
        result: Some(result),
    })
}

/// Rounded up: what is found still lives, so that 0 would be wrong.
fn milliseconds(remaining: Duration) -> u64 {
    u64::try_from(remaining.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}

pub(super) fn item_get_type(
    cache: &Cache,
    request: wire::ItemGetTypeRequest,
    now: Instant,
) -> Result<wire::ItemGetTypeResponse, Status> {
    use wire::item_get_type_response::{Found, ItemType, Missing, Result as Answer};
    let item_type = cache
        .type_of(&request.cache_key, now)
        .map(|kind| match kind {
            Type::Scalar => ItemType::Scalar,
            Type::Dictionary => ItemType::Dictionary,
            Type::Set => ItemType::Set,
            Type::List => ItemType::List,
            Type::SortedSet => ItemType::SortedSet,
        });
    let result = match item_type {
        Some(item_type) => Answer::Found(Found {
            item_type: item_type.into(),
        }),
        None => Answer::Missing(Missing {}),
    };
    Ok(wire::ItemGetTypeResponse {
        result: Some(result),
    })
}
