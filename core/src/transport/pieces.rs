//! A message that is sent as one and does not lie in one place.
//!
//! Problem: to send a large value, it had to be copied into its message. Choice: a buffer of two pieces, which h2 hands to
//! the socket as they are.

use bytes::{Buf, Bytes};
use std::io::IoSlice;

/// The beginning of a message, and its end if that lies somewhere else. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces([Bytes; 2]);

impl Pieces {
    pub(crate) fn new(beginning: Bytes, end: Bytes) -> Self {
        Self([beginning, end])
    }

    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }

    /// All of them in one place.
    pub(crate) fn joined(&self) -> Bytes {
        match &self.0 {
            [whole, end] if end.is_empty() => whole.clone(),
            pieces => pieces.concat().into(),
        }
    }
}

impl From<Bytes> for Pieces {
    fn from(whole: Bytes) -> Self {
        Self::new(whole, Bytes::new())
    }
}

impl Buf for Pieces {
    fn remaining(&self) -> usize {
        self.len()
    }

    fn chunk(&self) -> &[u8] {
        self.0
            .iter()
            .find(|piece| !piece.is_empty())
            .map_or(&[], |piece| piece)
    }

    fn chunks_vectored<'a>(&'a self, into: &mut [IoSlice<'a>]) -> usize {
        let pieces = self.0.iter().filter(|piece| !piece.is_empty());
        pieces
            .zip(into)
            .map(|(piece, place)| *place = IoSlice::new(piece))
            .count()
    }

    fn advance(&mut self, count: usize) {
        let mut left = count;
        for piece in &mut self.0 {
            let gone = left.min(piece.len());
            piece.advance(gone);
            left -= gone;
        }
        // As the trait asks, and as `Bytes` does: who reads beyond the end would send a broken frame.
        assert!(
            left == 0,
            "advanced {left} bytes beyond the end of a message"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn they_are_read_as_one(
            parts in prop::array::uniform2(prop::collection::vec(any::<u8>(), 0..20)),
            steps in prop::collection::vec(0_usize..9, 0..20),
        ) {
            let whole = parts.concat();
            let [beginning, end] = parts.map(Bytes::from);
            let mut pieces = Pieces::new(beginning, end);
            prop_assert_eq!(pieces.joined(), whole.clone());
            let mut at = 0;
            for step in steps {
                let step = step.min(pieces.remaining());
                pieces.advance(step);
                at += step;
                prop_assert_eq!(pieces.remaining(), whole.len() - at);
                prop_assert!(whole[at..].starts_with(pieces.chunk()));
                prop_assert_eq!(pieces.chunk().is_empty(), at == whole.len());
                for room in 0..3 {
                    let mut slices = [IoSlice::new(&[]); 2];
                    let count = pieces.chunks_vectored(&mut slices[..room]);
                    let seen: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.to_vec()).collect();
                    prop_assert!(whole[at..].starts_with(&seen));
                    prop_assert!(room < 2 || seen == whole[at..]);
                }
            }
            prop_assert_eq!(pieces.copy_to_bytes(pieces.remaining()), whole[at..].to_vec());
        }
    }
}
