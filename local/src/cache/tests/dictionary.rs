//! A dictionary against a map.

use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Set(u8, i64),
    Remove(u8),
    Increment(u8, i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..8_u8, any::<i64>()).prop_map(|(field, value)| Step::Set(field, value)),
        (0..8_u8).prop_map(Step::Remove),
        (0..8_u8, any::<i64>()).prop_map(|(field, amount)| Step::Increment(field, amount)),
    ]
}

proptest! {
    #[test]
    fn it_is_a_map(steps in vec(step(), 0..60)) {
        let mut dictionary = Dictionary::default();
        let mut model: HashMap<u8, i64> = HashMap::new();
        for step in steps {
            match step {
                Step::Set(field, value) => {
                    dictionary.set(vec![field], value.to_string().into_bytes());
                    model.insert(field, value);
                }
                Step::Remove(field) => {
                    dictionary.remove(&[field]);
                    model.remove(&field);
                }
                Step::Increment(field, amount) => {
                    let before = model.get(&field).copied().unwrap_or(0);
                    let expected = before.checked_add(amount);
                    let answer = dictionary.increment(vec![field], amount);
                    prop_assert_eq!(answer, expected.ok_or(Refusal::Overflow));
                    if let Some(number) = expected {
                        model.insert(field, number);
                    }
                }
            }
            prop_assert_eq!(dictionary.len(), model.len());
            for field in 0..8 {
                let expected = model.get(&field).map(ToString::to_string);
                prop_assert_eq!(dictionary.get(&[field]), expected.as_ref().map(String::as_bytes));
            }
            let fetched: HashMap<u8, Vec<u8>> =
                dictionary.iter().map(|(field, value)| (field[0], value.to_vec())).collect();
            let expected = model.iter().map(|(field, value)| (*field, value.to_string().into_bytes()));
            prop_assert_eq!(fetched, expected.collect::<HashMap<_, _>>());
        }
    }
}
