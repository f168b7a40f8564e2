//! Part of a sequence, by indexes that may count from its end.

use std::ops::Range;

/// From the element at the first index up to, not including, that at the second. A negative index counts from the
/// end, `None` is the end on its side, an index outside of the sequence is its end. A range that ends before it starts
/// is empty.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct IndexRange {
    pub(crate) start: Option<i32>,
    pub(crate) end: Option<i32>,
}

impl IndexRange {
    /// The range in a sequence of this length.
    pub(crate) fn of(self, length: usize) -> Range<usize> {
        let end = self.end.map_or(length, |index| place(index, length));
        let start = self.start.map_or(0, |index| place(index, length));
        start.min(end)..end
    }
}

fn place(index: i32, length: usize) -> usize {
    let distance = usize::try_from(index.unsigned_abs()).unwrap_or(usize::MAX);
    if index < 0 {
        length.saturating_sub(distance)
    } else {
        distance.min(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: Option<i32>, end: Option<i32>) -> Range<usize> {
        IndexRange { start, end }.of(5)
    }

    #[test]
    fn indexes_count_from_either_end() {
        assert_eq!(range(None, None), 0..5);
        assert_eq!(range(Some(1), Some(3)), 1..3);
        assert_eq!(range(Some(-2), None), 3..5);
        assert_eq!(range(None, Some(-1)), 0..4);
    }

    #[test]
    fn what_is_outside_is_left_out() {
        assert_eq!(range(Some(-9), Some(9)), 0..5);
        assert_eq!(range(Some(i32::MIN), Some(i32::MAX)), 0..5);
        assert!(range(Some(7), Some(9)).is_empty());
        assert!(range(Some(3), Some(2)).is_empty());
        assert!(range(Some(-1), Some(-3)).is_empty());
        assert!(range(None, Some(i32::MIN)).is_empty());
    }
}
