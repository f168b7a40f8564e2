//! Many items, and large collections. The bounds are far above what it takes: they tell a square from a line.

use super::*;

const ELEMENTS: u32 = 100_000;
const LONG: Duration = Duration::from_secs(20);

fn bytes(number: u32) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

#[test]
fn a_million_items() {
    const ITEMS: u32 = 1_000_000;
    let (cache, now, start) = (cache(), Instant::now(), Instant::now());
    for number in 0..ITEMS {
        cache.set(&number.to_be_bytes(), bytes(number), TTL, now);
    }
    assert_eq!(cache.held(), (1_000_000, 1_000_000));
    for number in (0..ITEMS).step_by(997) {
        assert_eq!(get(&cache, &number.to_be_bytes(), now), Some(bytes(number)));
    }
    cache.flush();
    assert_eq!(cache.held(), (0, 0));
    assert!(start.elapsed() < LONG, "it took {:?}", start.elapsed());
}

#[test]
fn a_long_list() -> Result<(), Refusal> {
    let (cache, now, start) = (cache(), Instant::now(), Instant::now());
    for end in [End::Back, End::Front] {
        let values = (0..ELEMENTS).map(bytes).collect();
        cache.write(b"l", KEEP, now, |list: &mut List| {
            list.concatenate(end, values, None);
            Ok(())
        })?;
    }
    let everything = (0, usize::MAX);
    let lengths = cache.change(b"l", None, now, |list: &mut List| {
        let fetched = list.fetch(IndexRange::default()).len();
        list.erase((0..100_000).map(|place| (place, 100_000)));
        (fetched, list.len())
    })?;
    assert_eq!(lengths, Some((200_000, 1)));
    cache.change(b"l", None, now, |list: &mut List| {
        list.erase([everything; 3]);
    })?;
    assert_eq!(cache.held(), (0, 0));
    assert!(start.elapsed() < LONG, "it took {:?}", start.elapsed());
    Ok(())
}

#[test]
fn a_large_set_is_popped_one_by_one() {
    let start = Instant::now();
    let mut set = Set::default();
    set.add((0..ELEMENTS).map(bytes));
    assert_eq!(set.sample(50_000).len(), 50_000);
    let popped: std::collections::HashSet<_> = (0..ELEMENTS).flat_map(|_| set.pop(1)).collect();
    assert_eq!((popped.len(), set.len()), (100_000, 0));
    assert!(start.elapsed() < LONG, "it took {:?}", start.elapsed());
}

#[test]
fn a_large_sorted_set() -> Result<(), Refusal> {
    let start = Instant::now();
    let mut set = SortedSet::default();
    for number in 0..ELEMENTS {
        set.put(bytes(number), Score::new(f64::from(number / 2))?);
    }
    let fetched = set.by_rank(IndexRange::default(), Order::Descending);
    assert_eq!(fetched.len(), 100_000);
    assert_eq!(fetched[0].0, bytes(ELEMENTS - 1));
    assert_eq!(set.rank(&bytes(60_000), Order::Ascending), Some(60_000));
    assert_eq!(set.rank(&bytes(60_000), Order::Descending), Some(39_999));
    let last = Limit::Exclusive(Score::new(49_998.0)?);
    for _ in 0..10_000 {
        assert_eq!(
            set.count(last, Limit::Unbounded),
            2,
            "what lies outside is not walked over"
        );
    }
    assert!(start.elapsed() < LONG, "it took {:?}", start.elapsed());
    Ok(())
}
