//! Items stored under conditions, over the wire.

mod common;

use common::{Client, MINUTE, TestResult, bytes, call, code, started};
use momento_protos::cache_client::{
    GetWithHashRequest, SetIfHashRequest, SetIfNotExistsRequest, SetIfRequest,
    get_with_hash_response, set_if_hash_request, set_if_hash_response, set_if_not_exists_response,
    set_if_request, set_if_response,
};
use momento_protos::common::{
    Absent, AbsentOrEqual, AbsentOrHashEqual, AbsentOrNotHashEqual, Equal, NotEqual, Present,
    PresentAndHashEqual, PresentAndNotEqual, PresentAndNotHashEqual, Unconditional,
};
use tonic::{Code, Status};

/// Whether each condition on `v` holds where nothing, `v` and something else is stored.
#[tokio::test]
async fn set_if_stores_where_its_condition_holds() -> TestResult {
    use set_if_request::Condition;
    let (_server, mut client) = started().await?;
    let value_to_check = bytes("v");
    for (condition, expected) in [
        (Condition::Present(Present {}), [false, true, true]),
        (Condition::Absent(Absent {}), [true, false, false]),
        (
            Condition::Equal(Equal {
                value_to_check: value_to_check.clone(),
            }),
            [false, true, false],
        ),
        (
            Condition::NotEqual(NotEqual {
                value_to_check: value_to_check.clone(),
            }),
            [true, false, true],
        ),
        (
            Condition::PresentAndNotEqual(PresentAndNotEqual {
                value_to_check: value_to_check.clone(),
            }),
            [false, false, true],
        ),
        (
            Condition::AbsentOrEqual(AbsentOrEqual {
                value_to_check: value_to_check.clone(),
            }),
            [true, true, false],
        ),
    ] {
        for (stored, expected) in [None, Some("v"), Some("other")].into_iter().zip(expected) {
            store(&mut client, stored).await?;
            let answer = call!(client.set_if(SetIfRequest {
                cache_key: bytes("key"),
                cache_body: bytes("new"),
                ttl_milliseconds: MINUTE,
                condition: Some(condition.clone()),
            }))?;
            let is_stored = matches!(answer.result, Some(set_if_response::Result::Stored(_)));
            assert_eq!(is_stored, expected, "{condition:?} on {stored:?}");
            let after = if expected { Some("new") } else { stored };
            assert_eq!(client.get(b"key").await?, after.map(bytes));
        }
    }
    let nothing = SetIfRequest {
        ttl_milliseconds: MINUTE,
        ..SetIfRequest::default()
    };
    assert_eq!(code(&call!(client.set_if(nothing))), Code::InvalidArgument);
    Ok(())
}

async fn store(client: &mut Client, value: Option<&str>) -> Result<(), Status> {
    client.delete(b"key").await?;
    if let Some(value) = value {
        client.set(b"key", value.as_bytes(), MINUTE).await?;
    }
    Ok(())
}

async fn hash_of(client: &mut Client, value: &str) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    client.set(b"hashed", value.as_bytes(), MINUTE).await?;
    let answer = call!(client.get_with_hash(GetWithHashRequest {
        cache_key: bytes("hashed")
    }))?;
    match answer.result {
        Some(get_with_hash_response::Result::Found(found)) if found.value == value.as_bytes() => {
            Ok(found.hash)
        }
        other => Err(format!("{other:?}").into()),
    }
}

#[tokio::test]
async fn set_if_hash_compares_hashes() -> TestResult {
    use set_if_hash_request::Condition;
    let (_server, mut client) = started().await?;
    let hash_to_check = hash_of(&mut client, "v").await?;
    assert_eq!(hash_to_check, hash_of(&mut client, "v").await?);
    assert_ne!(hash_to_check, hash_of(&mut client, "other").await?);
    for (condition, expected) in [
        (
            Condition::Unconditional(Unconditional {}),
            [true, true, true],
        ),
        (
            Condition::PresentAndHashEqual(PresentAndHashEqual {
                hash_to_check: hash_to_check.clone(),
            }),
            [false, true, false],
        ),
        (
            Condition::PresentAndNotHashEqual(PresentAndNotHashEqual {
                hash_to_check: hash_to_check.clone(),
            }),
            [false, false, true],
        ),
        (
            Condition::AbsentOrHashEqual(AbsentOrHashEqual {
                hash_to_check: hash_to_check.clone(),
            }),
            [true, true, false],
        ),
        (
            Condition::AbsentOrNotHashEqual(AbsentOrNotHashEqual {
                hash_to_check: hash_to_check.clone(),
            }),
            [true, false, true],
        ),
    ] {
        for (stored, expected) in [None, Some("v"), Some("other")].into_iter().zip(expected) {
            store(&mut client, stored).await?;
            let answer = call!(client.set_if_hash(SetIfHashRequest {
                cache_key: bytes("key"),
                cache_body: bytes("new"),
                ttl_milliseconds: MINUTE,
                condition: Some(condition.clone()),
            }))?;
            let new_hash = match answer.result {
                Some(set_if_hash_response::Result::Stored(stored)) => Some(stored.new_hash),
                _ => None,
            };
            let after = if expected { Some("new") } else { stored };
            assert_eq!(
                client.get(b"key").await?,
                after.map(bytes),
                "{condition:?} on {stored:?}"
            );
            let new = hash_of(&mut client, "new").await?;
            assert_eq!(new_hash, expected.then_some(new));
        }
    }
    let missing = call!(client.get_with_hash(GetWithHashRequest {
        cache_key: bytes("missing")
    }))?;
    assert!(matches!(
        missing.result,
        Some(get_with_hash_response::Result::Missing(_))
    ));
    Ok(())
}

#[tokio::test]
#[expect(deprecated, reason = "older clients still call it")]
async fn set_if_not_exists_stores_once() -> TestResult {
    use set_if_not_exists_response::Result as Answer;
    let (server, mut client) = started().await?;
    for stored in [true, false] {
        let answer = call!(client.set_if_not_exists(SetIfNotExistsRequest {
            cache_key: bytes("key"),
            cache_body: bytes("value"),
            ttl_milliseconds: MINUTE,
        }))?;
        assert_eq!(matches!(answer.result, Some(Answer::Stored(_))), stored);
    }
    assert_eq!(server.counters().calls_of("set-if"), 2);
    Ok(())
}
