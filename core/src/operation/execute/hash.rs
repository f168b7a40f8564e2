//! Items and the hashes of their values.

use super::super::call::Call;
use super::super::compression::{compress, decompress as decompressed};
use super::super::reply::{Hashed, Reply};
use super::super::validate;
use super::{CACHE_BODY, incomplete};
use crate::error::Result;
use momento_protos::cache_client::set_if_hash_request::Condition;
use momento_protos::cache_client::{
    GetWithHashRequest, GetWithHashResponse, SetIfHashRequest, SetIfHashResponse,
    get_with_hash_response, set_if_hash_response,
};
use momento_protos::common;
use std::time::Duration;

pub(in super::super) async fn get_with_hash(
    call: Call<'_>,
    key: Vec<u8>,
    decompress: Option<bool>,
) -> Result<Reply> {
    let reply: GetWithHashResponse = call.unary(GetWithHashRequest { cache_key: key }).await?;
    match reply.result {
        Some(get_with_hash_response::Result::Found(found)) => Ok(Reply::Hashed(Hashed {
            value: decompressed(&call, found.value, decompress)?,
            hash: found.hash,
        })),
        Some(get_with_hash_response::Result::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

async fn set_if_hash(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
    condition: Condition,
) -> Result<Reply> {
    let request = SetIfHashRequest {
        cache_key: key,
        ttl_milliseconds: validate::milliseconds(ttl.unwrap_or(call.session.default_ttl())),
        condition: Some(condition),
        ..SetIfHashRequest::default()
    };
    let reply: SetIfHashResponse = call.unary_with(request, (CACHE_BODY, value)).await?;
    match reply.result {
        Some(set_if_hash_response::Result::Stored(stored)) => {
            Ok(Reply::StoredWithHash(stored.new_hash))
        }
        Some(set_if_hash_response::Result::NotStored(_)) => Ok(Reply::NotStored),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn set_with_hash(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    ttl: Option<Duration>,
    compressed: Option<bool>,
) -> Result<Reply> {
    let value = compress(&call, value, compressed)?;
    let condition = Condition::Unconditional(common::Unconditional {});
    set_if_hash(call, key, value, ttl, condition).await
}

pub(in super::super) async fn set_if_present_and_hash_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    hash_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::PresentAndHashEqual {
        hash_to_check: hash_equal,
    };
    set_if_hash(
        call,
        key,
        value,
        ttl,
        Condition::PresentAndHashEqual(condition),
    )
    .await
}

pub(in super::super) async fn set_if_present_and_hash_not_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    hash_not_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::PresentAndNotHashEqual {
        hash_to_check: hash_not_equal,
    };
    set_if_hash(
        call,
        key,
        value,
        ttl,
        Condition::PresentAndNotHashEqual(condition),
    )
    .await
}

pub(in super::super) async fn set_if_absent_or_hash_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    hash_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::AbsentOrHashEqual {
        hash_to_check: hash_equal,
    };
    set_if_hash(
        call,
        key,
        value,
        ttl,
        Condition::AbsentOrHashEqual(condition),
    )
    .await
}

pub(in super::super) async fn set_if_absent_or_hash_not_equal(
    call: Call<'_>,
    key: Vec<u8>,
    value: Vec<u8>,
    hash_not_equal: Vec<u8>,
    ttl: Option<Duration>,
) -> Result<Reply> {
    let condition = common::AbsentOrNotHashEqual {
        hash_to_check: hash_not_equal,
    };
    set_if_hash(
        call,
        key,
        value,
        ttl,
        Condition::AbsentOrNotHashEqual(condition),
    )
    .await
}
