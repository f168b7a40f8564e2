//! Sorted sets.

use super::super::call::Call;
use super::super::reply::Reply;
use super::super::{Aggregate, CollectionTtl, ScoreBound, SortOrder, SortedSetSource};
use super::{counted, incomplete, lifetime};
use crate::error::Result;
use momento_protos::cache_client::sorted_set_fetch_request::{
    ByIndex, ByScore, Order, Range, by_index, by_score,
};
use momento_protos::cache_client::sorted_set_fetch_response::{self, found::Elements};
use momento_protos::cache_client::sorted_set_remove_request::{
    RemoveElements, Some as SomeElements,
};
use momento_protos::cache_client::sorted_set_union_store_request::{AggregateFunction, Source};
use momento_protos::cache_client::{
    ECacheResult, SortedSetElement, SortedSetFetchRequest, SortedSetFetchResponse,
    SortedSetGetRankRequest, SortedSetGetRankResponse, SortedSetGetScoreRequest,
    SortedSetGetScoreResponse, SortedSetIncrementRequest, SortedSetIncrementResponse,
    SortedSetLengthByScoreRequest, SortedSetLengthByScoreResponse, SortedSetLengthRequest,
    SortedSetLengthResponse, SortedSetPutRequest, SortedSetPutResponse, SortedSetRemoveRequest,
    SortedSetRemoveResponse, SortedSetUnionStoreRequest, SortedSetUnionStoreResponse,
    sorted_set_get_rank_response, sorted_set_get_score_response,
    sorted_set_length_by_score_request, sorted_set_length_by_score_response,
    sorted_set_length_response,
};
use momento_protos::common::Unbounded;

pub(in super::super) async fn sorted_set_put_element(
    call: Call<'_>,
    sorted_set_name: String,
    value: Vec<u8>,
    score: f64,
    ttl: CollectionTtl,
) -> Result<Reply> {
    sorted_set_put_elements(call, sorted_set_name, vec![(value, score)], ttl).await
}

