//! A sorted set against a sorted vector.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Few enough to have equal ones, with all that is special.
const SCORES: [f64; 9] = [
    f64::NEG_INFINITY,
    -1.0,
    -f64::MIN_POSITIVE,
    -0.0,
    0.0,
    f64::MIN_POSITIVE,
    1.0,
    f64::MAX,
    f64::INFINITY,
];

#[derive(Clone, Debug)]
enum Step {
    Put(u8, f64),
    Remove(u8),
    Increment(u8, f64),
}

fn score() -> impl Strategy<Value = f64> {
    proptest::sample::select(&SCORES[..])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8, score()).prop_map(|(value, score)| Step::Put(value, score)),
        1 => (0..12_u8).prop_map(Step::Remove),
        1 => (0..12_u8, score()).prop_map(|(value, amount)| Step::Increment(value, amount)),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Edge {
    Unbounded,
    Inclusive(f64),
    Exclusive(f64),
}

fn edge() -> impl Strategy<Value = Edge> {
    prop_oneof![
        Just(Edge::Unbounded),
        score().prop_map(Edge::Inclusive),
        score().prop_map(Edge::Exclusive),
    ]
}

impl Edge {
    fn limit(self) -> Result<Limit, TestCaseError> {
        Ok(match self {
            Self::Unbounded => Limit::Unbounded,
            Self::Inclusive(score) => Limit::Inclusive(new(score)?),
            Self::Exclusive(score) => Limit::Exclusive(new(score)?),
        })
    }

    fn is_at_most(self, score: f64) -> bool {
        match self {
            Self::Unbounded => true,
            Self::Inclusive(min) => min <= score,
            Self::Exclusive(min) => min < score,
        }
    }

    fn is_at_least(self, score: f64) -> bool {
        match self {
            Self::Unbounded => true,
            Self::Inclusive(max) => max >= score,
            Self::Exclusive(max) => max > score,
        }
    }
}

fn new(score: f64) -> Result<Score, TestCaseError> {
    Score::new(score).map_err(|refusal| TestCaseError::fail(format!("{refusal:?}")))
}

fn pairs(fetched: Vec<(&[u8], Score)>) -> Vec<(u8, f64)> {
    fetched
        .into_iter()
        .map(|(value, score)| (value[0], score.get()))
        .collect()
}

fn in_order(mut pairs: Vec<(u8, f64)>, order: Order) -> Vec<(u8, f64)> {
    if order == Order::Descending {
        pairs.reverse();
    }
    pairs
}

/// A set made by steps, and the same pairs in ascending order.
fn made_by(steps: Vec<Step>) -> Result<(SortedSet, Vec<(u8, f64)>), TestCaseError> {
    let mut set = SortedSet::default();
    let mut model: Vec<(u8, f64)> = Vec::new();
    for step in steps {
        let put = match step {
            Step::Put(value, score) => {
                set.put(vec![value], new(score)?);
                Some((value, score))
            }
            Step::Remove(value) => {
                set.remove(&[value]);
                model.retain(|(kept, _)| *kept != value);
                None
            }
            Step::Increment(value, amount) => {
                let before = model.iter().find(|(known, _)| *known == value);
                let sum = before.map_or(0.0, |(_, score)| *score) + amount;
                let answer = set.increment(vec![value], new(amount)?);
                if sum.is_nan() {
                    prop_assert_eq!(answer, Err(Refusal::NotANumber));
                    None
                } else {
                    prop_assert_eq!(answer.map(Score::get), Ok(sum));
                    Some((value, sum))
                }
            }
        };
        if let Some((value, score)) = put {
            model.retain(|(kept, _)| *kept != value);
            model.push((value, score));
        }
    }
    model.sort_by(|left, right| {
        let scores = left
            .1
            .partial_cmp(&right.1)
            .unwrap_or(std::cmp::Ordering::Equal);
        scores.then(left.0.cmp(&right.0))
    });
    Ok((set, model))
}

proptest! {
    #[test]
    fn it_has_an_order(steps in vec(step(), 0..40), start in -15..15_i32, end in -15..15_i32) {
        let (set, model) = made_by(steps)?;
        prop_assert_eq!(set.len(), model.len());
        for order in [Order::Ascending, Order::Descending] {
            let expected = in_order(model.clone(), order);
            prop_assert_eq!(&pairs(set.by_rank(IndexRange::default(), order)), &expected);
            let range = IndexRange { start: Some(start), end: Some(end) };
            let part = &expected[range.of(expected.len())];
            prop_assert_eq!(pairs(set.by_rank(range, order)), part);
            for value in 0..12 {
                let rank = expected.iter().position(|(known, _)| *known == value);
                prop_assert_eq!(set.rank(&[value], order), rank);
                let score = rank.map(|rank| expected[rank].1);
                prop_assert_eq!(set.score(&[value]).map(Score::get), score);
            }
        }
    }

    #[test]
    fn a_range_of_scores_holds_what_is_between(
        steps in vec(step(), 0..40),
        (min, max) in (edge(), edge()),
        offset in 0..6_usize,
        count in proptest::option::of(0..6_usize),
    ) {
        let (set, model) = made_by(steps)?;
        let between = |(_, score): &(u8, f64)| min.is_at_most(*score) && max.is_at_least(*score);
        let expected: Vec<_> = model.into_iter().filter(between).collect();
        let (min, max) = (min.limit()?, max.limit()?);
        prop_assert_eq!(set.count(min, max), expected.len());
        for order in [Order::Ascending, Order::Descending] {
            let fetched = set.by_score(min, max, order, offset, count);
            let expected = in_order(expected.clone(), order).into_iter();
            let page = expected.skip(offset).take(count.unwrap_or(usize::MAX));
            prop_assert_eq!(pairs(fetched), page.collect::<Vec<_>>());
        }
    }
}

#[test]
fn values_of_one_score_are_in_the_order_of_their_bytes() -> Result<(), Refusal> {
    let mut set = SortedSet::default();
    for value in [&b"b"[..], b"", b"ab", b"a", b"\xff"] {
        set.put(value, Score::new(1.0)?);
    }
    let fetched = set.by_rank(IndexRange::default(), Order::Ascending);
    let values: Vec<_> = fetched.into_iter().map(|(value, _)| value).collect();
    assert_eq!(values, [&b""[..], b"a", b"ab", b"b", b"\xff"]);
    Ok(())
}

#[test]
fn nan_is_no_score() {
    assert_eq!(Score::new(f64::NAN), Err(Refusal::NotANumber));
    assert_eq!(Score::new(-f64::NAN), Err(Refusal::NotANumber));
}
