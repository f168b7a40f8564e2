//! Ranges that can hold nothing.
//!
//! The official Node SDK refuses some of them, the Python SDK sends them and the service answers with an empty
//! collection. Each binding does as its official SDK does, so this is for whoever asks.

use super::{Request, ScoreBound};
use crate::error::{Error, Result};

impl Request {
    /// Fails for a range that the official Node SDK refuses.
    pub fn check_ranges(&self) -> Result<()> {
        match self {
            Self::ListFetch {
                start_index,
                end_index,
                ..
            }
            | Self::ListRetain {
                start_index,
                end_index,
                ..
            } => indexes(*start_index, *end_index),
            Self::SortedSetFetchByRank {
                start_rank,
                end_rank,
                ..
            } => ranks(*start_rank, *end_rank),
            Self::SortedSetFetchByScore {
                min_score,
                max_score,
                ..
            }
            | Self::SortedSetLengthByScore {
                min_score,
                max_score,
                ..
            } => scores(*min_score, *max_score),
            _ => Ok(()),
        }
    }
}

/// As the official SDK has it: a start beyond the first place or an end counted from the end is sent.
fn indexes(start: Option<i32>, end: Option<i32>) -> Result<()> {
    match (start, end) {
        (Some(start), Some(end)) if start <= 0 && end >= 0 && end <= start => {
            Err(Error::invalid_argument(
                "endIndex (exclusive) must be larger than startIndex (inclusive)",
            ))
        }
        _ => Ok(()),
    }
}

fn ranks(start: Option<i32>, end: Option<i32>) -> Result<()> {
    match (start, end) {
        (Some(start), Some(end)) if start < 0 && end < 0 && start >= end => Err(
            Error::invalid_argument("negative start rank must be less than negative end rank"),
        ),
        (Some(start), Some(end)) if start > 0 && end > 0 && start > end => Err(
            Error::invalid_argument("start rank must be less than end rank"),
        ),
        _ => Ok(()),
    }
}

fn scores(min: Option<ScoreBound>, max: Option<ScoreBound>) -> Result<()> {
    match (min, max) {
        (Some(min), Some(max)) if min.score() > max.score() => Err(Error::invalid_argument(
            "minScore must be less than or equal to maxScore",
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_refused_where_the_official_sdk_does() {
        assert!(indexes(Some(0), Some(0)).is_err());
        for (start, end) in [(0, 1), (2, 2), (-1, -2), (5, -1), (-3, 0)] {
            assert!(indexes(Some(start), Some(end)).is_ok(), "{start}..{end}");
        }
        assert!(indexes(None, Some(0)).is_ok());
        for (start, end) in [(2, 1), (-1, -2), (-1, -1)] {
            assert!(ranks(Some(start), Some(end)).is_err(), "{start}..{end}");
        }
        for (start, end) in [(0, 0), (1, 1), (1, 0), (-1, 0), (1, -1)] {
            assert!(ranks(Some(start), Some(end)).is_ok(), "{start}..{end}");
        }
        let bound = |score| Some(ScoreBound::Inclusive(score));
        assert!(scores(bound(1.0), bound(1.0)).is_ok());
        assert!(scores(bound(2.0), bound(1.0)).is_err());
        assert!(scores(None, bound(1.0)).is_ok());
    }
}
