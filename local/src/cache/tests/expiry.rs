//! Items against the clock.

use super::*;
use crate::cache::items::SWEEP;

const ALMOST: Duration = Duration::from_nanos(1_499_999_999);

#[test]
fn an_item_lives_exactly_its_ttl() {
    let (cache, start) = (cache(), Instant::now());
    cache.set(b"k", b"v".to_vec(), TTL, start);
    assert_eq!(get(&cache, b"k", start), Some(b"v".to_vec()));
    assert_eq!(get(&cache, b"k", start + ALMOST), Some(b"v".to_vec()));
    assert_eq!(get(&cache, b"k", start + TTL), None);
    assert_eq!(cache.held(), (0, 0), "reading an expired item frees it");
}

#[test]
fn a_second_set_brings_its_own_ttl() {
    let (cache, start) = (cache(), Instant::now());
    cache.set(b"k", b"long".to_vec(), TTL * 10, start);
    cache.set(b"k", b"short".to_vec(), TTL, start);
    assert_eq!(get(&cache, b"k", start + TTL), None);
    cache.set(b"k", b"short".to_vec(), TTL, start);
    cache.set(b"k", b"long".to_vec(), TTL * 10, start);
    assert_eq!(get(&cache, b"k", start + TTL), Some(b"long".to_vec()));
}

#[test]
fn overwriting_one_key_takes_no_memory() {
    let (cache, start) = (cache(), Instant::now());
    for _ in 0..10_000 {
        cache.set(b"k", b"v".to_vec(), TTL, start);
    }
    assert_eq!(cache.held(), (1, 1));
}

#[test]
fn writes_free_what_nobody_reads_again() {
    let (cache, start) = (cache(), Instant::now());
    for number in 0..1000_u32 {
        cache.set(&number.to_be_bytes(), b"v".to_vec(), TTL, start);
    }
    assert_eq!(cache.held(), (1000, 1000));
    for _ in 0..1000_usize.div_ceil(SWEEP) {
        cache.set(b"k", b"v".to_vec(), TTL, start + TTL);
    }
    assert_eq!(cache.held(), (1, 1));
    assert_eq!(get(&cache, b"k", start + TTL), Some(b"v".to_vec()));
}

#[test]
fn delete_and_flush_leave_nothing() {
    let (cache, start) = (cache(), Instant::now());
    cache.set(b"a", b"v".to_vec(), TTL, start);
    cache.set(b"b", b"v".to_vec(), TTL, start);
    cache.delete(b"a");
    cache.delete(b"never there");
    assert_eq!(get(&cache, b"a", start), None);
    assert_eq!(cache.held(), (1, 1));
    cache.flush();
    assert_eq!(get(&cache, b"b", start), None);
    assert_eq!(cache.held(), (0, 0));
}

#[test]
fn a_collection_keeps_its_ttl_unless_it_is_refreshed() -> Result<(), Refusal> {
    let (cache, start) = (cache(), Instant::now());
    let push = |ttl, now| {
        cache.write(b"l", ttl, now, |list: &mut List| {
            list.concatenate(End::Back, vec![b"v".to_vec()], None);
            Ok(list.len())
        })
    };
    let later = start + Duration::from_secs(1);
    assert_eq!(
        push(KEEP, start)?,
        1,
        "a new one takes the TTL all the same"
    );
    assert_eq!(push(KEEP, later)?, 2);
    assert_eq!(
        cache.remaining(b"l", later),
        Some(Duration::from_millis(500))
    );
    assert_eq!(push(REFRESH, later)?, 3);
    assert_eq!(cache.remaining(b"l", later), Some(TTL));
    assert_eq!(
        push(REFRESH, later + TTL)?,
        1,
        "an expired one is a new one"
    );
    assert_eq!(cache.held(), (1, 1));
    Ok(())
}

#[test]
fn an_emptied_collection_is_gone() -> Result<(), Refusal> {
    let (cache, now) = (cache(), Instant::now());
    cache.write(b"s", KEEP, now, |set: &mut Set| {
        set.add([b"e".to_vec()]);
        Ok(())
    })?;
    let popped = cache.change(b"s", Some(TTL), now, |set: &mut Set| set.pop(5))?;
    assert_eq!(popped, Some(vec![b"e".to_vec()]));
    assert_eq!((cache.type_of(b"s", now), cache.held()), (None, (0, 0)));
    cache.write(b"s", REFRESH, now, |_: &mut Set| Ok(()))?;
    assert_eq!(cache.held(), (0, 0), "writing nothing makes no set");
    Ok(())
}

#[test]
fn a_refused_write_changes_nothing() -> Result<(), Refusal> {
    let (cache, start) = (cache(), Instant::now());
    let increment = |amount, now| {
        cache.write(b"d", REFRESH, now, |dictionary: &mut Dictionary| {
            dictionary.increment(b"f".to_vec(), amount)
        })
    };
    increment(i64::MAX, start)?;
    let later = start + Duration::from_secs(1);
    assert_eq!(increment(1, later), Err(Refusal::Overflow));
    assert_eq!(
        cache.remaining(b"d", later),
        Some(Duration::from_millis(500))
    );
    let score = Score::new(f64::INFINITY)?;
    for (expected, infinity) in [
        (Ok(score), score),
        (Err(Refusal::NotANumber), Score::new(f64::NEG_INFINITY)?),
    ] {
        let answer = cache.write(b"z", KEEP, start, |set: &mut SortedSet| {
            set.increment(b"v".to_vec(), infinity)
        });
        assert_eq!(answer, expected);
    }
    Ok(())
}

#[test]
fn a_ttl_is_changed_as_asked() {
    use TtlChange::{Decrease, Increase, Overwrite};
    let (cache, start) = (cache(), Instant::now());
    let second = Duration::from_secs(1);
    for (change, expected) in [
        (Overwrite(second), Some(second)),
        (Overwrite(TTL * 2), Some(TTL * 2)),
        (Increase(TTL * 2), Some(TTL * 2)),
        (Increase(TTL), None),
        (Increase(second), None),
        (Decrease(second), Some(second)),
        (Decrease(TTL), None),
        (Decrease(TTL * 2), None),
    ] {
        cache.set(b"k", b"v".to_vec(), TTL, start);
        assert_eq!(
            cache.change_ttl(b"k", change, start),
            Some(expected.is_some())
        );
        assert_eq!(
            cache.remaining(b"k", start),
            Some(expected.unwrap_or(TTL)),
            "{change:?}"
        );
        assert_eq!(cache.held(), (1, 1));
    }
    assert_eq!(cache.change_ttl(b"other", Overwrite(TTL), start), None);
    assert_eq!(cache.change_ttl(b"k", Overwrite(TTL), start + TTL), None);
}
