//! Sorted sets over the wire; `sorted_set_ranges.rs` has their ranges.

mod common;

use common::{MINUTE, TestResult, bytes, call, code, many, started};
use momento_protos::cache_client::sorted_set_fetch_request::Order;

use common::sorted::{Pairs, fetch_all, pairs, put};
use momento_protos::cache_client::sorted_set_get_rank_response::RankResponsePart;
use momento_protos::cache_client::sorted_set_get_score_response::SortedSetGetScoreResponsePart;
use momento_protos::cache_client::sorted_set_remove_request::{All, RemoveElements, Some as These};
use momento_protos::cache_client::sorted_set_union_store_request::{AggregateFunction, Source};
use momento_protos::cache_client::{
    ECacheResult, SortedSetGetRankRequest, SortedSetGetScoreRequest, SortedSetIncrementRequest,
    SortedSetLengthRequest, SortedSetRemoveRequest, SortedSetUnionStoreRequest,
    sorted_set_get_rank_response, sorted_set_get_score_response, sorted_set_length_response,
};
use tonic::Code;

#[tokio::test]
async fn scores_and_ranks_of_values() -> TestResult {
    use sorted_set_get_rank_response::Rank;
    let (_server, mut client) = started().await?;
    let scores = SortedSetGetScoreRequest {
        set_name: bytes("set"),
        values: many(["b", "x", "a"]),
    };
    let missing = call!(client.sorted_set_get_score(scores.clone()))?.sorted_set;
    assert!(matches!(
        missing,
        Some(sorted_set_get_score_response::SortedSet::Missing(_))
    ));
    put(&mut client, "set", [("a", 1.5), ("b", -2.0), ("c", 9.0)]).await?;
    let part = |result: ECacheResult, score| SortedSetGetScoreResponsePart {
        result: result.into(),
        score,
    };
    let elements = vec![
        part(ECacheResult::Hit, -2.0),
        part(ECacheResult::Miss, 0.0),
        part(ECacheResult::Hit, 1.5),
    ];
    let expected = sorted_set_get_score_response::SortedSetFound { elements };
    let found = call!(client.sorted_set_get_score(scores))?.sorted_set;
    assert_eq!(
        found,
        Some(sorted_set_get_score_response::SortedSet::Found(expected))
    );

    for (name, value, order, expected) in [
        ("set", "a", Order::Ascending, (ECacheResult::Hit, 1)),
        ("set", "b", Order::Descending, (ECacheResult::Hit, 2)),
        ("set", "x", Order::Ascending, (ECacheResult::Miss, 0)),
        ("other", "a", Order::Ascending, (ECacheResult::Miss, 0)),
    ] {
        let request = SortedSetGetRankRequest {
            set_name: bytes(name),
            value: bytes(value),
            order: order.into(),
        };
        let rank = call!(client.sorted_set_get_rank(request))?.rank;
        let expected = Some(Rank::ElementRank(RankResponsePart {
            result: expected.0.into(),
            rank: expected.1,
        }));
        assert_eq!(rank, expected, "{name} {value}");
    }
    Ok(())
}

