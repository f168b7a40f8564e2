//! Sets.

use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Cache, Set};
use crate::{limits, status};

pub(super) fn set_fetch(
    cache: &Cache,
    request: wire::SetFetchRequest,
    now: Instant,
) -> Result<wire::SetFetchResponse, Status> {
    use wire::set_fetch_response::{Found, Missing, Set as Answer};
    let found = cache.read(&request.set_name, now, |set: &Set| {
        set.iter().map(<[u8]>::to_vec).collect()
    })?;
    Ok(wire::SetFetchResponse {
        set: Some(match found {
            Some(elements) => Answer::Found(Found { elements }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn set_sample(
    cache: &Cache,
    request: wire::SetSampleRequest,
    now: Instant,
) -> Result<wire::SetSampleResponse, Status> {
    use wire::set_sample_response::{Found, Missing, Set as Answer};
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let found = cache.read(&request.set_name, now, |set: &Set| set.sample(limit))?;
    Ok(wire::SetSampleResponse {
        set: Some(match found {
            Some(elements) => Answer::Found(Found { elements }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn set_pop(
    cache: &Cache,
    request: wire::SetPopRequest,
    now: Instant,
) -> Result<wire::SetPopResponse, Status> {
    use wire::set_pop_response::{Found, Missing, Set as Answer};
    let count = super::size(request.count);
    let found = cache.change(&request.set_name, None, now, |set: &mut Set| set.pop(count))?;
    Ok(wire::SetPopResponse {
        set: Some(match found {
            Some(elements) => Answer::Found(Found { elements }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn set_union(
    cache: &Cache,
    request: wire::SetUnionRequest,
    now: Instant,
) -> Result<wire::SetUnionResponse, Status> {
    let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
    cache.write(&request.set_name, ttl, now, |set: &mut Set| {
        set.add(request.elements);
        Ok(())
    })?;
    Ok(wire::SetUnionResponse {})
}

pub(super) fn set_difference(
    cache: &Cache,
    request: wire::SetDifferenceRequest,
    now: Instant,
) -> Result<wire::SetDifferenceResponse, Status> {
    use wire::set_difference_request::Difference;
    use wire::set_difference_request::subtrahend::SubtrahendSet;
    use wire::set_difference_response::{Found, Missing, Set as Answer};
    let difference = request
        .difference
        .ok_or_else(|| status::missing("difference"))?;
    let change: Box<dyn FnOnce(&mut Set)> = match difference {
        Difference::Minuend(minuend) => Box::new(|set| set.subtract_from(minuend.elements)),
        Difference::Subtrahend(subtrahend) => match subtrahend.subtrahend_set {
            None => return Err(status::missing("subtrahend_set")),
            Some(SubtrahendSet::Identity(_)) => Box::new(|set| *set = Set::default()),
            Some(SubtrahendSet::Set(subtrahend)) => Box::new(move |set| {
                for element in &subtrahend.elements {
                    set.remove(element);
                }
            }),
        },
    };
    let found = cache.change(&request.set_name, None, now, change)?;
    Ok(wire::SetDifferenceResponse {
        set: Some(match found {
            Some(()) => Answer::Found(Found {}),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn set_contains(
    cache: &Cache,
    request: wire::SetContainsRequest,
    now: Instant,
) -> Result<wire::SetContainsResponse, Status> {
    use wire::set_contains_response::{Found, Missing, Set as Answer};
    let found = cache.read(&request.set_name, now, |set: &Set| {
        let elements = request.elements.iter();
        elements.map(|element| set.contains(element)).collect()
    })?;
    Ok(wire::SetContainsResponse {
        set: Some(match found {
            Some(contains) => Answer::Found(Found { contains }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn set_length(
    cache: &Cache,
    request: wire::SetLengthRequest,
    now: Instant,
) -> Result<wire::SetLengthResponse, Status> {
    use wire::set_length_response::{Found, Missing, Set as Answer};
    let found = cache.read(&request.set_name, now, Set::len)?;
    Ok(wire::SetLengthResponse {
        set: Some(match found {
            Some(length) => Answer::Found(Found {
                length: super::length(length),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}
