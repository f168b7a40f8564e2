//! Lists.

use super::super::CollectionTtl;
use super::super::call::Call;
use super::super::reply::Reply;
use super::elements::{ListFetchResponse, elements};
use super::{incomplete, lifetime};
use crate::error::Result;
use momento_protos::cache_client::{
    ListConcatenateBackRequest, ListConcatenateBackResponse, ListConcatenateFrontRequest,
    ListConcatenateFrontResponse, ListFetchRequest, ListLengthRequest, ListLengthResponse,
    ListPopBackRequest, ListPopBackResponse, ListPopFrontRequest, ListPopFrontResponse,
    ListPushBackRequest, ListPushBackResponse, ListPushFrontRequest, ListPushFrontResponse,
    ListRemoveRequest, ListRemoveResponse, ListRetainRequest, ListRetainResponse,
    list_fetch_request, list_length_response, list_pop_back_response, list_pop_front_response,
    list_remove_request, list_retain_request,
};
use momento_protos::common::Unbounded;

pub(in super::super) async fn list_push_front(
    call: Call<'_>,
    list_name: String,
    value: Vec<u8>,
    ttl: CollectionTtl,
    truncate_back_to_size: Option<u32>,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = ListPushFrontRequest {
        list_name: list_name.into(),
        value,
        ttl_milliseconds,
        refresh_ttl,
        truncate_back_to_size: truncate_back_to_size.unwrap_or_default(),
    };
    let reply: ListPushFrontResponse = call.unary(request).await?;
    Ok(Reply::Length(reply.list_length.into()))
}

pub(in super::super) async fn list_push_back(
    call: Call<'_>,
    list_name: String,
    value: Vec<u8>,
    ttl: CollectionTtl,
    truncate_front_to_size: Option<u32>,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = ListPushBackRequest {
        list_name: list_name.into(),
        value,
        ttl_milliseconds,
        refresh_ttl,
        truncate_front_to_size: truncate_front_to_size.unwrap_or_default(),
    };
    let reply: ListPushBackResponse = call.unary(request).await?;
    Ok(Reply::Length(reply.list_length.into()))
}

pub(in super::super) async fn list_concatenate_front(
    call: Call<'_>,
    list_name: String,
    values: Vec<Vec<u8>>,
    ttl: CollectionTtl,
    truncate_back_to_size: Option<u32>,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = ListConcatenateFrontRequest {
        list_name: list_name.into(),
        values,
        ttl_milliseconds,
        refresh_ttl,
        truncate_back_to_size: truncate_back_to_size.unwrap_or_default(),
    };
    let reply: ListConcatenateFrontResponse = call.unary(request).await?;
    Ok(Reply::Length(reply.list_length.into()))
}

pub(in super::super) async fn list_concatenate_back(
    call: Call<'_>,
    list_name: String,
    values: Vec<Vec<u8>>,
    ttl: CollectionTtl,
    truncate_front_to_size: Option<u32>,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = ListConcatenateBackRequest {
        list_name: list_name.into(),
        values,
        ttl_milliseconds,
        refresh_ttl,
        truncate_front_to_size: truncate_front_to_size.unwrap_or_default(),
    };
    let reply: ListConcatenateBackResponse = call.unary(request).await?;
    Ok(Reply::Length(reply.list_length.into()))
}

pub(in super::super) async fn list_fetch(
    call: Call<'_>,
    list_name: String,
    start_index: Option<i32>,
    end_index: Option<i32>,
) -> Result<Reply> {
    use list_fetch_request::{EndIndex, StartIndex};
    let request = ListFetchRequest {
        list_name: list_name.into(),
        start_index: Some(start_index.map_or(
            StartIndex::UnboundedStart(Unbounded {}),
            StartIndex::InclusiveStart,
        )),
        end_index: Some(
            end_index.map_or(EndIndex::UnboundedEnd(Unbounded {}), EndIndex::ExclusiveEnd),
        ),
    };
    elements::<ListFetchResponse>(call, request).await
}

/// Success whether there was a list or not, as in the official Node SDK.
pub(in super::super) async fn list_retain(
    call: Call<'_>,
    list_name: String,
    start_index: Option<i32>,
    end_index: Option<i32>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    use list_retain_request::{EndIndex, StartIndex};
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = ListRetainRequest {
        list_name: list_name.into(),
        ttl_milliseconds,
        refresh_ttl,
        start_index: Some(start_index.map_or(
            StartIndex::UnboundedStart(Unbounded {}),
            StartIndex::InclusiveStart,
        )),
        end_index: Some(
            end_index.map_or(EndIndex::UnboundedEnd(Unbounded {}), EndIndex::ExclusiveEnd),
        ),
    };
    let _: ListRetainResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn list_length(call: Call<'_>, list_name: String) -> Result<Reply> {
    let request = ListLengthRequest {
        list_name: list_name.into(),
    };
    let reply: ListLengthResponse = call.unary(request).await?;
    match reply.list {
        Some(list_length_response::List::Found(found)) => Ok(Reply::Length(found.length.into())),
        Some(list_length_response::List::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn list_pop_front(call: Call<'_>, list_name: String) -> Result<Reply> {
    let request = ListPopFrontRequest {
        list_name: list_name.into(),
    };
    let reply: ListPopFrontResponse = call.unary(request).await?;
    match reply.list {
        Some(list_pop_front_response::List::Found(found)) => Ok(Reply::Hit(found.front.into())),
        Some(list_pop_front_response::List::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn list_pop_back(call: Call<'_>, list_name: String) -> Result<Reply> {
    let request = ListPopBackRequest {
        list_name: list_name.into(),
    };
    let reply: ListPopBackResponse = call.unary(request).await?;
    match reply.list {
        Some(list_pop_back_response::List::Found(found)) => Ok(Reply::Hit(found.back.into())),
        Some(list_pop_back_response::List::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn list_remove_value(
    call: Call<'_>,
    list_name: String,
    value: Vec<u8>,
) -> Result<Reply> {
    let request = ListRemoveRequest {
        list_name: list_name.into(),
        remove: Some(list_remove_request::Remove::AllElementsWithValue(value)),
    };
    let _: ListRemoveResponse = call.unary(request).await?;
    Ok(Reply::Success)
}
