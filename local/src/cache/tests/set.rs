//! A set against a sorted one.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Add(Vec<u8>),
    Remove(u8),
    SubtractFrom(Vec<u8>),
    Sample(usize),
    Pop(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let elements = || vec(0..12_u8, 0..8);
    let count = || prop_oneof![0..15_usize, Just(usize::MAX)];
    prop_oneof![
        4 => elements().prop_map(Step::Add),
        1 => (0..12_u8).prop_map(Step::Remove),
        1 => elements().prop_map(Step::SubtractFrom),
        2 => count().prop_map(Step::Sample),
        1 => count().prop_map(Step::Pop),
    ]
}

fn wide(elements: &[u8]) -> Vec<Vec<u8>> {
    elements.iter().map(|element| vec![*element]).collect()
}

fn narrow<'set>(elements: impl IntoIterator<Item = &'set [u8]>) -> BTreeSet<u8> {
    elements.into_iter().map(|element| element[0]).collect()
}

proptest! {
    #[test]
    fn it_is_a_set(steps in vec(step(), 0..40)) {
        let mut set = Set::default();
        let mut model: BTreeSet<u8> = BTreeSet::new();
        for step in steps {
            match step {
                Step::Add(elements) => {
                    set.add(wide(&elements));
                    model.extend(elements);
                }
                Step::Remove(element) => {
                    set.remove(&[element]);
                    model.remove(&element);
                }
                Step::SubtractFrom(elements) => {
                    set.subtract_from(wide(&elements));
                    model = elements.into_iter().filter(|element| !model.contains(element)).collect();
                }
                Step::Sample(count) => {
                    let sample = set.sample(count);
                    prop_assert_eq!(sample.len(), count.min(model.len()));
                    let different = narrow(sample.iter().map(Vec::as_slice));
                    prop_assert_eq!(different.len(), sample.len());
                    prop_assert!(different.is_subset(&model));
                }
                Step::Pop(count) => {
                    let popped = set.pop(count);
                    prop_assert_eq!(popped.len(), count.min(model.len()));
                    for element in narrow(popped.iter().map(Vec::as_slice)) {
                        prop_assert!(model.remove(&element));
                    }
                }
            }
            prop_assert_eq!(set.len(), model.len());
            prop_assert_eq!(&narrow(set.iter()), &model);
            for element in 0..12 {
                prop_assert_eq!(set.contains(&[element]), model.contains(&element));
            }
        }
    }
}

#[test]
fn every_element_is_sampled_some_time() {
    let mut set = Set::default();
    set.add(wide(&[0, 1, 2, 3]));
    // That one of four elements is missed a thousand times has a chance of 1 in 10 to the 124.
    let sampled: BTreeSet<_> = (0..1000).flat_map(|_| set.sample(1)).collect();
    assert_eq!(sampled.len(), 4);
}
