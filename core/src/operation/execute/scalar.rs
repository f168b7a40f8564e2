//! Items: read, stored, counted, timed.

use super::super::call::Call;
use super::super::compression::{compress, decompress as decompressed};
use super::super::reply::{ItemType, Reply};
use super::super::{BatchItem, validate};
use super::{CACHE_BODY, counted, hit, incomplete};
use crate::error::{Error, ErrorCode, Result};
use momento_protos::cache_client::set_if_request::Condition;
use momento_protos::cache_client::update_ttl_request::UpdateTtl;
use momento_protos::cache_client::{
    DeleteRequest, DeleteResponse, ECacheResult, GetBatchRequest, GetRequest, GetResponse,
    IncrementRequest, IncrementResponse, ItemGetTtlRequest, ItemGetTtlResponse, ItemGetTypeRequest,
    ItemGetTypeResponse, KeysExistRequest, KeysExistResponse, SetBatchRequest, SetIfRequest,
    SetIfResponse, SetRequest, SetResponse, UpdateTtlRequest, UpdateTtlResponse,
    item_get_ttl_response, item_get_type_response, set_if_response, update_ttl_response,
};
use momento_protos::common;
use std::time::Duration;

/// The reply to a get, whose value is a piece of what came over the wire and not a copy of it.
mod whole {
    use bytes::Bytes;
    use momento_protos::cache_client::ECacheResult;

    /// Momento's message, without the text that nobody reads.
    #[derive(Clone, PartialEq, Eq, prost::Message)]
    pub(super) struct GetResponse {
        #[prost(enumeration = "ECacheResult", tag = "1")]
        pub(super) result: i32,
        #[prost(bytes = "bytes", tag = "2")]
        pub(super) cache_body: Bytes,
    }
}

fn time(call: &Call<'_>, ttl: Option<Duration>) -> u64 {
    validate::milliseconds(ttl.unwrap_or(call.session.default_ttl()))
}

pub(in super::super) async fn get(
    call: Call<'_>,
    key: Vec<u8>,
    decompress: Option<bool>,
) -> Result<Reply> {
    let reply: whole::GetResponse = call.unary(GetRequest { cache_key: key }).await?;
    let value = hit(reply.result(), reply.cache_body)?;
    Ok(match value {
        Some(value) => Reply::Hit(decompressed(&call, value, decompress)?),
        None => Reply::Miss,
    })
}

pub(in super::super) async fn set(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
    compressed: Option<bool>,
) -> Result<Reply> {
    let value = compress(&call, value, compressed)?;
    let request = SetRequest {
        cache_key: key,
        ttl_milliseconds: time(&call, ttl),
        ..SetRequest::default()
    };
    let _: SetResponse = call.unary_with(request, (CACHE_BODY, value)).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn delete(call: Call<'_>, key: Vec<u8>) -> Result<Reply> {
    let _: DeleteResponse = call.unary(DeleteRequest { cache_key: key }).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn get_batch(
    call: Call<'_>,
    keys: Vec<Vec<u8>>,
    decompress: Option<bool>,
) -> Result<Reply> {
    let items = keys
        .iter()
        .map(|key| GetRequest {
            cache_key: key.clone(),
        })
        .collect();
    let replies: Vec<GetResponse> = call.stream(GetBatchRequest { items }).await?;
    counted(&call, keys.len(), replies.len())?;
    let answer = |reply: GetResponse| match hit(reply.result(), reply.cache_body) {
        Ok(Some(value)) => decompressed(&call, value, decompress).map(Some),
        Ok(None) => Ok(None),
        Err(error) => Err(explained(error, &reply.message)),
    };
    let values = keys.into_iter().zip(replies.into_iter().map(answer));
    Ok(Reply::Values(values.collect()))
}

pub(in super::super) async fn set_batch(
    call: Call<'_>,
    items: Vec<BatchItem>,
    ttl: Option<Duration>,
    compressed: Option<bool>,
) -> Result<Reply> {
    let count = items.len();
    let items = items
        .into_iter()
        .map(|item| {
            Ok(SetRequest {
                cache_key: item.key,
                cache_body: compress(&call, item.value, compressed)?,
                ttl_milliseconds: time(&call, item.ttl.or(ttl)),
            })
        })
        .collect::<Result<_>>()?;
    let replies: Vec<SetResponse> = call.stream(SetBatchRequest { items }).await?;
    counted(&call, count, replies.len())?;
    let answer = |reply: SetResponse| match reply.result() {
        ECacheResult::Ok => Ok(()),
        other => Err(Error::new(
            ErrorCode::UnknownService,
            format!(
                "the service answered with the result {}: {}",
                other.as_str_name(),
                reply.message
            ),
        )),
    };
    Ok(Reply::Results(replies.into_iter().map(answer).collect()))
}

fn explained(error: Error, message: &str) -> Error {
    if message.is_empty() {
        error
    } else {
        Error::new(error.code(), format!("{}: {message}", error.details()))
    }
}

async fn set_if(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
    condition: Condition,
) -> Result<Reply> {
    let request = SetIfRequest {
        cache_key: key,
        ttl_milliseconds: time(&call, ttl),
        condition: Some(condition),
        ..SetIfRequest::default()
    };
    let reply: SetIfResponse = call.unary_with(request, (CACHE_BODY, value)).await?;
    match reply.result {
        Some(set_if_response::Result::Stored(_)) => Ok(Reply::Stored),
        Some(set_if_response::Result::NotStored(_)) => Ok(Reply::NotStored),
        None => Err(incomplete(&call)),
    }
}

/// The RPC of this name is deprecated; the one that replaced it does the same.
pub(in super::super) async fn set_if_not_exists(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    set_if(call, key, value, ttl, Condition::Absent(common::Absent {})).await
}

pub(in super::super) async fn set_if_absent(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
    compressed: Option<bool>,
) -> Result<Reply> {
    let value = compress(&call, value, compressed)?;
    set_if(call, key, value, ttl, Condition::Absent(common::Absent {})).await
}

pub(in super::super) async fn set_if_present(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    set_if(
        call,
        key,
        value,
        ttl,
        Condition::Present(common::Present {}),
    )
    .await
}

pub(in super::super) async fn set_if_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::Equal {
        value_to_check: equal,
    };
    set_if(call, key, value, ttl, Condition::Equal(condition)).await
}

pub(in super::super) async fn set_if_not_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    not_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::NotEqual {
        value_to_check: not_equal,
    };
    set_if(call, key, value, ttl, Condition::NotEqual(condition)).await
}

