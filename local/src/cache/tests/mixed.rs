//! Keys with values of all types, while time goes on, against a map with times.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const KEYS: u8 = 3;

#[derive(Clone, Debug)]
enum Step {
    Set(u64),
    Increment(u64),
    Push { ttl: u64, refresh: bool },
    Pop,
    AddToSet { ttl: u64, refresh: bool },
    Overwrite(u64),
    Increase(u64),
    Decrease(u64),
    Delete,
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let ttl = || 1..100_u64;
    prop_oneof![
        ttl().prop_map(Step::Set),
        ttl().prop_map(Step::Increment),
        (ttl(), any::<bool>()).prop_map(|(ttl, refresh)| Step::Push { ttl, refresh }),
        Just(Step::Pop),
        (ttl(), any::<bool>()).prop_map(|(ttl, refresh)| Step::AddToSet { ttl, refresh }),
        ttl().prop_map(Step::Overwrite),
        ttl().prop_map(Step::Increase),
        ttl().prop_map(Step::Decrease),
        Just(Step::Delete),
        (0..50_u64).prop_map(Step::Wait),
    ]
}

/// What a key should hold: its type, its number or length, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Expected {
    kind: Type,
    number: i64,
    end: u64,
}

/// The state after a write that makes the key if it is missing; `None` if another type is there.
fn written(
    before: Option<Expected>,
    kind: Type,
    number: i64,
    end: u64,
    refresh: bool,
) -> Option<Expected> {
    match before {
        None => Some(Expected { kind, number, end }),
        Some(before) if before.kind != kind => None,
        Some(before) => Some(Expected {
            kind,
            number,
            end: if refresh { end } else { before.end },
        }),
    }
}

/// A cache, what its keys should hold, and the time in milliseconds.
struct World {
    cache: Cache,
    start: Instant,
    time: u64,
    model: HashMap<u8, Expected>,
}

impl World {
    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.time)
    }

    fn pass(&mut self, milliseconds: u64) {
        self.time += milliseconds;
        let time = self.time;
        self.model.retain(|_, expected| expected.end > time);
    }

    /// Takes a step on the cache and on the model.
    fn take(&mut self, key: u8, step: &Step) -> Result<(), TestCaseError> {
        let before = self.model.get(&key).copied();
        let (answer, after) = match *step {
            Step::Wait(milliseconds) => {
                self.pass(milliseconds);
                return Ok(());
            }
            Step::Overwrite(ttl) | Step::Increase(ttl) | Step::Decrease(ttl) => {
                self.change_ttl(key, step, ttl)?;
                return Ok(());
            }
            Step::Delete => {
                self.cache.delete(&[key]);
                (Ok(()), Some(None))
            }
            Step::Pop => self.pop(key, before),
            ref write => self.write(key, write, before),
        };
        prop_assert_eq!(answer.is_err(), after.is_none(), "{:?}", answer);
        match after {
            Some(Some(expected)) => self.model.insert(key, expected),
            Some(None) => self.model.remove(&key),
            None => before,
        };
        Ok(())
    }

    fn change_ttl(&mut self, key: u8, step: &Step, ttl: u64) -> Result<(), TestCaseError> {
        let (end, duration) = (self.time + ttl, Duration::from_millis(ttl));
        let (now, expected) = (self.now(), self.model.get_mut(&key));
        let before = expected.as_ref().map(|expected| expected.end);
        let (change, takes) = match step {
            Step::Increase(_) => (TtlChange::Increase(duration), before.map(|at| end > at)),
            Step::Decrease(_) => (TtlChange::Decrease(duration), before.map(|at| end < at)),
            _ => (TtlChange::Overwrite(duration), before.map(|_| true)),
        };
        prop_assert_eq!(self.cache.change_ttl(&[key], change, now), takes);
        if let (Some(expected), Some(true)) = (expected, takes) {
            expected.end = end;
        }
        Ok(())
    }

    fn pop(&self, key: u8, before: Option<Expected>) -> Outcome {
        let answer = self
            .cache
            .change(&[key], None, self.now(), |list: &mut List| {
                list.pop(End::Front);
            });
        let after = match before {
            Some(before) if before.kind != Type::List => None,
            Some(before) if before.number > 1 => Some(Some(Expected {
                number: before.number - 1,
                ..before
            })),
            _ => Some(None),
        };
        (answer.map(|_| ()), after)
    }

    fn write(&self, key: u8, step: &Step, before: Option<Expected>) -> Outcome {
        let (name, now) = (&[key], self.now());
        let number = before.map_or(0, |before| before.number);
        let collection_ttl = |ttl, refresh| CollectionTtl {
            ttl: Duration::from_millis(ttl),
            refresh,
        };
        let (answer, kind, number, ttl, refresh) = match *step {
            Step::Increment(ttl) => {
                let duration = Duration::from_millis(ttl);
                let answer = self.cache.increment(name, 1, duration, now);
                (answer.map(|_| ()), Type::Scalar, number + 1, ttl, true)
            }
            Step::Push { ttl, refresh } => {
                let collection_ttl = collection_ttl(ttl, refresh);
                let answer = self
                    .cache
                    .write(name, collection_ttl, now, |list: &mut List| {
                        list.concatenate(End::Back, vec![vec![7]], None);
                        Ok(())
                    });
                (answer, Type::List, number + 1, ttl, refresh)
            }
            Step::AddToSet { ttl, refresh } => {
                let collection_ttl = collection_ttl(ttl, refresh);
                let answer = self
                    .cache
                    .write(name, collection_ttl, now, |set: &mut Set| {
                        set.add([vec![7]]);
                        Ok(())
                    });
                (answer, Type::Set, 1, ttl, refresh)
            }
            Step::Set(ttl) => {
                let duration = Duration::from_millis(ttl);
                self.cache.set(name, b"1".to_vec(), duration, now);
                let expected = Expected {
                    kind: Type::Scalar,
                    number: 1,
                    end: self.time + ttl,
                };
                return (Ok(()), Some(Some(expected)));
            }
            _ => return (Ok(()), Some(before)),
        };
        let after = written(before, kind, number, self.time + ttl, refresh);
        (answer, after.map(Some))
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let (cache, now) = (&self.cache, self.now());
        for key in 0..KEYS {
            let (name, expected) = (&[key], self.model.get(&key));
            let kind = expected.map(|expected| expected.kind);
            prop_assert_eq!(cache.type_of(name, now), kind);
            let left = expected.map(|expected| Duration::from_millis(expected.end - self.time));
            prop_assert_eq!(cache.remaining(name, now), left);
            let number = match kind {
                Some(Type::Scalar) => get(cache, name, now)
                    .and_then(|text| String::from_utf8(text).ok())
                    .and_then(|text| text.parse().ok()),
                Some(Type::List) => cache
                    .read(name, now, List::len)
                    .ok()
                    .flatten()
                    .and_then(|length| i64::try_from(length).ok()),
                _ => expected.map(|_| 1),
            };
            prop_assert_eq!(number, expected.map(|expected| expected.number));
        }
        let (items, ends) = cache.held();
        prop_assert_eq!(items, ends, "each item has one end");
        Ok(())
    }
}

/// The cache's answer, and what the key then holds; `None` where the call has to be refused.
type Outcome = (Result<(), Refusal>, Option<Option<Expected>>);

proptest! {
    #[test]
    fn a_key_holds_one_value_until_its_end(steps in vec((0..KEYS, step()), 0..80)) {
        let mut world = World { cache: cache(), start: Instant::now(), time: 0, model: HashMap::new() };
        for (key, step) in steps {
            world.take(key, &step)?;
            world.check()?;
        }
    }
}