#[tokio::test]
async fn scores_change_and_values_leave() -> TestResult {
    let (_server, mut client) = started().await?;
    let increment = |amount| SortedSetIncrementRequest {
        set_name: bytes("set"),
        value: bytes("a"),
        amount,
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    };
    for (amount, expected) in [(2.5, 2.5), (-4.0, -1.5), (f64::INFINITY, f64::INFINITY)] {
        let score = call!(client.sorted_set_increment(increment(amount)))?.score;
        assert!(score.total_cmp(&expected).is_eq(), "{score}");
    }
    for amount in [f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(
            code(&call!(client.sorted_set_increment(increment(amount)))),
            Code::InvalidArgument
        );
    }
    let nan = put(&mut client, "set", [("b", 1.0), ("c", f64::NAN)]).await;
    assert_eq!(code(&nan), Code::InvalidArgument);
    assert_eq!(
        fetch_all(&mut client, "set").await?,
        Some(pairs([("a", f64::INFINITY)]))
    );

    put(&mut client, "set", [("a", 1.0), ("b", 2.0), ("c", 3.0)]).await?;
    let length = SortedSetLengthRequest {
        set_name: bytes("set"),
    };
    let found = call!(client.sorted_set_length(length.clone()))?.sorted_set;
    let expected = sorted_set_length_response::Found { length: 3 };
    assert_eq!(
        found,
        Some(sorted_set_length_response::SortedSet::Found(expected))
    );
    let remove = |remove_elements| SortedSetRemoveRequest {
        set_name: bytes("set"),
        remove_elements,
    };
    let these = RemoveElements::Some(These {
        values: many(["a", "x", "c"]),
    });
    call!(client.sorted_set_remove(remove(Some(these))))?;
    assert_eq!(
        fetch_all(&mut client, "set").await?,
        Some(pairs([("b", 2.0)]))
    );
    call!(client.sorted_set_remove(remove(Some(RemoveElements::All(All {})))))?;
    assert_eq!(fetch_all(&mut client, "set").await?, None);
    let missing = call!(client.sorted_set_length(length))?.sorted_set;
    assert!(matches!(
        missing,
        Some(sorted_set_length_response::SortedSet::Missing(_))
    ));
    assert_eq!(
        code(&call!(client.sorted_set_remove(remove(None)))),
        Code::InvalidArgument
    );
    Ok(())
}

#[tokio::test]
async fn a_union_is_stored() -> TestResult {
    let (_server, mut client) = started().await?;
    put(&mut client, "one", [("a", 1.0), ("b", 2.0)]).await?;
    put(&mut client, "two", [("b", 3.0), ("c", 4.0)]).await?;
    client.set(b"union", b"whatever was there", MINUTE).await?;
    let union = |sources: &[(&str, f32)], aggregate: i32| SortedSetUnionStoreRequest {
        set_name: bytes("union"),
        sources: sources
            .iter()
            .map(|(name, weight)| Source {
                set_name: bytes(name),
                weight: *weight,
            })
            .collect(),
        aggregate,
        ttl_milliseconds: MINUTE,
    };
    for (aggregate, b) in [
        (AggregateFunction::Sum, -4.0),
        (AggregateFunction::Min, -6.0),
        (AggregateFunction::Max, 2.0),
    ] {
        let request = union(
            &[("one", 1.0), ("two", -2.0), ("missing", 1.0)],
            aggregate.into(),
        );
        assert_eq!(call!(client.sorted_set_union_store(request))?.length, 3);
        let mut expected = vec![("a", 1.0_f64), ("b", b), ("c", -8.0)];
        expected.sort_by(|left, right| left.1.total_cmp(&right.1));
        let fetched = fetch_all(&mut client, "union").await?;
        let expected: Pairs = expected
            .into_iter()
            .map(|(value, score)| (value.to_owned(), score))
            .collect();
        assert_eq!(fetched, Some(expected), "{aggregate:?}");
    }
    let request = union(&[("one", 0.0)], 0);
    assert_eq!(call!(client.sorted_set_union_store(request))?.length, 2);
    assert_eq!(
        fetch_all(&mut client, "union").await?,
        Some(pairs([("a", 0.0), ("b", 0.0)]))
    );
    assert_eq!(
        code(&call!(client.sorted_set_union_store(union(&[], 0)))),
        Code::InvalidArgument
    );
    assert_eq!(
        code(&call!(
            client.sorted_set_union_store(union(&[("one", 1.0)], 3))
        )),
        Code::InvalidArgument
    );
    assert_eq!(
        code(&call!(
            client.sorted_set_union_store(union(&[("one", f32::NAN)], 0))
        )),
        Code::InvalidArgument
    );
    assert!(fetch_all(&mut client, "union").await?.is_some());
    let request = union(&[("missing", 1.0)], 0);
    assert_eq!(call!(client.sorted_set_union_store(request))?.length, 0);
    assert_eq!(fetch_all(&mut client, "union").await?, None);
    Ok(())
}
