//! Numbers, batches, and what holds for keys of every type, over the wire.

mod common;

use common::{Client, MINUTE, TestResult, bytes, call, code, many, started};
use momento_protos::cache_client::item_get_type_response::ItemType;
use momento_protos::cache_client::update_ttl_request::UpdateTtl;
use momento_protos::cache_client::{
    DictionaryFetchRequest, DictionaryFieldValuePair, DictionarySetRequest, ECacheResult,
    GetBatchRequest, GetRequest, IncrementRequest, ItemGetTtlRequest, ItemGetTypeRequest,
    KeysExistRequest, ListFetchRequest, ListPushBackRequest, SetBatchRequest, SetFetchRequest,
    SetRequest, SetUnionRequest, SortedSetElement, SortedSetFetchRequest, SortedSetPutRequest,
    UpdateTtlRequest, item_get_ttl_response, item_get_type_response, update_ttl_response,
};

use tonic::{Code, Status};

#[tokio::test]
async fn an_increment_counts_in_text() -> TestResult {
    let (_server, mut client) = started().await?;
    let by = |amount| IncrementRequest {
        cache_key: bytes("key"),
        amount,
        ttl_milliseconds: MINUTE,
    };
    assert_eq!(call!(client.increment(by(7)))?.value, 7);
    assert_eq!(call!(client.increment(by(-10)))?.value, -3);
    assert_eq!(client.get(b"key").await?, Some(bytes("-3")));
    assert_eq!(
        code(&call!(client.increment(by(i64::MIN)))),
        Code::FailedPrecondition
    );
    client.set(b"key", b"three", MINUTE).await?;
    assert_eq!(
        code(&call!(client.increment(by(1)))),
        Code::FailedPrecondition
    );
    assert_eq!(client.get(b"key").await?, Some(bytes("three")));
    Ok(())
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order() -> TestResult {
    let (_server, mut client) = started().await?;
    let item = |key: &str, ttl_milliseconds| SetRequest {
        cache_key: bytes(key),
        cache_body: bytes(key),
        ttl_milliseconds,
    };
    let items = vec![item("a", MINUTE), item("b", 1), item("c", 2 * MINUTE)];
    let mut answers = call!(client.set_batch(SetBatchRequest { items }))?;
    for _ in 0..3 {
        let answer = answers.message().await?.ok_or("an answer is missing")?;
        assert_eq!(answer.result(), ECacheResult::Ok);
    }
    assert_eq!(answers.message().await?, None);

    // `b` lived for a millisecond, which may be over or not.
    while client.get(b"b").await?.is_some() {}
    let items = ["c", "b", "a", "c"].map(|key| GetRequest {
        cache_key: bytes(key),
    });
    let mut answers = call!(client.get_batch(GetBatchRequest {
        items: items.into()
    }))?;
    for expected in [Some("c"), None, Some("a"), Some("c")] {
        let answer = answers.message().await?.ok_or("an answer is missing")?;
        let result = expected.map_or(ECacheResult::Miss, |_| ECacheResult::Hit);
        assert_eq!(
            (answer.result(), answer.cache_body),
            (result, bytes(expected.unwrap_or("")))
        );
    }
    assert_eq!(answers.message().await?, None);

    let mut nothing = call!(client.get_batch(GetBatchRequest::default()))?;
    assert_eq!(nothing.message().await?, None);
    let mut nothing = call!(client.set_batch(SetBatchRequest::default()))?;
    assert_eq!(nothing.message().await?, None);
    let items = vec![item("d", MINUTE), item("e", 0)];
    let refused = call!(client.set_batch(SetBatchRequest { items }));
    assert_eq!(code(&refused), Code::InvalidArgument);
    assert_eq!(
        client.get(b"d").await?,
        None,
        "a refused batch stores nothing"
    );
    Ok(())
}

/// One key of each type.
async fn all_types(client: &mut Client) -> Result<[(&'static str, ItemType); 5], Status> {
    client.set(b"scalar", b"value", MINUTE).await?;
    call!(client.dictionary_set(DictionarySetRequest {
        dictionary_name: bytes("dictionary"),
        items: vec![DictionaryFieldValuePair {
            field: bytes("f"),
            value: bytes("v")
        }],
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    call!(client.set_union(SetUnionRequest {
        set_name: bytes("set"),
        elements: many(["e"]),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    call!(client.list_push_back(ListPushBackRequest {
        list_name: bytes("list"),
        value: bytes("v"),
        ttl_milliseconds: MINUTE,
        ..ListPushBackRequest::default()
    }))?;
    call!(client.sorted_set_put(SortedSetPutRequest {
        set_name: bytes("sorted set"),
        elements: vec![SortedSetElement {
            value: bytes("v"),
            score: 1.0
        }],
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    Ok([
        ("scalar", ItemType::Scalar),
        ("dictionary", ItemType::Dictionary),
        ("set", ItemType::Set),
        ("list", ItemType::List),
        ("sorted set", ItemType::SortedSet),
    ])
}

#[tokio::test]
async fn all_types_share_one_key_space() -> TestResult {
    let (_server, mut client) = started().await?;
    for (key, item_type) in all_types(&mut client).await? {
        let answer = call!(client.item_get_type(ItemGetTypeRequest {
            cache_key: bytes(key)
        }))?;
        let found = item_get_type_response::Found {
            item_type: item_type.into(),
        };
        assert_eq!(
            answer.result,
            Some(item_get_type_response::Result::Found(found))
        );

        let change = UpdateTtlRequest {
            cache_key: bytes(key),
            update_ttl: Some(UpdateTtl::OverwriteToMilliseconds(2 * MINUTE)),
        };
        call!(client.update_ttl(change))?;
        let answer = call!(client.item_get_ttl(ItemGetTtlRequest {
            cache_key: bytes(key)
        }))?;
        let Some(item_get_ttl_response::Result::Found(found)) = answer.result else {
            return Err(format!("{key} has no TTL").into());
        };
        assert!((MINUTE..=2 * MINUTE).contains(&found.remaining_ttl_millis));

        let keys = KeysExistRequest {
            cache_keys: many(["nothing", key]),
        };
        assert_eq!(
            call!(client.keys_exist(keys.clone()))?.exists,
            [false, true]
        );
        client.delete(key.as_bytes()).await?;
        assert_eq!(call!(client.keys_exist(keys))?.exists, [false, false]);
    }
    let nothing = call!(client.keys_exist(KeysExistRequest::default()))?;
    assert!(nothing.exists.is_empty());
    let answer = call!(client.item_get_type(ItemGetTypeRequest {
        cache_key: bytes("set")
    }))?;
    assert!(matches!(
        answer.result,
        Some(item_get_type_response::Result::Missing(_))
    ));
    let answer = call!(client.item_get_ttl(ItemGetTtlRequest {
        cache_key: bytes("set")
    }))?;
    assert!(matches!(
        answer.result,
        Some(item_get_ttl_response::Result::Missing(_))
    ));
    Ok(())
}

#[tokio::test]
async fn a_call_for_another_type_is_refused() -> TestResult {
    let (_server, mut client) = started().await?;
    for (key, item_type) in all_types(&mut client).await? {
        let name = bytes(key);
        let get = call!(client.get(GetRequest {
            cache_key: name.clone()
        }));
        let dictionary = DictionaryFetchRequest {
            dictionary_name: name.clone(),
        };
        let dictionary = call!(client.dictionary_fetch(dictionary));
        let set = call!(client.set_fetch(SetFetchRequest {
            set_name: name.clone()
        }));
        let list = ListFetchRequest {
            list_name: name.clone(),
            ..ListFetchRequest::default()
        };
        let list = call!(client.list_fetch(list));
        let sorted_set = SortedSetFetchRequest {
            set_name: name.clone(),
            ..SortedSetFetchRequest::default()
        };
        let sorted_set = call!(client.sorted_set_fetch(sorted_set));
        let codes = [
            code(&get),
            code(&dictionary),
            code(&set),
            code(&list),
            code(&sorted_set),
        ];
        let right = i32::from(item_type);
        for (number, code) in (0..).zip(codes) {
            let expected = if number == right {
                Code::Ok
            } else {
                Code::FailedPrecondition
            };
            assert_eq!(code, expected, "call {number} on {key}");
        }
        // A set takes the key's place, whatever it held.
        client.set(key.as_bytes(), b"new", MINUTE).await?;
        assert_eq!(client.get(key.as_bytes()).await?, Some(bytes("new")));
    }
    Ok(())
}

#[tokio::test]
async fn a_ttl_is_changed_under_conditions() -> TestResult {
    use update_ttl_response::{Missing, NotSet, Result as Answer, Set};
    let (_server, mut client) = started().await?;
    client.set(b"key", b"value", 10 * MINUTE).await?;
    for (key, update_ttl, expected) in [
        (
            "key",
            UpdateTtl::IncreaseToMilliseconds(9 * MINUTE),
            Answer::NotSet(NotSet {}),
        ),
        (
            "key",
            UpdateTtl::IncreaseToMilliseconds(20 * MINUTE),
            Answer::Set(Set {}),
        ),
        (
            "key",
            UpdateTtl::DecreaseToMilliseconds(21 * MINUTE),
            Answer::NotSet(NotSet {}),
        ),
        (
            "key",
            UpdateTtl::DecreaseToMilliseconds(15 * MINUTE),
            Answer::Set(Set {}),
        ),
        (
            "key",
            UpdateTtl::OverwriteToMilliseconds(30 * MINUTE),
            Answer::Set(Set {}),
        ),
        (
            "key",
            UpdateTtl::IncreaseToMilliseconds(29 * MINUTE),
            Answer::NotSet(NotSet {}),
        ),
        (
            "no key",
            UpdateTtl::OverwriteToMilliseconds(MINUTE),
            Answer::Missing(Missing {}),
        ),
        (
            "no key",
            UpdateTtl::IncreaseToMilliseconds(MINUTE),
            Answer::Missing(Missing {}),
        ),
        (
            "no key",
            UpdateTtl::DecreaseToMilliseconds(MINUTE),
            Answer::Missing(Missing {}),
        ),
    ] {
        let request = UpdateTtlRequest {
            cache_key: bytes(key),
            update_ttl: Some(update_ttl),
        };
        assert_eq!(
            call!(client.update_ttl(request))?.result,
            Some(expected),
            "{update_ttl:?}"
        );
    }
    for update_ttl in [None, Some(UpdateTtl::OverwriteToMilliseconds(0))] {
        let request = UpdateTtlRequest {
            cache_key: bytes("key"),
            update_ttl,
        };
        assert_eq!(
            code(&call!(client.update_ttl(request))),
            Code::InvalidArgument
        );
    }
    Ok(())
}
