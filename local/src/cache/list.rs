//! A list: values in order, the same one as often as it was put in.
//!
//! Every operation costs at most the length of the list, also where many ranges are removed at once.

use std::collections::VecDeque;

use crate::cache::range::IndexRange;

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Front,
    Back,
}

/// The values, front to back.
#[derive(Debug, Default)]
pub(crate) struct List {
    values: VecDeque<Vec<u8>>,
}

impl List {
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Puts values on an end, in the order they will then stand in. With a limit, what is over it leaves at the other
    /// end.
    pub(crate) fn concatenate(&mut self, end: End, values: Vec<Vec<u8>>, limit: Option<usize>) {
        match end {
            End::Back => {
                self.values.extend(values);
                let excess = limit.map_or(0, |limit| self.len().saturating_sub(limit));
                self.values.drain(..excess);
            }
            End::Front => {
                for value in values.into_iter().rev() {
                    self.values.push_front(value);
                }
                self.values.truncate(limit.unwrap_or(usize::MAX));
            }
        }
    }

    /// Takes the value off an end. A list that is stored has one.
    pub(crate) fn pop(&mut self, end: End) -> Option<Vec<u8>> {
        match end {
            End::Front => self.values.pop_front(),
            End::Back => self.values.pop_back(),
        }
    }

    /// The values of a range.
    pub(crate) fn fetch(&self, range: IndexRange) -> Vec<Vec<u8>> {
        self.values.range(range.of(self.len())).cloned().collect()
    }

    /// Removes every value outside of a range.
    pub(crate) fn retain(&mut self, range: IndexRange) {
        let range = range.of(self.len());
        self.values.truncate(range.end);
        self.values.drain(..range.start);
    }

    /// Removes every value equal to this one.
    pub(crate) fn remove(&mut self, value: &[u8]) {
        self.values.retain(|kept| kept != value);
    }

    /// Removes ranges, each an index and a count, all of them in the list as it stands. They may overlap and reach
    /// past the end.
    pub(crate) fn erase(&mut self, ranges: impl IntoIterator<Item = (usize, usize)>) {
        // How many more ranges cover a place than the place before it.
        let mut changes = vec![0_i64; self.len() + 1];
        for (start, count) in ranges {
            let start = start.min(self.len());
            let end = start.saturating_add(count).min(self.len());
            changes[start] += 1;
            changes[end] -= 1;
        }
        let mut covering = 0;
        let mut changes = changes.into_iter();
        self.values.retain(|_| {
            covering += changes.next().unwrap_or(0);
            covering == 0
        });
    }
}
