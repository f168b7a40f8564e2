//! Unions of sorted sets against maps.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

type Model = BTreeMap<u8, f64>;

fn put(cache: &Cache, key: &[u8], model: &Model, now: Instant) -> Result<(), Refusal> {
    cache.write(key, KEEP, now, |set: &mut SortedSet| {
        for (value, score) in model {
            set.put(vec![*value], Score::new(*score)?);
        }
        Ok(())
    })
}

fn fetch(cache: &Cache, key: &[u8], now: Instant) -> Result<Option<Model>, Refusal> {
    cache.read(key, now, |set: &SortedSet| {
        set.iter()
            .map(|(value, score)| (value[0], score.get()))
            .collect()
    })
}

fn failed(refusal: Refusal) -> TestCaseError {
    TestCaseError::fail(format!("{refusal:?}"))
}

proptest! {
    #[test]
    fn scores_are_weighted_and_put_together(
        sets in vec(btree_map(0..6_u8, (-9..9_i8).prop_map(f64::from), 0..6), 1..4),
        weights in vec((-3..3_i8).prop_map(f64::from), 4),
    ) {
        for (aggregate, together) in [
            (Aggregate::Sum, (|left, right| left + right) as fn(f64, f64) -> f64),
            (Aggregate::Min, f64::min),
            (Aggregate::Max, f64::max),
        ] {
            let (cache, now) = (cache(), Instant::now());
            cache.set(b"union", b"whatever was there".to_vec(), TTL, now);
            let mut sources = Vec::new();
            let mut expected = Model::new();
            for (number, (set, weight)) in (0..4_u8).zip(sets.iter().zip(&weights)) {
                put(&cache, &[number], set, now).map_err(failed)?;
                sources.push((vec![number], *weight));
                for (value, score) in set {
                    let weighted = score * weight;
                    expected
                        .entry(*value)
                        .and_modify(|score| *score = together(*score, weighted))
                        .or_insert(weighted);
                }
            }
            let length = cache.store_union(b"union", &sources, aggregate, TTL * 2, now).map_err(failed)?;
            prop_assert_eq!(length, expected.len());
            let expected = (length > 0).then_some(expected);
            prop_assert_eq!(cache.remaining(b"union", now), expected.as_ref().map(|_| TTL * 2));
            prop_assert_eq!(fetch(&cache, b"union", now).map_err(failed)?, expected);
        }
    }
}

#[test]
fn a_set_may_be_a_source_of_itself_and_twice() -> Result<(), Refusal> {
    let (cache, now) = (cache(), Instant::now());
    put(&cache, b"s", &Model::from([(1, 2.0)]), now)?;
    let sources = [
        (b"s".to_vec(), 1.0),
        (b"s".to_vec(), 3.0),
        (b"missing".to_vec(), 1.0),
    ];
    assert_eq!(
        cache.store_union(b"s", &sources, Aggregate::Sum, TTL, now)?,
        1
    );
    assert_eq!(fetch(&cache, b"s", now)?, Some(Model::from([(1, 8.0)])));
    Ok(())
}

#[test]
fn a_refused_union_leaves_everything_alone() -> Result<(), Refusal> {
    let (cache, now) = (cache(), Instant::now());
    put(&cache, b"s", &Model::from([(1, f64::INFINITY)]), now)?;
    cache.set(b"k", b"scalar".to_vec(), TTL, now);
    let union = |sources: &[(&[u8], f64)]| {
        let sources: Vec<_> = sources
            .iter()
            .map(|(key, weight)| (key.to_vec(), *weight))
            .collect();
        cache.store_union(b"s", &sources, Aggregate::Sum, TTL, now)
    };
    assert_eq!(union(&[(b"s", 0.0)]), Err(Refusal::NotANumber));
    assert_eq!(union(&[(b"s", f64::NAN)]), Err(Refusal::NotANumber));
    assert_eq!(
        union(&[(b"s", 1.0), (b"s", -1.0)]),
        Err(Refusal::NotANumber)
    );
    assert!(matches!(
        union(&[(b"k", 1.0)]),
        Err(Refusal::WrongType { .. })
    ));
    assert_eq!(
        fetch(&cache, b"s", now)?,
        Some(Model::from([(1, f64::INFINITY)]))
    );
    Ok(())
}
