//! A sorted set: values, each with a score, in the order of their scores; equal scores in the order of their values.
//!
//! Two indexes share the values: one finds a score by its value, one has the order. A rank is counted, not looked up:
//! a tree that knows its ranks would be a library more, for a server that tests are run against.
//!
//! Not a number has no place in an order and is refused before it gets here.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::cache::Refusal;
use crate::cache::range::IndexRange;

/// Which end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Ascending,
    Descending,
}

/// Where a range of scores ends on one side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    Unbounded,
    Inclusive(Score),
    Exclusive(Score),
}

/// A score that has a place in the order: not NaN, and of the two zeros only one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Score(f64);

impl Score {
    pub(crate) fn new(score: f64) -> Result<Self, Refusal> {
        if score.is_nan() {
            return Err(Refusal::NotANumber);
        }
        // The sum of the two zeros is the positive one.
        Ok(Self(score + 0.0))
    }

    pub(crate) fn get(self) -> f64 {
        self.0
    }

    fn next(self) -> Self {
        Self(self.0.next_up() + 0.0)
    }

    fn is_last(self) -> bool {
        self.0 == f64::INFINITY
    }
}

impl PartialEq for Score {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

type Entry = (Score, Arc<[u8]>);

/// The values and their scores.
#[derive(Debug, Default)]
pub(crate) struct SortedSet {
    by_value: HashMap<Arc<[u8]>, Score>,
    by_score: BTreeSet<Entry>,
}

impl SortedSet {
    pub(crate) fn len(&self) -> usize {
        self.by_value.len()
    }

    pub(crate) fn put(&mut self, value: impl Into<Arc<[u8]>>, score: Score) {
        let value = value.into();
        self.remove(&value);
        self.by_score.insert((score, Arc::clone(&value)));
        self.by_value.insert(value, score);
    }

    pub(crate) fn score(&self, value: &[u8]) -> Option<Score> {
        self.by_value.get(value).copied()
    }

    pub(crate) fn remove(&mut self, value: &[u8]) {
        if let Some((value, score)) = self.by_value.remove_entry(value) {
            self.by_score.remove(&(score, value));
        }
    }

    /// Adds to a value's score; a missing value counts as 0.
    pub(crate) fn increment(&mut self, value: Vec<u8>, amount: Score) -> Result<Score, Refusal> {
        let before = self.score(&value).map_or(0.0, Score::get);
        let score = Score::new(before + amount.get())?;
        self.put(value, score);
        Ok(score)
    }

    /// How many values come before this one.
    pub(crate) fn rank(&self, value: &[u8], order: Order) -> Option<usize> {
        let (value, score) = self.by_value.get_key_value(value)?;
        let entry = (*score, Arc::clone(value));
        let lower = self.by_score.range(..entry).count();
        Some(match order {
            Order::Ascending => lower,
            Order::Descending => self.len() - 1 - lower,
        })
    }

    /// The values of a range of ranks.
    pub(crate) fn by_rank(&self, range: IndexRange, order: Order) -> Vec<(&[u8], Score)> {
        let range = range.of(self.len());
        page(self.by_score.iter(), order, range.start, Some(range.len()))
    }

    /// The values of a range of scores: of these, as many as `count` says after the first `offset`.
    pub(crate) fn by_score(
        &self,
        min: Limit,
        max: Limit,
        order: Order,
        offset: usize,
        count: Option<usize>,
    ) -> Vec<(&[u8], Score)> {
        page(self.between(min, max), order, offset, count)
    }

    /// How many values have a score in a range.
    pub(crate) fn count(&self, min: Limit, max: Limit) -> usize {
        self.between(min, max).count()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&[u8], Score)> {
        self.by_score
            .iter()
            .map(|(score, value)| (&**value, *score))
    }

    /// The entries of a range of scores. The empty value is the first of its score, so the first entry of a score
    /// stands where the range starts, and the first of the next score where it ends.
    fn between(&self, min: Limit, max: Limit) -> impl DoubleEndedIterator<Item = &Entry> {
        let first = |score: Score| (score, Arc::from([]));
        let start = match min {
            Limit::Unbounded => Some(first(Score(f64::NEG_INFINITY))),
            Limit::Inclusive(score) => Some(first(score)),
            Limit::Exclusive(score) if score.is_last() => None,
            Limit::Exclusive(score) => Some(first(score.next())),
        };
        let end = match max {
            Limit::Unbounded => None,
            Limit::Inclusive(score) if score.is_last() => None,
            Limit::Inclusive(score) => Some(first(score.next())),
            Limit::Exclusive(score) => Some(first(score)),
        };
        let entries = match (start, end) {
            (Some(start), None) => Some(self.by_score.range(start..)),
            (Some(start), Some(end)) if start < end => Some(self.by_score.range(start..end)),
            _ => None,
        };
        entries.into_iter().flatten()
    }
}

fn page<'entries>(
    entries: impl DoubleEndedIterator<Item = &'entries Entry>,
    order: Order,
    offset: usize,
    count: Option<usize>,
) -> Vec<(&'entries [u8], Score)> {
    let count = count.unwrap_or(usize::MAX);
    let pair = |(score, value): &'entries Entry| (&**value, *score);
    match order {
        Order::Ascending => entries.skip(offset).take(count).map(pair).collect(),
        Order::Descending => entries.rev().skip(offset).take(count).map(pair).collect(),
    }
}
