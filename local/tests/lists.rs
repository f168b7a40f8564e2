//! Lists over the wire.

mod common;

use common::{Client, MINUTE, TestResult, bytes, call, code, many, started};

use momento_protos::cache_client::{
    ListConcatenateBackRequest, ListConcatenateFrontRequest, ListEraseRequest, ListFetchRequest,
    ListLengthRequest, ListPopBackRequest, ListPopFrontRequest, ListPushBackRequest,
    ListPushFrontRequest, ListRange, ListRemoveRequest, ListRetainRequest, list_erase_request,
    list_erase_response, list_fetch_request, list_fetch_response, list_length_response,
    list_pop_back_response, list_pop_front_response, list_remove_request, list_remove_response,
    list_retain_request, list_retain_response,
};
use tonic::{Code, Status};

/// The values of `list`; `None` if it is missing.
async fn values(
    client: &mut Client,
    start: Option<i32>,
    end: Option<i32>,
) -> Result<Option<Vec<Vec<u8>>>, Status> {
    let answer = call!(client.list_fetch(ListFetchRequest {
        list_name: bytes("list"),
        start_index: start.map(list_fetch_request::StartIndex::InclusiveStart),
        end_index: end.map(list_fetch_request::EndIndex::ExclusiveEnd),
    }))?;
    Ok(match answer.list {
        Some(list_fetch_response::List::Found(found)) => Some(found.values),
        _ => None,
    })
}

async fn append<const COUNT: usize>(
    client: &mut Client,
    values: [&str; COUNT],
    truncate_front_to_size: u32,
) -> Result<u32, Status> {
    let answer = call!(client.list_concatenate_back(ListConcatenateBackRequest {
        list_name: bytes("list"),
        values: many(values),
        ttl_milliseconds: MINUTE,
        refresh_ttl: true,
        truncate_front_to_size,
    }))?;
    Ok(answer.list_length)
}

#[tokio::test]
async fn a_list_grows_at_both_ends() -> TestResult {
    let (_server, mut client) = started().await?;
    assert_eq!(values(&mut client, None, None).await?, None);
    let list_name = bytes("list");
    let length = ListLengthRequest {
        list_name: list_name.clone(),
    };
    assert!(matches!(
        call!(client.list_length(length.clone()))?.list,
        Some(list_length_response::List::Missing(_))
    ));

    assert_eq!(append(&mut client, ["c", "d"], 0).await?, 2);
    let front = ListConcatenateFrontRequest {
        list_name: list_name.clone(),
        values: many(["a", "b"]),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
        truncate_back_to_size: 3,
    };
    assert_eq!(call!(client.list_concatenate_front(front))?.list_length, 3);
    assert_eq!(
        values(&mut client, None, None).await?,
        Some(many(["a", "b", "c"]))
    );
    assert_eq!(append(&mut client, ["d", "e"], 4).await?, 4);
    assert_eq!(
        values(&mut client, None, None).await?,
        Some(many(["b", "c", "d", "e"]))
    );
    let push = ListPushFrontRequest {
        list_name: list_name.clone(),
        value: bytes("front"),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
        truncate_back_to_size: 2,
    };
    assert_eq!(call!(client.list_push_front(push))?.list_length, 2);
    let push = ListPushBackRequest {
        list_name: list_name.clone(),
        value: bytes("back"),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
        truncate_front_to_size: 0,
    };
    assert_eq!(call!(client.list_push_back(push))?.list_length, 3);
    assert_eq!(
        values(&mut client, None, None).await?,
        Some(many(["front", "b", "back"]))
    );
    let found = call!(client.list_length(length))?.list;
    assert_eq!(
        found,
        Some(list_length_response::List::Found(
            list_length_response::Found { length: 3 }
        ))
    );

    let pop_front = ListPopFrontRequest {
        list_name: list_name.clone(),
    };
    let pop_back = ListPopBackRequest { list_name };
    let found = call!(client.list_pop_front(pop_front.clone()))?.list;
    let expected = list_pop_front_response::Found {
        front: bytes("front"),
        list_length: 2,
    };
    assert_eq!(found, Some(list_pop_front_response::List::Found(expected)));
    let found = call!(client.list_pop_back(pop_back.clone()))?.list;
    let expected = list_pop_back_response::Found {
        back: bytes("back"),
        list_length: 1,
    };
    assert_eq!(found, Some(list_pop_back_response::List::Found(expected)));
    call!(client.list_pop_back(pop_back.clone()))?;
    assert!(matches!(
        call!(client.list_pop_back(pop_back))?.list,
        Some(list_pop_back_response::List::Missing(_))
    ));
    assert!(matches!(
        call!(client.list_pop_front(pop_front))?.list,
        Some(list_pop_front_response::List::Missing(_))
    ));
    assert_eq!(
        values(&mut client, None, None).await?,
        None,
        "an emptied list is missing"
    );
    assert_eq!(append(&mut client, [], 0).await?, 0);
    assert_eq!(
        values(&mut client, None, None).await?,
        None,
        "nothing makes no list"
    );
    Ok(())
}

