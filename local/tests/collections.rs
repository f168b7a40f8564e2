//! Dictionaries and sets over the wire.

mod common;

use common::{Client, MINUTE, TestResult, bytes, call, code, many, started};
use momento_protos::cache_client::dictionary_get_response::DictionaryGetResponsePart;
use momento_protos::cache_client::set_difference_request::{
    Difference, Minuend, Subtrahend, subtrahend,
};
use momento_protos::cache_client::{
    DictionaryDeleteRequest, DictionaryFetchRequest, DictionaryFieldValuePair,
    DictionaryGetRequest, DictionaryIncrementRequest, DictionaryLengthRequest,
    DictionarySetRequest, ECacheResult, SetContainsRequest, SetDifferenceRequest, SetFetchRequest,
    SetLengthRequest, SetPopRequest, SetSampleRequest, SetUnionRequest, dictionary_delete_request,
    dictionary_fetch_response, dictionary_get_response, dictionary_length_response,
    set_contains_response, set_difference_response, set_fetch_response, set_length_response,
    set_pop_response, set_sample_response,
};
use tonic::{Code, Status};

#[tokio::test]
async fn a_dictionary() -> TestResult {
    let (_server, mut client) = started().await?;
    let dictionary_name = bytes("dictionary");
    let get = DictionaryGetRequest {
        dictionary_name: dictionary_name.clone(),
        fields: many(["b", "x", "a"]),
    };
    let length = DictionaryLengthRequest {
        dictionary_name: dictionary_name.clone(),
    };
    let fetch = DictionaryFetchRequest {
        dictionary_name: dictionary_name.clone(),
    };
    let missing = call!(client.dictionary_get(get.clone()))?.dictionary;
    assert!(matches!(
        missing,
        Some(dictionary_get_response::Dictionary::Missing(_))
    ));
    let missing = call!(client.dictionary_length(length.clone()))?.dictionary;
    assert!(matches!(
        missing,
        Some(dictionary_length_response::Dictionary::Missing(_))
    ));

    let pair = |field, value| DictionaryFieldValuePair {
        field: bytes(field),
        value: bytes(value),
    };
    call!(client.dictionary_set(DictionarySetRequest {
        dictionary_name: dictionary_name.clone(),
        items: vec![pair("a", "1"), pair("b", "2"), pair("a", "3")],
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    let part = |result: ECacheResult, value| DictionaryGetResponsePart {
        result: result.into(),
        cache_body: bytes(value),
    };
    let items = vec![
        part(ECacheResult::Hit, "2"),
        part(ECacheResult::Miss, ""),
        part(ECacheResult::Hit, "3"),
    ];
    let expected =
        dictionary_get_response::Dictionary::Found(dictionary_get_response::Found { items });
    assert_eq!(
        call!(client.dictionary_get(get))?.dictionary,
        Some(expected)
    );
    let Some(dictionary_fetch_response::Dictionary::Found(mut found)) =
        call!(client.dictionary_fetch(fetch.clone()))?.dictionary
    else {
        return Err("the dictionary is not there".into());
    };
    found
        .items
        .sort_by(|left, right| left.field.cmp(&right.field));
    assert_eq!(found.items, [pair("a", "3"), pair("b", "2")]);
    let found = call!(client.dictionary_length(length))?.dictionary;
    let expected = dictionary_length_response::Found { length: 2 };
    assert_eq!(
        found,
        Some(dictionary_length_response::Dictionary::Found(expected))
    );

    Ok(())
}

#[tokio::test]
async fn fields_are_counted_and_deleted() -> TestResult {
    let (_server, mut client) = started().await?;
    let fetch = DictionaryFetchRequest {
        dictionary_name: bytes("dictionary"),
    };
    let increment = |field, amount| DictionaryIncrementRequest {
        dictionary_name: bytes("dictionary"),
        field: bytes(field),
        amount,
        ttl_milliseconds: MINUTE,
        refresh_ttl: true,
    };
    for (field, amount, expected) in [("a", 4, 4), ("a", 3, 7), ("b", 1, 1), ("c", -4, -4)] {
        let answer = call!(client.dictionary_increment(increment(field, amount)))?;
        assert_eq!(answer.value, expected);
    }
    let overflow = call!(client.dictionary_increment(increment("a", i64::MAX)));
    assert_eq!(code(&overflow), Code::FailedPrecondition);

    let delete = |delete| DictionaryDeleteRequest {
        dictionary_name: bytes("dictionary"),
        delete,
    };
    let some = |fields| {
        dictionary_delete_request::Delete::Some(dictionary_delete_request::Some { fields })
    };
    assert_eq!(
        code(&call!(client.dictionary_delete(delete(None)))),
        Code::InvalidArgument
    );
    call!(client.dictionary_delete(delete(Some(some(many(["a", "c", "never there"]))))))?;
    let left = dictionary_fetch_response::Found {
        items: vec![DictionaryFieldValuePair {
            field: bytes("b"),
            value: bytes("1"),
        }],
    };
    let found = call!(client.dictionary_fetch(fetch.clone()))?.dictionary;
    assert_eq!(
        found,
        Some(dictionary_fetch_response::Dictionary::Found(left))
    );
    call!(client.dictionary_delete(delete(Some(some(many(["b"]))))))?;
    let missing = call!(client.dictionary_fetch(fetch.clone()))?.dictionary;
    assert!(matches!(
        missing,
        Some(dictionary_fetch_response::Dictionary::Missing(_))
    ));

    call!(client.dictionary_increment(increment("a", 1)))?;
    let all = dictionary_delete_request::Delete::All(dictionary_delete_request::All {});
    call!(client.dictionary_delete(delete(Some(all))))?;
    let missing = call!(client.dictionary_fetch(fetch))?.dictionary;
    assert!(matches!(
        missing,
        Some(dictionary_fetch_response::Dictionary::Missing(_))
    ));
    Ok(())
}

/// The elements of `set`, in order; `None` if it is missing.
async fn elements(client: &mut Client) -> Result<Option<Vec<Vec<u8>>>, Status> {
    let answer = call!(client.set_fetch(SetFetchRequest {
        set_name: bytes("set")
    }))?;
    Ok(match answer.set {
        Some(set_fetch_response::Set::Found(mut found)) => {
            found.elements.sort();
            Some(found.elements)
        }
        _ => None,
    })
}

async fn add<const COUNT: usize>(
    client: &mut Client,
    elements: [&str; COUNT],
) -> Result<(), Status> {
    call!(client.set_union(SetUnionRequest {
        set_name: bytes("set"),
        elements: many(elements),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    Ok(())
}

#[tokio::test]
async fn a_set() -> TestResult {
    let (_server, mut client) = started().await?;
    let set_name = bytes("set");
    let contains = SetContainsRequest {
        set_name: set_name.clone(),
        elements: many(["c", "x", "a"]),
    };
    let length = SetLengthRequest {
        set_name: set_name.clone(),
    };
    let sample = |limit| SetSampleRequest {
        set_name: bytes("set"),
        limit,
    };
    let pop = |count| SetPopRequest {
        set_name: bytes("set"),
        count,
    };
    assert_eq!(elements(&mut client).await?, None);
    assert!(matches!(
        call!(client.set_contains(contains.clone()))?.set,
        Some(set_contains_response::Set::Missing(_))
    ));
    assert!(matches!(
        call!(client.set_length(length.clone()))?.set,
        Some(set_length_response::Set::Missing(_))
    ));
    assert!(matches!(
        call!(client.set_sample(sample(0)))?.set,
        Some(set_sample_response::Set::Missing(_))
    ));
    assert!(matches!(
        call!(client.set_pop(pop(1)))?.set,
        Some(set_pop_response::Set::Missing(_))
    ));

    add(&mut client, ["a", "b", "a"]).await?;
    add(&mut client, ["b", "c"]).await?;
    assert_eq!(elements(&mut client).await?, Some(many(["a", "b", "c"])));
    let found = call!(client.set_contains(contains))?.set;
    let expected = set_contains_response::Found {
        contains: vec![true, false, true],
    };
    assert_eq!(found, Some(set_contains_response::Set::Found(expected)));
    let found = call!(client.set_length(length))?.set;
    assert_eq!(
        found,
        Some(set_length_response::Set::Found(
            set_length_response::Found { length: 3 }
        ))
    );
    for (limit, expected) in [(0, 0), (2, 2), (4, 3), (u64::MAX, 3)] {
        match call!(client.set_sample(sample(limit)))?.set {
            Some(set_sample_response::Set::Found(found)) => {
                assert_eq!(found.elements.len(), expected);
            }
            other => return Err(format!("{other:?}").into()),
        }
    }
    assert_eq!(
        elements(&mut client).await?.map(|elements| elements.len()),
        Some(3)
    );
    for (count, expected) in [(0, 0), (1, 1), (u32::MAX, 2)] {
        match call!(client.set_pop(pop(count)))?.set {
            Some(set_pop_response::Set::Found(found)) => assert_eq!(found.elements.len(), expected),
            other => return Err(format!("{other:?}").into()),
        }
    }
    assert_eq!(elements(&mut client).await?, None);
    Ok(())
}

#[tokio::test]
async fn a_difference_goes_either_way() -> TestResult {
    use set_difference_response::{Found, Missing, Set as Answer};
    let (_server, mut client) = started().await?;
    let subtract = |subtrahend_set| Difference::Subtrahend(Subtrahend { subtrahend_set });
    let of = |elements| {
        subtract(Some(subtrahend::SubtrahendSet::Set(subtrahend::Set {
            elements,
        })))
    };
    let identity = subtract(Some(subtrahend::SubtrahendSet::Identity(
        subtrahend::Identity {},
    )));
    let difference = |difference| SetDifferenceRequest {
        set_name: bytes("set"),
        difference,
    };
    let answer = call!(client.set_difference(difference(Some(of(many(["a"]))))))?;
    assert_eq!(answer.set, Some(Answer::Missing(Missing {})));
    for (asked, expected) in [
        (of(many(["a", "x"])), Some(many(["b"]))),
        (of(many(["b", "a"])), None),
        (
            Difference::Minuend(Minuend {
                elements: many(["c", "a"]),
            }),
            Some(many(["c"])),
        ),
        (
            Difference::Minuend(Minuend {
                elements: many(["a"]),
            }),
            None,
        ),
        (identity, None),
    ] {
        client.delete(b"set").await?;
        add(&mut client, ["a", "b"]).await?;
        let answer = call!(client.set_difference(difference(Some(asked.clone()))))?;
        assert_eq!(answer.set, Some(Answer::Found(Found {})));
        assert_eq!(elements(&mut client).await?, expected, "{asked:?}");
    }
    for nothing in [None, Some(subtract(None))] {
        let answer = call!(client.set_difference(difference(nothing)));
        assert_eq!(code(&answer), Code::InvalidArgument);
    }
    Ok(())
}
