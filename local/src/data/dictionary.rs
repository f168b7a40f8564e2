//! Dictionaries.

use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Cache, Dictionary};
use crate::{limits, status};

pub(super) fn dictionary_get(
    cache: &Cache,
    request: wire::DictionaryGetRequest,
    now: Instant,
) -> Result<wire::DictionaryGetResponse, Status> {
    use wire::dictionary_get_response::{
        Dictionary as Answer, DictionaryGetResponsePart, Found, Missing,
    };
    let part = |value: Option<&[u8]>| DictionaryGetResponsePart {
        result: super::hit_or_miss(value.is_some()),
        cache_body: value.unwrap_or_default().to_vec(),
    };
    let name = &request.dictionary_name;
    let found = cache.read(name, now, |dictionary: &Dictionary| {
        let fields = request.fields.iter();
        fields.map(|field| part(dictionary.get(field))).collect()
    })?;
    Ok(wire::DictionaryGetResponse {
        dictionary: Some(match found {
            Some(items) => Answer::Found(Found { items }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn dictionary_fetch(
    cache: &Cache,
    request: wire::DictionaryFetchRequest,
    now: Instant,
) -> Result<wire::DictionaryFetchResponse, Status> {
    use wire::dictionary_fetch_response::{Dictionary as Answer, Found, Missing};
    let pair = |(field, value): (&[u8], &[u8])| wire::DictionaryFieldValuePair {
        field: field.to_vec(),
        value: value.to_vec(),
    };
    let name = &request.dictionary_name;
    let found = cache.read(name, now, |dictionary: &Dictionary| {
        dictionary.iter().map(pair).collect()
    })?;
    Ok(wire::DictionaryFetchResponse {
        dictionary: Some(match found {
            Some(items) => Answer::Found(Found { items }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn dictionary_set(
    cache: &Cache,
    request: wire::DictionarySetRequest,
    now: Instant,
) -> Result<wire::DictionarySetResponse, Status> {
    let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
    cache.write(
        &request.dictionary_name,
        ttl,
        now,
        |dictionary: &mut Dictionary| {
            for item in request.items {
                dictionary.set(item.field, item.value);
            }
            Ok(())
        },
    )?;
    Ok(wire::DictionarySetResponse {})
}

pub(super) fn dictionary_increment(
    cache: &Cache,
    request: wire::DictionaryIncrementRequest,
    now: Instant,
) -> Result<wire::DictionaryIncrementResponse, Status> {
    let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
    let name = &request.dictionary_name;
    let value = cache.write(name, ttl, now, |dictionary: &mut Dictionary| {
        dictionary.increment(request.field, request.amount)
    })?;
    Ok(wire::DictionaryIncrementResponse { value })
}

pub(super) fn dictionary_delete(
    cache: &Cache,
    request: wire::DictionaryDeleteRequest,
    now: Instant,
) -> Result<wire::DictionaryDeleteResponse, Status> {
    use wire::dictionary_delete_request::Delete;
    let delete = request.delete.ok_or_else(|| status::missing("delete"))?;
    let name = &request.dictionary_name;
    cache.change(
        name,
        None,
        now,
        |dictionary: &mut Dictionary| match delete {
            Delete::All(_) => *dictionary = Dictionary::default(),
            Delete::Some(some) => {
                for field in &some.fields {
                    dictionary.remove(field);
                }
            }
        },
    )?;
    Ok(wire::DictionaryDeleteResponse {})
}

pub(super) fn dictionary_length(
    cache: &Cache,
    request: wire::DictionaryLengthRequest,
    now: Instant,
) -> Result<wire::DictionaryLengthResponse, Status> {
    use wire::dictionary_length_response::{Dictionary as Answer, Found, Missing};
    let found = cache.read(&request.dictionary_name, now, Dictionary::len)?;
    Ok(wire::DictionaryLengthResponse {
        dictionary: Some(match found {
            Some(length) => Answer::Found(Found {
                length: super::length(length),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}
