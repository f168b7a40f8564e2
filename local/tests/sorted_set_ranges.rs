//! Ranges of sorted sets over the wire.

mod common;

use common::{TestResult, bytes, call, code, many, started};
use momento_protos::cache_client::sorted_set_fetch_request::{
    ByIndex, ByScore, Order, Range, by_index, by_score,
};
use momento_protos::cache_client::sorted_set_fetch_response::found::{Elements, Values};
use momento_protos::cache_client::sorted_set_length_by_score_request::{Max, Min};

use common::sorted::{fetch, fetch_all, pairs, put};
use momento_protos::cache_client::{
    SortedSetFetchRequest, SortedSetLengthByScoreRequest, sorted_set_fetch_response,
    sorted_set_length_by_score_response,
};
use tonic::Code;

#[tokio::test]
async fn ranges_of_ranks() -> TestResult {
    let (_server, mut client) = started().await?;
    assert_eq!(fetch_all(&mut client, "set").await?, None);
    put(
        &mut client,
        "set",
        [("b", 1.0), ("c", 2.0), ("a", 1.0), ("d", f64::NEG_INFINITY)],
    )
    .await?;
    let all = Some(pairs([
        ("d", f64::NEG_INFINITY),
        ("a", 1.0),
        ("b", 1.0),
        ("c", 2.0),
    ]));
    assert_eq!(fetch_all(&mut client, "set").await?, all);
    let by_index = |start: Option<i32>, end: Option<i32>| {
        Some(Range::ByIndex(ByIndex {
            start: start.map(by_index::Start::InclusiveStartIndex),
            end: end.map(by_index::End::ExclusiveEndIndex),
        }))
    };
    for (order, start, end, expected) in [
        (
            Order::Ascending,
            Some(1),
            Some(3),
            Some(pairs([("a", 1.0), ("b", 1.0)])),
        ),
        (
            Order::Descending,
            Some(1),
            Some(3),
            Some(pairs([("b", 1.0), ("a", 1.0)])),
        ),
        (Order::Ascending, Some(-1), None, Some(pairs([("c", 2.0)]))),
        (
            Order::Descending,
            Some(-1),
            None,
            Some(pairs([("d", f64::NEG_INFINITY)])),
        ),
        (Order::Ascending, None, Some(-4), Some(pairs([]))),
        (Order::Ascending, Some(9), Some(12), Some(pairs([]))),
    ] {
        let range = by_index(start, end);
        assert_eq!(
            fetch(&mut client, "set", order, range).await?,
            expected,
            "{order:?} {range:?}"
        );
    }
    let answer = call!(client.sorted_set_fetch(SortedSetFetchRequest {
        set_name: bytes("set"),
        order: Order::Descending.into(),
        with_scores: false,
        range: by_index(None, Some(2)),
    }))?;
    let elements = Some(Elements::Values(Values {
        values: many(["c", "b"]),
    }));
    let expected = sorted_set_fetch_response::Found { elements };
    assert_eq!(
        answer.sorted_set,
        Some(sorted_set_fetch_response::SortedSet::Found(expected))
    );
    let wrong = SortedSetFetchRequest {
        order: 7,
        ..SortedSetFetchRequest::default()
    };
    assert_eq!(
        code(&call!(client.sorted_set_fetch(wrong))),
        Code::InvalidArgument
    );
    Ok(())
}

#[tokio::test]
async fn ranges_of_scores() -> TestResult {
    let (_server, mut client) = started().await?;
    put(
        &mut client,
        "set",
        [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)],
    )
    .await?;
    let at = |score, exclusive| by_score::Score { score, exclusive };
    let by_score = |min: Option<by_score::Score>, max: Option<by_score::Score>, offset, count| {
        Range::ByScore(ByScore {
            min: min.map(by_score::Min::MinScore),
            max: max.map(by_score::Max::MaxScore),
            offset,
            count,
        })
    };
    let (up, down) = (Order::Ascending, Order::Descending);
    for (order, range, expected) in [
        (
            up,
            by_score(Some(at(2.0, false)), Some(at(3.0, false)), 0, -1),
            Some(pairs([("b", 2.0), ("c", 3.0)])),
        ),
        (
            up,
            by_score(Some(at(2.0, true)), Some(at(4.0, true)), 0, -1),
            Some(pairs([("c", 3.0)])),
        ),
        (
            up,
            by_score(None, None, 1, 2),
            Some(pairs([("b", 2.0), ("c", 3.0)])),
        ),
        (
            down,
            by_score(None, Some(at(3.0, false)), 1, -1),
            Some(pairs([("b", 2.0), ("a", 1.0)])),
        ),
        (up, by_score(None, None, 0, 0), Some(pairs([]))),
        (
            up,
            by_score(None, None, u32::MAX, i32::MAX),
            Some(pairs([])),
        ),
        (
            up,
            by_score(Some(at(3.0, false)), Some(at(2.0, false)), 0, -1),
            Some(pairs([])),
        ),
        (
            up,
            by_score(Some(at(f64::INFINITY, true)), None, 0, -1),
            Some(pairs([])),
        ),
    ] {
        assert_eq!(
            fetch(&mut client, "set", order, Some(range)).await?,
            expected,
            "{order:?} {range:?}"
        );
    }
    let nan = by_score(Some(at(f64::NAN, false)), None, 0, -1);
    assert_eq!(
        code(&fetch(&mut client, "set", up, Some(nan)).await),
        Code::InvalidArgument
    );

    Ok(())
}

#[tokio::test]
async fn lengths_by_score() -> TestResult {
    let (_server, mut client) = started().await?;
    put(
        &mut client,
        "set",
        [("a", 1.0), ("b", 2.0), ("c", 3.0), ("d", 4.0)],
    )
    .await?;
    for (min, max, length) in [
        (
            Some(Min::InclusiveMin(2.0)),
            Some(Max::InclusiveMax(3.0)),
            2,
        ),
        (
            Some(Min::ExclusiveMin(2.0)),
            Some(Max::ExclusiveMax(4.0)),
            1,
        ),
        (Some(Min::ExclusiveMin(4.0)), None, 0),
        (None, None, 4),
    ] {
        let request = SortedSetLengthByScoreRequest {
            set_name: bytes("set"),
            min,
            max,
        };
        let expected = sorted_set_length_by_score_response::Found { length };
        assert_eq!(
            call!(client.sorted_set_length_by_score(request))?.sorted_set,
            Some(sorted_set_length_by_score_response::SortedSet::Found(
                expected
            )),
            "{min:?} {max:?}"
        );
    }
    let missing =
        call!(client.sorted_set_length_by_score(SortedSetLengthByScoreRequest::default()))?;
    assert!(matches!(
        missing.sorted_set,
        Some(sorted_set_length_by_score_response::SortedSet::Missing(_))
    ));
    Ok(())
}
