//! A set: elements, each of them once.

use indexmap::IndexSet;

/// The elements. They have an index each, since any of them must be as likely to be picked as another.
#[derive(Debug, Default)]
pub(crate) struct Set {
    elements: IndexSet<Vec<u8>>,
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        self.elements.len()
    }

    pub(crate) fn contains(&self, element: &[u8]) -> bool {
        self.elements.contains(element)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.elements.iter().map(Vec::as_slice)
    }

    pub(crate) fn add(&mut self, elements: impl IntoIterator<Item = Vec<u8>>) {
        self.elements.extend(elements);
    }

    pub(crate) fn remove(&mut self, element: &[u8]) {
        self.elements.swap_remove(element);
    }

    /// Becomes what of these elements was not in it.
    pub(crate) fn subtract_from(&mut self, elements: Vec<Vec<u8>>) {
        let stored = std::mem::take(&mut self.elements);
        self.elements.extend(
            elements
                .into_iter()
                .filter(|element| !stored.contains(element)),
        );
    }

    /// So many different elements, picked by chance, or all if there are no more.
    pub(crate) fn sample(&self, count: usize) -> Vec<Vec<u8>> {
        let count = count.min(self.len());
        let mut indexes: Vec<usize> = (0..self.len()).collect();
        for place in 0..count {
            indexes.swap(place, fastrand::usize(place..self.len()));
        }
        let picked = indexes.iter().take(count);
        picked
            .filter_map(|&index| self.elements.get_index(index).cloned())
            .collect()
    }

    /// As [`sample`](Self::sample), and they are no longer in the set.
    pub(crate) fn pop(&mut self, count: usize) -> Vec<Vec<u8>> {
        let count = count.min(self.len());
        (0..count)
            .filter_map(|_| {
                let index = fastrand::usize(..self.len());
                self.elements.swap_remove_index(index)
            })
            .collect()
    }
}
