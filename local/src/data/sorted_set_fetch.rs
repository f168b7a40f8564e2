//! Sorted sets: ranges of ranks and of scores.

use std::time::Instant;

use momento_protos::cache_client as wire;
use momento_protos::common::Unbounded;
use tonic::Status;
use wire::sorted_set_fetch_request::{ByIndex, ByScore, Order as Asked, Range, by_index, by_score};

use crate::cache::{Cache, IndexRange, Limit, Order, Score, SortedSet};
use crate::status;

pub(super) fn sorted_set_fetch(
    cache: &Cache,
    request: wire::SortedSetFetchRequest,
    now: Instant,
) -> Result<wire::SortedSetFetchResponse, Status> {
    use wire::sorted_set_fetch_response::{Found, Missing, SortedSet as Answer};
    let order = match Asked::try_from(request.order) {
        Ok(Asked::Ascending) => Order::Ascending,
        Ok(Asked::Descending) => Order::Descending,
        Err(_) => return Err(status::unknown_value("order", request.order)),
    };
    let with_scores = request.with_scores;
    let found = match request.range.unwrap_or(Range::ByIndex(ByIndex::default())) {
        Range::ByIndex(asked) => {
            let range = index_range(asked);
            cache.read(&request.set_name, now, |set: &SortedSet| {
                elements(set.by_rank(range, order), with_scores)
            })?
        }
        Range::ByScore(asked) => {
            let (min, max) = limits(asked)?;
            let offset = super::size(asked.offset);
            // A negative count is none; 0, which a client has to send itself, is 0.
            let count = u32::try_from(asked.count).ok().map(super::size);
            cache.read(&request.set_name, now, |set: &SortedSet| {
                elements(set.by_score(min, max, order, offset, count), with_scores)
            })?
        }
    };
    Ok(wire::SortedSetFetchResponse {
        sorted_set: Some(match found {
            Some(elements) => Answer::Found(Found {
                elements: Some(elements),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}

fn elements(
    pairs: Vec<(&[u8], Score)>,
    with_scores: bool,
) -> wire::sorted_set_fetch_response::found::Elements {
    use wire::sorted_set_fetch_response::found::{Elements, Values, ValuesWithScores};
    let pairs = pairs.into_iter();
    if with_scores {
        let element = |(value, score): (&[u8], Score)| wire::SortedSetElement {
            value: value.to_vec(),
            score: score.get(),
        };
        Elements::ValuesWithScores(ValuesWithScores {
            elements: pairs.map(element).collect(),
        })
    } else {
        Elements::Values(Values {
            values: pairs.map(|(value, _)| value.to_vec()).collect(),
        })
    }
}

fn index_range(asked: ByIndex) -> IndexRange {
    IndexRange {
        start: match asked.start {
            Some(by_index::Start::InclusiveStartIndex(index)) => Some(index),
            Some(by_index::Start::UnboundedStart(Unbounded {})) | None => None,
        },
        end: match asked.end {
            Some(by_index::End::ExclusiveEndIndex(index)) => Some(index),
            Some(by_index::End::UnboundedEnd(Unbounded {})) | None => None,
        },
    }
}

fn limits(asked: ByScore) -> Result<(Limit, Limit), Status> {
    let limit = |asked: by_score::Score| -> Result<Limit, Status> {
        let score = Score::new(asked.score)?;
        Ok(if asked.exclusive {
            Limit::Exclusive(score)
        } else {
            Limit::Inclusive(score)
        })
    };
    let min = match asked.min {
        Some(by_score::Min::MinScore(score)) => limit(score)?,
        Some(by_score::Min::UnboundedMin(Unbounded {})) | None => Limit::Unbounded,
    };
    let max = match asked.max {
        Some(by_score::Max::MaxScore(score)) => limit(score)?,
        Some(by_score::Max::UnboundedMax(Unbounded {})) | None => Limit::Unbounded,
    };
    Ok((min, max))
}

pub(super) fn sorted_set_length_by_score(
    cache: &Cache,
    request: wire::SortedSetLengthByScoreRequest,
    now: Instant,
) -> Result<wire::SortedSetLengthByScoreResponse, Status> {
    use wire::sorted_set_length_by_score_request::{Max, Min};
    use wire::sorted_set_length_by_score_response::{Found, Missing, SortedSet as Answer};
    let min = match request.min {
        Some(Min::InclusiveMin(score)) => Limit::Inclusive(Score::new(score)?),
        Some(Min::ExclusiveMin(score)) => Limit::Exclusive(Score::new(score)?),
        Some(Min::UnboundedMin(Unbounded {})) | None => Limit::Unbounded,
    };
    let max = match request.max {
        Some(Max::InclusiveMax(score)) => Limit::Inclusive(Score::new(score)?),
        Some(Max::ExclusiveMax(score)) => Limit::Exclusive(Score::new(score)?),
        Some(Max::UnboundedMax(Unbounded {})) | None => Limit::Unbounded,
    };
    let found = cache.read(&request.set_name, now, |set: &SortedSet| {
        set.count(min, max)
    })?;
    Ok(wire::SortedSetLengthByScoreResponse {
        sorted_set: Some(match found {
            Some(length) => Answer::Found(Found {
                length: super::length(length),
            }),
            None => Answer::Missing(Missing {}),
        }),
    })
}
