//! Scalars: conditions, hashes, numbers.

use super::*;

/// Whether each condition on `v` holds where nothing, `v` and something else is stored.
#[test]
fn a_condition_decides() -> Result<(), Refusal> {
    let v = || b"v".to_vec();
    let h = || hash(b"v");
    for (condition, expected) in [
        (Condition::Always, [true, true, true]),
        (Condition::Present, [false, true, true]),
        (Condition::Absent, [true, false, false]),
        (Condition::Equal(v()), [false, true, false]),
        (Condition::NotEqual(v()), [true, false, true]),
        (Condition::PresentAndNotEqual(v()), [false, false, true]),
        (Condition::AbsentOrEqual(v()), [true, true, false]),
        (Condition::PresentAndHashEqual(h()), [false, true, false]),
        (Condition::PresentAndNotHashEqual(h()), [false, false, true]),
        (Condition::AbsentOrHashEqual(h()), [true, true, false]),
        (Condition::AbsentOrNotHashEqual(h()), [true, false, true]),
    ] {
        for (stored, expected) in [None, Some(&b"v"[..]), Some(b"other")]
            .into_iter()
            .zip(expected)
        {
            let (cache, now) = (cache(), Instant::now());
            if let Some(stored) = stored {
                cache.set(b"k", stored.to_vec(), TTL, now);
            }
            let holds = cache.set_if(b"k", b"new".to_vec(), TTL * 2, &condition, now)?;
            assert_eq!(holds, expected, "{condition:?} on {stored:?}");
            let after = if expected { Some(&b"new"[..]) } else { stored };
            assert_eq!(get(&cache, b"k", now).as_deref(), after);
            let remaining = if expected { TTL * 2 } else { TTL };
            assert_eq!(cache.remaining(b"k", now), after.map(|_| remaining));
        }
    }
    Ok(())
}

#[test]
fn a_value_has_one_hash() {
    assert_eq!(hash(b"value").len(), 16);
    assert_eq!(hash(b"value"), hash(b"value"));
    assert_ne!(hash(b"value"), hash(b"valuf"));
    assert_ne!(hash(b""), hash(b"\0"));
}

#[test]
fn an_increment_makes_text() -> Result<(), Refusal> {
    let (cache, now) = (cache(), Instant::now());
    assert_eq!(cache.increment(b"n", -5, TTL, now)?, -5);
    assert_eq!(get(&cache, b"n", now).as_deref(), Some(&b"-5"[..]));
    assert_eq!(cache.increment(b"n", 15, TTL * 2, now)?, 10);
    assert_eq!(cache.remaining(b"n", now), Some(TTL * 2));
    cache.set(b"n", b"no number".to_vec(), TTL, now);
    assert_eq!(
        cache.increment(b"n", 1, TTL, now),
        Err(Refusal::NotAnInteger)
    );
    assert_eq!(
        cache.increment(b"n", 1, TTL, now + TTL)?,
        1,
        "it had expired"
    );
    Ok(())
}

#[test]
fn keys_and_values_are_any_bytes() {
    let (cache, now) = (cache(), Instant::now());
    cache.set(&[0, 255, 10], Vec::new(), TTL, now);
    assert_eq!(get(&cache, &[0, 255, 10], now), Some(vec![]));
}
