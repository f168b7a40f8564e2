//! A list against a vector.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Concatenate(End, Vec<u8>, Option<usize>),
    Pop(End),
    Fetch(Option<i32>, Option<i32>),
    Retain(Option<i32>, Option<i32>),
    Remove(u8),
    Erase(Vec<(usize, usize)>),
}

fn index() -> impl Strategy<Value = Option<i32>> {
    prop_oneof![
        1 => Just(None),
        8 => (-12..12_i32).prop_map(Some),
        1 => any::<i32>().prop_map(Some),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let end = || prop_oneof![Just(End::Front), Just(End::Back)];
    let limit = proptest::option::of(1..10_usize);
    let edge = || prop_oneof![8 => 0..12_usize, 1 => Just(usize::MAX)];
    prop_oneof![
        5 => (end(), vec(0..5_u8, 0..6), limit)
            .prop_map(|(end, values, limit)| Step::Concatenate(end, values, limit)),
        1 => end().prop_map(Step::Pop),
        2 => (index(), index()).prop_map(|(start, end)| Step::Fetch(start, end)),
        1 => (index(), index()).prop_map(|(start, end)| Step::Retain(start, end)),
        1 => (0..5_u8).prop_map(Step::Remove),
        1 => vec((edge(), edge()), 0..4).prop_map(Step::Erase),
    ]
}

/// The values of a range, found without clamping it.
fn part(values: &[u8], start: Option<i32>, end: Option<i32>) -> Vec<u8> {
    let length = i64::try_from(values.len()).unwrap_or(i64::MAX);
    let place = |index: i32| i64::from(index) + if index < 0 { length } else { 0 };
    let (start, end) = (start.map_or(0, place), end.map_or(length, place));
    (0..length)
        .zip(values)
        .filter(|(index, _)| (start..end).contains(index))
        .map(|(_, value)| *value)
        .collect()
}

fn values(list: &[Vec<u8>]) -> Vec<u8> {
    list.iter().map(|value| value[0]).collect()
}

proptest! {
    #[test]
    fn it_is_a_vector(steps in vec(step(), 0..40)) {
        let mut list = List::default();
        let mut model: Vec<u8> = Vec::new();
        for step in steps {
            match step {
                Step::Concatenate(end, new, limit) => {
                    list.concatenate(end, new.iter().map(|value| vec![*value]).collect(), limit);
                    let limit = limit.unwrap_or(usize::MAX);
                    match end {
                        End::Front => {
                            model.splice(0..0, new);
                            model.truncate(limit);
                        }
                        End::Back => {
                            model.extend(new);
                            while model.len() > limit {
                                model.remove(0);
                            }
                        }
                    }
                }
                Step::Pop(end) => {
                    let expected = match end {
                        End::Back => model.pop(),
                        End::Front if model.is_empty() => None,
                        End::Front => Some(model.remove(0)),
                    };
                    prop_assert_eq!(list.pop(end), expected.map(|value| vec![value]));
                }
                Step::Fetch(start, end) => {
                    let fetched = list.fetch(IndexRange { start, end });
                    prop_assert_eq!(values(&fetched), part(&model, start, end));
                }
                Step::Retain(start, end) => {
                    list.retain(IndexRange { start, end });
                    model = part(&model, start, end);
                }
                Step::Remove(value) => {
                    list.remove(&[value]);
                    model.retain(|kept| *kept != value);
                }
                Step::Erase(ranges) => {
                    list.erase(ranges.iter().copied());
                    let erased = |place: usize| {
                        ranges.iter().any(|(start, count)| (*start..start.saturating_add(*count)).contains(&place))
                    };
                    let kept = model.iter().enumerate().filter(|(place, _)| !erased(*place));
                    model = kept.map(|(_, value)| *value).collect();
                }
            }
            prop_assert_eq!(list.len(), model.len());
            prop_assert_eq!(&values(&list.fetch(IndexRange::default())), &model);
        }
    }
}

#[test]
fn what_is_put_in_front_stands_there_in_order() {
    let mut list = List::default();
    list.concatenate(End::Back, vec![b"c".to_vec()], None);
    list.concatenate(End::Front, vec![b"a".to_vec(), b"b".to_vec()], Some(2));
    assert_eq!(list.fetch(IndexRange::default()), [b"a", b"b"]);
}
