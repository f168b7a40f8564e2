//! Lists: what is taken out of their middle.

use std::time::{Duration, Instant};

use momento_protos::cache_client as wire;
use momento_protos::common::Unbounded;
use tonic::Status;

use crate::cache::{Cache, IndexRange, List};
use crate::{limits, status};

/// The length that a list has after a change; `None` if there is no list.
fn changed(
    cache: &Cache,
    name: &[u8],
    refresh: Option<Duration>,
    now: Instant,
    change: impl FnOnce(&mut List),
) -> Result<Option<u32>, Status> {
    let length = cache.change(name, refresh, now, |list: &mut List| {
        change(list);
        list.len()
    })?;
    Ok(length.map(super::length))
}

pub(super) fn list_remove(
    cache: &Cache,
    request: wire::ListRemoveRequest,
    now: Instant,
) -> Result<wire::ListRemoveResponse, Status> {
    use wire::list_remove_request::Remove;
    use wire::list_remove_response::{Found, List as Answer, Missing};
    let Remove::AllElementsWithValue(value) =
        request.remove.ok_or_else(|| status::missing("remove"))?;
    let found = changed(cache, &request.list_name, None, now, |list| {
        list.remove(&value);
    })?;
    Ok(wire::ListRemoveResponse {
        list: Some(match found {
            Some(list_length) => Answer::Found(Found { list_length }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn list_erase(
    cache: &Cache,
    request: wire::ListEraseRequest,
    now: Instant,
) -> Result<wire::ListEraseResponse, Status> {
    use wire::list_erase_request::Erase;
    use wire::list_erase_response::{Found, List as Answer, Missing};
    let erase = request.erase.ok_or_else(|| status::missing("erase"))?;
    let found = changed(cache, &request.list_name, None, now, |list| match erase {
        Erase::All(_) => *list = List::default(),
        Erase::Some(some) => list.erase(
            some.ranges
                .iter()
                .map(|range| (super::size(range.begin_index), super::size(range.count))),
        ),
    })?;
    Ok(wire::ListEraseResponse {
        list: Some(match found {
            Some(list_length) => Answer::Found(Found { list_length }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn list_retain(
    cache: &Cache,
    request: wire::ListRetainRequest,
    now: Instant,
) -> Result<wire::ListRetainResponse, Status> {
    use wire::list_retain_request::{EndIndex, StartIndex};
    use wire::list_retain_response::{Found, List as Answer, Missing};
    let range = IndexRange {
        start: match request.start_index {
            Some(StartIndex::InclusiveStart(index)) => Some(index),
            Some(StartIndex::UnboundedStart(Unbounded {})) | None => None,
        },
        end: match request.end_index {
            Some(EndIndex::ExclusiveEnd(index)) => Some(index),
            Some(EndIndex::UnboundedEnd(Unbounded {})) | None => None,
        },
    };
    // It makes no list, so that without a refresh there is no use for a TTL.
    let refresh = if request.refresh_ttl {
        Some(limits::ttl(request.ttl_milliseconds)?)
    } else {
        None
    };
    let found = changed(cache, &request.list_name, refresh, now, |list| {
        list.retain(range);
    })?;
    Ok(wire::ListRetainResponse {
        list: Some(match found {
            Some(list_length) => Answer::Found(Found { list_length }),
            None => Answer::Missing(Missing {}),
        }),
    })
}
