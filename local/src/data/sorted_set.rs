//! Sorted sets: written and counted. `src/data/sorted_set_fetch.rs` reads their ranges.

use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;

use crate::cache::{Aggregate, Cache, Order, Score, SortedSet};
use crate::{limits, status};

pub(super) fn sorted_set_put(
    cache: &Cache,
    request: wire::SortedSetPutRequest,
    now: Instant,
) -> Result<wire::SortedSetPutResponse, Status> {
    let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
    let mut elements = Vec::with_capacity(request.elements.len());
    for element in request.elements {
        elements.push((element.value, Score::new(element.score)?));
    }
    cache.write(&request.set_name, ttl, now, |set: &mut SortedSet| {
        for (value, score) in elements {
            set.put(value, score);
        }
        Ok(())
    })?;
    Ok(wire::SortedSetPutResponse {})
}

pub(super) fn sorted_set_increment(
    cache: &Cache,
    request: wire::SortedSetIncrementRequest,
    now: Instant,
) -> Result<wire::SortedSetIncrementResponse, Status> {
    let ttl = limits::collection_ttl(request.ttl_milliseconds, request.refresh_ttl)?;
    let amount = Score::new(request.amount)?;
    let score = cache.write(&request.set_name, ttl, now, |set: &mut SortedSet| {
        set.increment(request.value, amount)
    })?;
    Ok(wire::SortedSetIncrementResponse { score: score.get() })
}

pub(super) fn sorted_set_remove(
    cache: &Cache,
    request: wire::SortedSetRemoveRequest,
    now: Instant,
) -> Result<wire::SortedSetRemoveResponse, Status> {
    use wire::sorted_set_remove_request::RemoveElements;
    let remove = request
        .remove_elements
        .ok_or_else(|| status::missing("remove_elements"))?;
    cache.change(
        &request.set_name,
        None,
        now,
        |set: &mut SortedSet| match remove {
            RemoveElements::All(_) => *set = SortedSet::default(),
            RemoveElements::Some(some) => {
                for value in &some.values {
                    set.remove(value);
                }
            }
        },
    )?;
    Ok(wire::SortedSetRemoveResponse {})
}

pub(super) fn sorted_set_get_score(
    cache: &Cache,
    request: wire::SortedSetGetScoreRequest,
    now: Instant,
) -> Result<wire::SortedSetGetScoreResponse, Status> {
    use wire::sorted_set_get_score_response::{
        SortedSet as Answer, SortedSetFound, SortedSetGetScoreResponsePart, SortedSetMissing,
    };
    let part = |score: Option<Score>| SortedSetGetScoreResponsePart {
        result: super::hit_or_miss(score.is_some()),
        score: score.map_or(0.0, Score::get),
    };
    let found = cache.read(&request.set_name, now, |set: &SortedSet| {
        let values = request.values.iter();
        values.map(|value| part(set.score(value))).collect()
    })?;
    Ok(wire::SortedSetGetScoreResponse {
        sorted_set: Some(match found {
            Some(elements) => Answer::Found(SortedSetFound { elements }),
            None => Answer::Missing(SortedSetMissing {}),
        }),
    })
}

pub(super) fn sorted_set_get_rank(
    cache: &Cache,
    request: wire::SortedSetGetRankRequest,
    now: Instant,
) -> Result<wire::SortedSetGetRankResponse, Status> {
    use wire::sorted_set_get_rank_request::Order as Asked;
    use wire::sorted_set_get_rank_response::{Rank as Answer, RankResponsePart};
    let order = match Asked::try_from(request.order) {
        Ok(Asked::Ascending) => Order::Ascending,
        Ok(Asked::Descending) => Order::Descending,
        Err(_) => return Err(status::unknown_value("order", request.order)),
    };
    let found = cache.read(&request.set_name, now, |set: &SortedSet| {
        set.rank(&request.value, order)
    })?;
    // Not `missing` where there is no such sorted set: the official Python SDK can't read that.
    let rank = found.flatten();
    Ok(wire::SortedSetGetRankResponse {
        rank: Some(Answer::ElementRank(RankResponsePart {
            result: super::hit_or_miss(rank.is_some()),
            rank: rank.map_or(0, |rank| u64::try_from(rank).unwrap_or(u64::MAX)),
        })),
    })
}

pub(super) fn sorted_set_length(
    cache: &Cache,
    request: wire::SortedSetLengthRequest,
    now: Instant,
) -> Result<wire::SortedSetLengthResponse, Status> {
    use wire::sorted_set_length_response::{Found, Missing, SortedSet as Answer};
    let found = cache.read(&request.set_name, now, SortedSet::len)?;
    Ok(wire::SortedSetLengthResponse {
        sorted_set: Some(match found {
            Some(length) => Answer::Found(Found {
                length: super::length(length),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

pub(super) fn sorted_set_union_store(
    cache: &Cache,
    request: wire::SortedSetUnionStoreRequest,
    now: Instant,
) -> Result<wire::SortedSetUnionStoreResponse, Status> {
    use wire::sorted_set_union_store_request::AggregateFunction;
    let ttl = limits::ttl(request.ttl_milliseconds)?;
    if request.sources.is_empty() {
        return Err(status::missing("sources"));
    }
    let aggregate = match AggregateFunction::try_from(request.aggregate) {
        Ok(AggregateFunction::Sum) => Aggregate::Sum,
        Ok(AggregateFunction::Min) => Aggregate::Min,
        Ok(AggregateFunction::Max) => Aggregate::Max,
        Err(_) => return Err(status::unknown_value("aggregate", request.aggregate)),
    };
    let sources = request.sources.into_iter();
    let sources: Vec<_> = sources
        .map(|source| (source.set_name, f64::from(source.weight)))
        .collect();
    let length = cache.store_union(&request.set_name, &sources, aggregate, ttl, now)?;
    Ok(wire::SortedSetUnionStoreResponse {
        length: super::length(length),
    })
}