#[tokio::test]
async fn ranges_of_a_list() -> TestResult {
    let (_server, mut client) = started().await?;
    let cases = [
        ((Some(1), Some(3)), vec!["b", "c"]),
        ((Some(-2), None), vec!["c", "d"]),
        ((None, Some(-3)), vec!["a"]),
        ((Some(-9), Some(9)), vec!["a", "b", "c", "d"]),
        ((Some(2), Some(2)), vec![]),
        ((Some(3), Some(1)), vec![]),
        ((Some(7), None), vec![]),
    ];
    for ((start, end), expected) in cases {
        client.delete(b"list").await?;
        append(&mut client, ["a", "b", "c", "d"], 0).await?;
        let expected: Vec<_> = expected.into_iter().map(bytes).collect();
        assert_eq!(
            values(&mut client, start, end).await?,
            Some(expected.clone()),
            "{start:?} to {end:?}"
        );

        let answer = call!(client.list_retain(ListRetainRequest {
            list_name: bytes("list"),
            start_index: start.map(list_retain_request::StartIndex::InclusiveStart),
            end_index: end.map(list_retain_request::EndIndex::ExclusiveEnd),
            // Of no use without a refresh, and not asked for then.
            ttl_milliseconds: 0,
            refresh_ttl: false,
        }))?;
        let list_length = u32::try_from(expected.len())?;
        assert_eq!(
            answer.list,
            Some(list_retain_response::List::Found(
                list_retain_response::Found { list_length }
            ))
        );
        let left = (!expected.is_empty()).then_some(expected);
        assert_eq!(values(&mut client, None, None).await?, left);
    }
    let retain = ListRetainRequest {
        list_name: bytes("list"),
        ..ListRetainRequest::default()
    };
    assert!(matches!(
        call!(client.list_retain(retain))?.list,
        Some(list_retain_response::List::Missing(_))
    ));
    Ok(())
}

#[tokio::test]
async fn values_leave_the_middle_of_a_list() -> TestResult {
    use list_erase_request::{All, Erase, ListRanges};
    let (_server, mut client) = started().await?;
    let remove = |value| ListRemoveRequest {
        list_name: bytes("list"),
        remove: Some(list_remove_request::Remove::AllElementsWithValue(bytes(
            value,
        ))),
    };
    let erase = |erase| ListEraseRequest {
        list_name: bytes("list"),
        erase,
    };
    assert!(matches!(
        call!(client.list_remove(remove("a")))?.list,
        Some(list_remove_response::List::Missing(_))
    ));
    append(&mut client, ["a", "b", "a", "c", "d", "e"], 0).await?;
    let found = call!(client.list_remove(remove("a")))?.list;
    assert_eq!(
        found,
        Some(list_remove_response::List::Found(
            list_remove_response::Found { list_length: 4 }
        ))
    );
    let range = |begin_index, count| ListRange { begin_index, count };
    let ranges = vec![range(3, u32::MAX), range(0, 1), range(0, 1)];
    let found = call!(client.list_erase(erase(Some(Erase::Some(ListRanges { ranges })))))?.list;
    assert_eq!(
        found,
        Some(list_erase_response::List::Found(
            list_erase_response::Found { list_length: 2 }
        ))
    );
    assert_eq!(
        values(&mut client, None, None).await?,
        Some(many(["c", "d"]))
    );
    let found = call!(client.list_erase(erase(Some(Erase::All(All {})))))?.list;
    assert_eq!(
        found,
        Some(list_erase_response::List::Found(
            list_erase_response::Found { list_length: 0 }
        ))
    );
    assert_eq!(values(&mut client, None, None).await?, None);
    assert!(matches!(
        call!(client.list_erase(erase(Some(Erase::All(All {})))))?.list,
        Some(list_erase_response::List::Missing(_))
    ));
    assert_eq!(
        code(&call!(client.list_erase(erase(None)))),
        Code::InvalidArgument
    );
    let nothing = ListRemoveRequest {
        list_name: bytes("list"),
        remove: None,
    };
    assert_eq!(
        code(&call!(client.list_remove(nothing))),
        Code::InvalidArgument
    );
    Ok(())
}
