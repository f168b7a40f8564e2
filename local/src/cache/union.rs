//! The union of sorted sets, scores weighted and put together.

use std::collections::HashMap;

use crate::cache::sorted_set::Score;
use crate::cache::{Refusal, SortedSet};

/// How the scores of a value that is in several sets become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Min,
    Max,
}

/// A union in the making.
#[derive(Debug)]
pub(crate) struct Union {
    aggregate: Aggregate,
    scores: HashMap<Vec<u8>, f64>,
}

impl Union {
    pub(crate) fn new(aggregate: Aggregate) -> Self {
        Self {
            aggregate,
            scores: HashMap::new(),
        }
    }

    /// Adds a set. A score that would be not a number, as infinity times 0 is, is refused.
    pub(crate) fn add(&mut self, set: &SortedSet, weight: f64) -> Result<(), Refusal> {
        for (value, score) in set.iter() {
            let weighted = Score::new(score.get() * weight)?.get();
            if let Some(before) = self.scores.get_mut(value) {
                *before = match self.aggregate {
                    Aggregate::Sum => Score::new(*before + weighted)?.get(),
                    Aggregate::Min => before.min(weighted),
                    Aggregate::Max => before.max(weighted),
                };
            } else {
                self.scores.insert(value.to_vec(), weighted);
            }
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<SortedSet, Refusal> {
        let mut set = SortedSet::default();
        for (value, score) in self.scores {
            set.put(value, Score::new(score)?);
        }
        Ok(set)
    }
}
