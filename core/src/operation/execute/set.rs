//! Sets.

use super::super::CollectionTtl;
use super::super::call::Call;
use super::super::reply::Reply;
use super::elements::{SetFetchResponse, SetPopResponse, SetSampleResponse, elements};
use super::{counted, incomplete, lifetime};
use crate::error::Result;
use momento_protos::cache_client::set_difference_request::{Difference, Subtrahend, subtrahend};
use momento_protos::cache_client::{
    SetContainsRequest, SetContainsResponse, SetDifferenceRequest, SetDifferenceResponse,
    SetFetchRequest, SetLengthRequest, SetLengthResponse, SetPopRequest, SetSampleRequest,
    SetUnionRequest, SetUnionResponse, set_contains_response, set_length_response,
};

pub(in super::super) async fn set_add_element(
    call: Call<'_>,
    set_name: String,
    element: Vec<u8>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    set_add_elements(call, set_name, vec![element], ttl).await
}

pub(in super::super) async fn set_add_elements(
    call: Call<'_>,
    set_name: String,
    elements: Vec<Vec<u8>>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = SetUnionRequest {
        set_name: set_name.into(),
        elements,
        ttl_milliseconds,
        refresh_ttl,
    };
    let _: SetUnionResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn set_fetch(call: Call<'_>, set_name: String) -> Result<Reply> {
    let request = SetFetchRequest {
        set_name: set_name.into(),
    };
    elements::<SetFetchResponse>(call, request).await
}

pub(in super::super) async fn set_remove_element(
    call: Call<'_>,
    set_name: String,
    element: Vec<u8>,
) -> Result<Reply> {
    set_remove_elements(call, set_name, vec![element]).await
}

pub(in super::super) async fn set_remove_elements(
    call: Call<'_>,
    set_name: String,
    elements: Vec<Vec<u8>>,
) -> Result<Reply> {
    let set = subtrahend::SubtrahendSet::Set(subtrahend::Set { elements });
    let request = SetDifferenceRequest {
        set_name: set_name.into(),
        difference: Some(Difference::Subtrahend(Subtrahend {
            subtrahend_set: Some(set),
        })),
    };
    let _: SetDifferenceResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

/// Whether each element is in the set; `None` where there is no such set.
async fn contains(
    call: &Call<'_>,
    set_name: String,
    elements: Vec<Vec<u8>>,
) -> Result<Option<Vec<bool>>> {
    let count = elements.len();
    let request = SetContainsRequest {
        set_name: set_name.into(),
        elements,
    };
    let reply: SetContainsResponse = call.unary(request).await?;
    match reply.set {
        Some(set_contains_response::Set::Found(found)) => {
            counted(call, count, found.contains.len())?;
            Ok(Some(found.contains))
        }
        Some(set_contains_response::Set::Missing(_)) => Ok(None),
        None => Err(incomplete(call)),
    }
}

pub(in super::super) async fn set_contains_element(
    call: Call<'_>,
    set_name: String,
    element: Vec<u8>,
) -> Result<Reply> {
    let contains = contains(&call, set_name, vec![element]).await?;
    Ok(contains.map_or(Reply::Miss, |contains| Reply::Contains(contains == [true])))
}

pub(in super::super) async fn set_contains_elements(
    call: Call<'_>,
    set_name: String,
    elements: Vec<Vec<u8>>,
) -> Result<Reply> {
    Ok(match contains(&call, set_name, elements.clone()).await? {
        Some(contains) => Reply::ContainsAll(elements.into_iter().zip(contains).collect()),
        None => Reply::Miss,
    })
}

pub(in super::super) async fn set_sample(
    call: Call<'_>,
    set_name: String,
    limit: u64,
) -> Result<Reply> {
    let request = SetSampleRequest {
        set_name: set_name.into(),
        limit,
    };
    elements::<SetSampleResponse>(call, request).await
}

pub(in super::super) async fn set_pop(
    call: Call<'_>,
    set_name: String,
    count: u32,
) -> Result<Reply> {
    let request = SetPopRequest {
        set_name: set_name.into(),
        count,
    };
    elements::<SetPopResponse>(call, request).await
}

pub(in super::super) async fn set_length(call: Call<'_>, set_name: String) -> Result<Reply> {
    let request = SetLengthRequest {
        set_name: set_name.into(),
    };
    let reply: SetLengthResponse = call.unary(request).await?;
    match reply.set {
        Some(set_length_response::Set::Found(found)) => Ok(Reply::Length(found.length.into())),
        Some(set_length_response::Set::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}