pub(in super::super) async fn set_if_present_and_not_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    not_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::PresentAndNotEqual {
        value_to_check: not_equal,
    };
    set_if(
        call,
        key,
        value,
        ttl,
        Condition::PresentAndNotEqual(condition),
    )
    .await
}

pub(in super::super) async fn set_if_absent_or_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::AbsentOrEqual {
        value_to_check: equal,
    };
    set_if(call, key, value, ttl, Condition::AbsentOrEqual(condition)).await
}

pub(in super::super) async fn increment(
    call: Call<'_>,
    key: Vec<u8>,
    amount: i64,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let request = IncrementRequest {
        cache_key: key,
        amount,
        ttl_milliseconds: time(&call, ttl),
    };
    let reply: IncrementResponse = call.unary(request).await?;
    Ok(Reply::Integer(reply.value))
}

pub(in super::super) async fn key_exists(call: Call<'_>, key: Vec<u8>) -> Result<Reply> {
    let request = KeysExistRequest {
        cache_keys: vec![key],
    };
    let reply: KeysExistResponse = call.unary(request).await?;
    counted(&call, 1, reply.exists.len())?;
    Ok(Reply::Exists(reply.exists == [true]))
}

pub(in super::super) async fn keys_exist(call: Call<'_>, keys: Vec<Vec<u8>>) -> Result<Reply> {
    let request = KeysExistRequest {
        cache_keys: keys.clone(),
    };
    let reply: KeysExistResponse = call.unary(request).await?;
    counted(&call, keys.len(), reply.exists.len())?;
    Ok(Reply::AllExist(
        keys.into_iter().zip(reply.exists).collect(),
    ))
}

async fn change_ttl(call: Call<'_>, key: Vec<u8>, change: UpdateTtl) -> Result<Reply> {
    let request = UpdateTtlRequest {
        cache_key: key,
        update_ttl: Some(change),
    };
    let reply: UpdateTtlResponse = call.unary(request).await?;
    match reply.result {
        Some(update_ttl_response::Result::Set(_)) => Ok(Reply::TtlSet),
        Some(update_ttl_response::Result::NotSet(_)) => Ok(Reply::TtlNotSet),
        Some(update_ttl_response::Result::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn update_ttl(
    call: Call<'_>,
    key: Vec<u8>,
    ttl: Duration,
) -> Result<Reply> {
    let change = UpdateTtl::OverwriteToMilliseconds(validate::milliseconds(ttl));
    change_ttl(call, key, change).await
}

pub(in super::super) async fn increase_ttl(
    call: Call<'_>,
    key: Vec<u8>,
    ttl: Duration,
) -> Result<Reply> {
    let change = UpdateTtl::IncreaseToMilliseconds(validate::milliseconds(ttl));
    change_ttl(call, key, change).await
}

pub(in super::super) async fn decrease_ttl(
    call: Call<'_>,
    key: Vec<u8>,
    ttl: Duration,
) -> Result<Reply> {
    let change = UpdateTtl::DecreaseToMilliseconds(validate::milliseconds(ttl));
    change_ttl(call, key, change).await
}

pub(in super::super) async fn item_get_ttl(call: Call<'_>, key: Vec<u8>) -> Result<Reply> {
    let reply: ItemGetTtlResponse = call.unary(ItemGetTtlRequest { cache_key: key }).await?;
    match reply.result {
        Some(item_get_ttl_response::Result::Found(found)) => Ok(Reply::RemainingTtl(
            Duration::from_millis(found.remaining_ttl_millis),
        )),
        Some(item_get_ttl_response::Result::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn item_get_type(call: Call<'_>, key: Vec<u8>) -> Result<Reply> {
    use item_get_type_response::ItemType as Wire;
    let reply: ItemGetTypeResponse = call.unary(ItemGetTypeRequest { cache_key: key }).await?;
    match reply.result {
        Some(item_get_type_response::Result::Found(found)) => {
            let kind = Wire::try_from(found.item_type).map_err(|_| incomplete(&call))?;
            Ok(Reply::ItemType(match kind {
                Wire::Scalar => ItemType::Scalar,
                Wire::Dictionary => ItemType::Dictionary,
                Wire::Set => ItemType::Set,
                Wire::List => ItemType::List,
                Wire::SortedSet => ItemType::SortedSet,
            }))
        }
        Some(item_get_type_response::Result::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}
