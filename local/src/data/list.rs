//! Lists: read, and written at their ends. `src/data/list_removal.rs` has the rest.

use std::time::Instant;

use momento_protos::cache_client as wire;
use momento_protos::common::Unbounded;
use tonic::Status;

use crate::cache::{Cache, CollectionTtl, End, IndexRange, List};
use crate::limits;

/// The length that a list then has. A limit of 0 is none.
fn concatenate(
    cache: &Cache,
    name: &[u8],
    end: End,
    values: Vec<Vec<u8>>,
    limit: u32,
    ttl: CollectionTtl,
    now: Instant,
) -> Result<u32, Status> {
    let limit = (limit > 0).then_some(super::size(limit));
    let length = cache.write(name, ttl, now, |list: &mut List| {
        list.concatenate(end, values, limit);
        Ok(list.len())
    })?;
    Ok(super::length(length))
}

macro_rules! concatenate {
    ($(
        $method:ident($request:ident { $values:ident, $limit:ident }) -> $response:ident, $end:ident, $make:expr;
    )+) => {
        $(
            pub(super) fn $method(
                cache: &Cache,
                request: wire::$request,
                now: Instant,
            ) -> Result<wire::$response, Status> {
                let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
                let (name, values) = (&request.list_name, $make(request.$values));
                let length = concatenate(cache, name, End::$end, values, request.$limit, ttl, now)?;
                Ok(wire::$response { list_length: length })
            }
        )+
    };
}

concatenate! {
    list_push_front(ListPushFrontRequest { value, truncate_back_to_size })
        -> ListPushFrontResponse, Front, one;
    list_push_back(ListPushBackRequest { value, truncate_front_to_size })
        -> ListPushBackResponse, Back, one;
    list_concatenate_front(ListConcatenateFrontRequest { values, truncate_back_to_size })
        -> ListConcatenateFrontResponse, Front, std::convert::identity;
    list_concatenate_back(ListConcatenateBackRequest { values, truncate_front_to_size })
        -> ListConcatenateBackResponse, Back, std::convert::identity;
}

fn one(value: Vec<u8>) -> Vec<Vec<u8>> {
    vec![value]
}

pub(super) fn list_pop_front(
    cache: &Cache,
    request: wire::ListPopFrontRequest,
    now: Instant,
) -> Result<wire::ListPopFrontResponse, Status> {
    use wire::list_pop_front_response::{Found, List as Answer, Missing};
    let popped = pop(cache, &request.list_name, End::Front, now)?;
    Ok(wire::ListPopFrontResponse {
        list: Some(match popped {
            Some((front, list_length)) => Answer::Found(Found { front, list_length }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn list_pop_back(
    cache: &Cache,
    request: wire::ListPopBackRequest,
    now: Instant,
) -> Result<wire::ListPopBackResponse, Status> {
    use wire::list_pop_back_response::{Found, List as Answer, Missing};
    let popped = pop(cache, &request.list_name, End::Back, now)?;
    Ok(wire::ListPopBackResponse {
        list: Some(match popped {
            Some((back, list_length)) => Answer::Found(Found { back, list_length }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

fn pop(
    cache: &Cache,
    name: &[u8],
    end: End,
    now: Instant,
) -> Result<Option<(Vec<u8>, u32)>, Status> {
    let popped = cache.change(name, None, now, |list: &mut List| {
        let value = list.pop(end)?;
        Some((value, super::length(list.len())))
    })?;
    Ok(popped.flatten())
}

pub(super) fn list_fetch(
    cache: &Cache,
    request: wire::ListFetchRequest,
    now: Instant,
) -> Result<wire::ListFetchResponse, Status> {
    use wire::list_fetch_request::{EndIndex, StartIndex};
    use wire::list_fetch_response::{Found, List as Answer, Missing};
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
    let found = cache.read(&request.list_name, now, |list: &List| list.fetch(range))?;
    Ok(wire::ListFetchResponse {
        list: Some(match found {
            Some(values) => Answer::Found(Found { values }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn list_length(
    cache: &Cache,
    request: wire::ListLengthRequest,
    now: Instant,
) -> Result<wire::ListLengthResponse, Status> {
    use wire::list_length_response::{Found, List as Answer, Missing};
    let found = cache.read(&request.list_name, now, List::len)?;
    Ok(wire::ListLengthResponse {
        list: Some(match found {
            Some(length) => Answer::Found(Found {
                length: super::length(length),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}
