//! Single items, stored under a condition.

use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Cache, Condition, hash};
use crate::{limits, status};

pub(super) fn set_if(
    cache: &Cache,
    request: wire::SetIfRequest,
    now: Instant,
) -> Result<wire::SetIfResponse, Status> {
    use wire::set_if_request::Condition as Asked;
    use wire::set_if_response::{NotStored, Result as Answer, Stored};
    let condition = match request
        .condition
        .ok_or_else(|| status::missing("condition"))?
    {
        Asked::Present(_) => Condition::Present,
        Asked::Absent(_) => Condition::Absent,
        Asked::Equal(asked) => Condition::Equal(asked.value_to_check),
        Asked::NotEqual(asked) => Condition::NotEqual(asked.value_to_check),
        Asked::PresentAndNotEqual(asked) => Condition::PresentAndNotEqual(asked.value_to_check),
        Asked::AbsentOrEqual(asked) => Condition::AbsentOrEqual(asked.value_to_check),
    };
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    limits::item_size(&request.cache_key, &request.cache_body)?;
    let stored = cache.set_if(&request.cache_key, request.cache_body, ttl, &condition, now)?;
    Ok(wire::SetIfResponse {
        result: Some(if stored {
            Answer::Stored(Stored {})
        } else {
            Answer::NotStored(NotStored {})
        }),
    })
}

pub(super) fn set_if_hash(
    cache: &Cache,
    request: wire::SetIfHashRequest,
    now: Instant,
) -> Result<wire::SetIfHashResponse, Status> {
    use wire::set_if_hash_request::Condition as Asked;
    use wire::set_if_hash_response::{NotStored, Result as Answer, Stored};
    let condition = match request
        .condition
        .ok_or_else(|| status::missing("condition"))?
    {
        Asked::Unconditional(_) => Condition::Always,
        Asked::PresentAndHashEqual(asked) => Condition::PresentAndHashEqual(asked.hash_to_check),
        Asked::PresentAndNotHashEqual(asked) => {
            Condition::PresentAndNotHashEqual(asked.hash_to_check)
        }
        Asked::AbsentOrHashEqual(asked) => Condition::AbsentOrHashEqual(asked.hash_to_check),
        Asked::AbsentOrNotHashEqual(asked) => Condition::AbsentOrNotHashEqual(asked.hash_to_check),
    };
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    limits::item_size(&request.cache_key, &request.cache_body)?;
    let new_hash = hash(&request.cache_body);
    let stored = cache.set_if(&request.cache_key, request.cache_body, ttl, &condition, now)?;
    Ok(wire::SetIfHashResponse {
        result: Some(if stored {
            Answer::Stored(Stored { new_hash })
        } else {
            Answer::NotStored(NotStored {})
        }),
    })
}

pub(super) fn set_if_not_exists(
    cache: &Cache,
    request: wire::SetIfNotExistsRequest,
    now: Instant,
) -> Result<wire::SetIfNotExistsResponse, Status> {
    use wire::set_if_not_exists_response::{NotStored, Result as Answer, Stored};
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    limits::item_size(&request.cache_key, &request.cache_body)?;
    let condition = Condition::Absent;
    let stored = cache.set_if(&request.cache_key, request.cache_body, ttl, &condition, now)?;
    Ok(wire::SetIfNotExistsResponse {
        result: Some(if stored {
            Answer::Stored(Stored {})
        } else {
            Answer::NotStored(NotStored {})
        }),
    })
}
