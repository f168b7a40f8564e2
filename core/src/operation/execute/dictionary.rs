//! Dictionaries.

use super::super::CollectionTtl;
use super::super::call::Call;
use super::super::reply::Reply;
use super::{counted, hit, incomplete, lifetime};
use crate::error::Result;
use momento_protos::cache_client::dictionary_delete_request::{Delete, Some as SomeFields};
use momento_protos::cache_client::{
    DictionaryDeleteRequest, DictionaryDeleteResponse, DictionaryFetchRequest,
    DictionaryFetchResponse, DictionaryFieldValuePair, DictionaryGetRequest, DictionaryGetResponse,
    DictionaryIncrementRequest, DictionaryIncrementResponse, DictionaryLengthRequest,
    DictionaryLengthResponse, DictionarySetRequest, DictionarySetResponse,
    dictionary_fetch_response, dictionary_get_response, dictionary_length_response,
};

pub(in super::super) async fn dictionary_fetch(
    call: Call<'_>,
    dictionary_name: String,
) -> Result<Reply> {
    use dictionary_fetch_response::Dictionary;
    let request = DictionaryFetchRequest {
        dictionary_name: dictionary_name.into(),
    };
    let reply: DictionaryFetchResponse = call.unary(request).await?;
    match reply.dictionary {
        Some(Dictionary::Found(found)) => {
            let fields = found.items.into_iter().map(|item| (item.field, item.value));
            Ok(Reply::Dictionary(fields.collect()))
        }
        Some(Dictionary::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

/// The values of the fields, in their order; `None` where there is no such dictionary.
async fn values(
    call: &Call<'_>,
    dictionary_name: String,
    fields: Vec<Vec<u8>>,
) -> Result<Option<Vec<Option<Vec<u8>>>>> {
    use dictionary_get_response::Dictionary;
    let count = fields.len();
    let request = DictionaryGetRequest {
        dictionary_name: dictionary_name.into(),
        fields,
    };
    let reply: DictionaryGetResponse = call.unary(request).await?;
    match reply.dictionary {
        Some(Dictionary::Found(found)) => {
            counted(call, count, found.items.len())?;
            let values = found.items.into_iter();
            values
                .map(|item| hit(item.result(), item.cache_body))
                .collect::<Result<_>>()
                .map(Some)
        }
        Some(Dictionary::Missing(_)) => Ok(None),
        None => Err(incomplete(call)),
    }
}

pub(in super::super) async fn dictionary_get_field(
    call: Call<'_>,
    dictionary_name: String,
    field: Vec<u8>,
) -> Result<Reply> {
    let values = values(&call, dictionary_name, vec![field.clone()]).await?;
    let value = values.into_iter().flatten().next().flatten();
    Ok(Reply::Field(field, value))
}

pub(in super::super) async fn dictionary_get_fields(
    call: Call<'_>,
    dictionary_name: String,
    fields: Vec<Vec<u8>>,
) -> Result<Reply> {
    Ok(
        match values(&call, dictionary_name, fields.clone()).await? {
            Some(values) => Reply::Fields(fields.into_iter().zip(values).collect()),
            None => Reply::Miss,
        },
    )
}

pub(in super::super) async fn dictionary_set_field(
    call: Call<'_>,
    dictionary_name: String,
    field: Vec<u8>,
    value: Vec<u8>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    dictionary_set_fields(call, dictionary_name, vec![(field, value)], ttl).await
}

pub(in super::super) async fn dictionary_set_fields(
    call: Call<'_>,
    dictionary_name: String,
    items: Vec<(Vec<u8>, Vec<u8>)>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let items = items.into_iter();
    let request = DictionarySetRequest {
        dictionary_name: dictionary_name.into(),
        items: items
            .map(|(field, value)| DictionaryFieldValuePair { field, value })
            .collect(),
        ttl_milliseconds,
        refresh_ttl,
    };
    let _: DictionarySetResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn dictionary_increment(
    call: Call<'_>,
    dictionary_name: String,
    field: Vec<u8>,
    amount: i64,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = DictionaryIncrementRequest {
        dictionary_name: dictionary_name.into(),
        field,
        amount,
        ttl_milliseconds,
        refresh_ttl,
    };
    let reply: DictionaryIncrementResponse = call.unary(request).await?;
    Ok(Reply::Integer(reply.value))
}

pub(in super::super) async fn dictionary_remove_field(
    call: Call<'_>,
    dictionary_name: String,
    field: Vec<u8>,
) -> Result<Reply> {
    dictionary_remove_fields(call, dictionary_name, vec![field]).await
}

pub(in super::super) async fn dictionary_remove_fields(
    call: Call<'_>,
    dictionary_name: String,
    fields: Vec<Vec<u8>>,
) -> Result<Reply> {
    let request = DictionaryDeleteRequest {
        dictionary_name: dictionary_name.into(),
        delete: Some(Delete::Some(SomeFields { fields })),
    };
    let _: DictionaryDeleteResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn dictionary_length(
    call: Call<'_>,
    dictionary_name: String,
) -> Result<Reply> {
    use dictionary_length_response::Dictionary;
    let request = DictionaryLengthRequest {
        dictionary_name: dictionary_name.into(),
    };
    let reply: DictionaryLengthResponse = call.unary(request).await?;
    match reply.dictionary {
        Some(Dictionary::Found(found)) => Ok(Reply::Length(found.length.into())),
        Some(Dictionary::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}