pub(in super::super) async fn sorted_set_put_elements(
    call: Call<'_>,
    sorted_set_name: String,
    elements: Vec<(Vec<u8>, f64)>,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let elements = elements.into_iter();
    let request = SortedSetPutRequest {
        set_name: sorted_set_name.into(),
        elements: elements
            .map(|(value, score)| SortedSetElement { value, score })
            .collect(),
        ttl_milliseconds,
        refresh_ttl,
    };
    let _: SortedSetPutResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

async fn fetch(
    call: Call<'_>,
    sorted_set_name: String,
    order: SortOrder,
    range: Range,
) -> Result<Reply> {
    let order = match order {
        SortOrder::Ascending => Order::Ascending,
        SortOrder::Descending => Order::Descending,
    };
    let request = SortedSetFetchRequest {
        set_name: sorted_set_name.into(),
        order: order.into(),
        with_scores: true,
        range: Some(range),
    };
    let reply: SortedSetFetchResponse = call.unary(request).await?;
    match reply.sorted_set {
        Some(sorted_set_fetch_response::SortedSet::Found(found)) => match found.elements {
            Some(Elements::ValuesWithScores(found)) => {
                let elements = found.elements.into_iter();
                let elements = elements.map(|element| (element.value, element.score));
                Ok(Reply::SortedSet(elements.collect()))
            }
            // Nothing in the range may come as nothing at all.
            None => Ok(Reply::SortedSet(Vec::new())),
            Some(Elements::Values(_)) => Err(incomplete(&call)),
        },
        Some(sorted_set_fetch_response::SortedSet::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn sorted_set_fetch_by_rank(
    call: Call<'_>,
    sorted_set_name: String,
    start_rank: Option<i32>,
    end_rank: Option<i32>,
    sort_order: SortOrder,
) -> Result<Reply> {
    use by_index::{End, Start};
    let range = Range::ByIndex(ByIndex {
        start: Some(start_rank.map_or(
            Start::UnboundedStart(Unbounded {}),
            Start::InclusiveStartIndex,
        )),
        end: Some(end_rank.map_or(End::UnboundedEnd(Unbounded {}), End::ExclusiveEndIndex)),
    });
    fetch(call, sorted_set_name, sort_order, range).await
}

pub(in super::super) async fn sorted_set_fetch_by_score(
    call: Call<'_>,
    sorted_set_name: String,
    min_score: Option<ScoreBound>,
    max_score: Option<ScoreBound>,
    sort_order: SortOrder,
    offset: Option<u32>,
    count: Option<u32>,
) -> Result<Reply> {
    use by_score::{Max, Min, Score};
    let score = |bound: ScoreBound| Score {
        score: bound.score(),
        exclusive: matches!(bound, ScoreBound::Exclusive(_)),
    };
    let range = Range::ByScore(ByScore {
        min: Some(min_score.map_or(Min::UnboundedMin(Unbounded {}), |min| {
            Min::MinScore(score(min))
        })),
        max: Some(max_score.map_or(Max::UnboundedMax(Unbounded {}), |max| {
            Max::MaxScore(score(max))
        })),
        offset: offset.unwrap_or_default(),
        // The wire's word for all of them is -1.
        count: count.map_or(-1, |count| i32::try_from(count).unwrap_or(i32::MAX)),
    });
    fetch(call, sorted_set_name, sort_order, range).await
}

/// The scores of the values, in their order; `None` where there is no such sorted set.
async fn scores(
    call: &Call<'_>,
    sorted_set_name: String,
    values: Vec<Vec<u8>>,
) -> Result<Option<Vec<Option<f64>>>> {
    use sorted_set_get_score_response::SortedSet;
    let count = values.len();
    let request = SortedSetGetScoreRequest {
        set_name: sorted_set_name.into(),
        values,
    };
    let reply: SortedSetGetScoreResponse = call.unary(request).await?;
    match reply.sorted_set {
        Some(SortedSet::Found(found)) => {
            counted(call, count, found.elements.len())?;
            let scores = found.elements.into_iter().map(|part| match part.result() {
                ECacheResult::Hit | ECacheResult::Ok => Ok(Some(part.score)),
                ECacheResult::Miss => Ok(None),
                ECacheResult::Invalid => Err(incomplete(call)),
            });
            scores.collect::<Result<_>>().map(Some)
        }
        Some(SortedSet::Missing(_)) => Ok(None),
        None => Err(incomplete(call)),
    }
}

pub(in super::super) async fn sorted_set_get_score(
    call: Call<'_>,
    sorted_set_name: String,
    value: Vec<u8>,
) -> Result<Reply> {
    let scores = scores(&call, sorted_set_name, vec![value.clone()]).await?;
    let score = scores.into_iter().flatten().next().flatten();
    Ok(Reply::ElementScore(value, score))
}

pub(in super::super) async fn sorted_set_get_scores(
    call: Call<'_>,
    sorted_set_name: String,
    values: Vec<Vec<u8>>,
) -> Result<Reply> {
    Ok(
        match scores(&call, sorted_set_name, values.clone()).await? {
            Some(scores) => Reply::Scores(values.into_iter().zip(scores).collect()),
            None => Reply::Miss,
        },
    )
}

pub(in super::super) async fn sorted_set_get_rank(
    call: Call<'_>,
    sorted_set_name: String,
    value: Vec<u8>,
    sort_order: SortOrder,
) -> Result<Reply> {
    use momento_protos::cache_client::sorted_set_get_rank_request::Order;
    use sorted_set_get_rank_response::Rank;
    let order = match sort_order {
        SortOrder::Ascending => Order::Ascending,
        SortOrder::Descending => Order::Descending,
    };
    let request = SortedSetGetRankRequest {
        set_name: sorted_set_name.into(),
        value,
        order: order.into(),
    };
    let reply: SortedSetGetRankResponse = call.unary(request).await?;
    match reply.rank {
        Some(Rank::ElementRank(part)) => match part.result() {
            ECacheResult::Hit | ECacheResult::Ok => Ok(Reply::Rank(part.rank)),
            ECacheResult::Miss => Ok(Reply::Miss),
            ECacheResult::Invalid => Err(incomplete(&call)),
        },
        Some(Rank::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn sorted_set_increment_score(
    call: Call<'_>,
    sorted_set_name: String,
    value: Vec<u8>,
    score: f64,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let (ttl_milliseconds, refresh_ttl) = lifetime(&call, ttl);
    let request = SortedSetIncrementRequest {
        set_name: sorted_set_name.into(),
        value,
        amount: score,
        ttl_milliseconds,
        refresh_ttl,
    };
    let reply: SortedSetIncrementResponse = call.unary(request).await?;
    Ok(Reply::Score(reply.score))
}

pub(in super::super) async fn sorted_set_remove_element(
    call: Call<'_>,
    sorted_set_name: String,
    value: Vec<u8>,
) -> Result<Reply> {
    sorted_set_remove_elements(call, sorted_set_name, vec![value]).await
}

pub(in super::super) async fn sorted_set_remove_elements(
    call: Call<'_>,
    sorted_set_name: String,
    values: Vec<Vec<u8>>,
) -> Result<Reply> {
    let request = SortedSetRemoveRequest {
        set_name: sorted_set_name.into(),
        remove_elements: Some(RemoveElements::Some(SomeElements { values })),
    };
    let _: SortedSetRemoveResponse = call.unary(request).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn sorted_set_length(
    call: Call<'_>,
    sorted_set_name: String,
) -> Result<Reply> {
    use sorted_set_length_response::SortedSet;
    let request = SortedSetLengthRequest {
        set_name: sorted_set_name.into(),
    };
    let reply: SortedSetLengthResponse = call.unary(request).await?;
    match reply.sorted_set {
        Some(SortedSet::Found(found)) => Ok(Reply::Length(found.length.into())),
        Some(SortedSet::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

pub(in super::super) async fn sorted_set_length_by_score(
    call: Call<'_>,
    sorted_set_name: String,
    min_score: Option<ScoreBound>,
    max_score: Option<ScoreBound>,
) -> Result<Reply> {
    use sorted_set_length_by_score_request::{Max, Min};
    use sorted_set_length_by_score_response::SortedSet;
    let request = SortedSetLengthByScoreRequest {
        set_name: sorted_set_name.into(),
        min: Some(match min_score {
            None => Min::UnboundedMin(Unbounded {}),
            Some(ScoreBound::Inclusive(score)) => Min::InclusiveMin(score),
            Some(ScoreBound::Exclusive(score)) => Min::ExclusiveMin(score),
        }),
        max: Some(match max_score {
            None => Max::UnboundedMax(Unbounded {}),
            Some(ScoreBound::Inclusive(score)) => Max::InclusiveMax(score),
            Some(ScoreBound::Exclusive(score)) => Max::ExclusiveMax(score),
        }),
    };
    let reply: SortedSetLengthByScoreResponse = call.unary(request).await?;
    match reply.sorted_set {
        Some(SortedSet::Found(found)) => Ok(Reply::Length(found.length.into())),
        Some(SortedSet::Missing(_)) => Ok(Reply::Miss),
        None => Err(incomplete(&call)),
    }
}

/// A union is a new sorted set each time, so the wire knows no refresh of its time.
pub(in super::super) async fn sorted_set_union_store(
    call: Call<'_>,
    sorted_set_name: String,
    sources: Vec<SortedSetSource>,
    aggregate: Aggregate,
    ttl: CollectionTtl,
) -> Result<Reply> {
    let aggregate = match aggregate {
        Aggregate::Sum => AggregateFunction::Sum,
        Aggregate::Min => AggregateFunction::Min,
        Aggregate::Max => AggregateFunction::Max,
    };
    let (ttl_milliseconds, _) = lifetime(&call, ttl);
    let sources = sources.into_iter();
    let request = SortedSetUnionStoreRequest {
        set_name: sorted_set_name.into(),
        sources: sources
            .map(|source| Source {
                set_name: source.sorted_set_name.into(),
                weight: source.weight,
            })
            .collect(),
        aggregate: aggregate.into(),
        ttl_milliseconds,
    };
    let reply: SortedSetUnionStoreResponse = call.unary(request).await?;
    Ok(Reply::Length(reply.length.into()))
}
