//! Arguments that are more than a text, bytes or a number.

use std::time::Duration;

/// How long a collection lives, and whether an update starts that time anew.
///
/// ```
/// use momento_lambda_core::operation::CollectionTtl;
/// use std::time::Duration;
/// let ttl = CollectionTtl::of(Duration::from_mins(5)).without_refresh();
/// assert!(!ttl.refresh);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CollectionTtl {
    /// The time; the client's default where `None`.
    pub ttl: Option<Duration>,
    /// Whether the update of a collection that exists starts its time anew. A new one always takes it.
    pub refresh: bool,
}

impl CollectionTtl {
    /// The client's default, anew with each update.
    #[must_use]
    pub const fn from_cache_ttl() -> Self {
        Self {
            ttl: None,
            refresh: true,
        }
    }

    /// This time, anew with each update.
    #[must_use]
    pub const fn of(ttl: Duration) -> Self {
        Self {
            ttl: Some(ttl),
            refresh: true,
        }
    }

    /// The same, but an update leaves the time of a collection that exists alone.
    #[must_use]
    pub const fn without_refresh(self) -> Self {
        Self {
            refresh: false,
            ..self
        }
    }
}

impl Default for CollectionTtl {
    fn default() -> Self {
        Self::from_cache_ttl()
    }
}

/// An item of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchItem {
    /// Its key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// Its time to live; the batch's where `None`.
    pub ttl: Option<Duration>,
}

/// The order of a sorted set's elements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// The lowest score first.
    #[default]
    Ascending,
    /// The highest score first.
    Descending,
}

/// An end of a range of scores.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScoreBound {
    /// This score belongs to the range.
    Inclusive(f64),
    /// This score does not.
    Exclusive(f64),
}

impl ScoreBound {
    /// The score, either way.
    #[must_use]
    pub const fn score(self) -> f64 {
        match self {
            Self::Inclusive(score) | Self::Exclusive(score) => score,
        }
    }
}

/// A sorted set that goes into a union.
#[derive(Clone, Debug, PartialEq)]
pub struct SortedSetSource {
    /// Its name.
    pub sorted_set_name: String,
    /// What its scores are multiplied by.
    pub weight: f32,
}

/// How the scores that an element has in several sorted sets become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregate {
    /// Their sum.
    #[default]
    Sum,
    /// The lowest.
    Min,
    /// The highest.
    Max,
}
