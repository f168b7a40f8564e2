//! Whatever the bytes are, there is an opinion, and soon.

use super::elf::{X86_64, addon};
use super::tree::{PYTHON, look_at, look_in, zip_bytes};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// Bytes with some of them changed, and perhaps cut off.
fn mutated(whole: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<Index>(), any::<u8>()), 0..6);
    (changes, any::<Option<Index>>()).prop_map(move |(changes, cut)| {
        let mut bytes = whole.clone();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_addon(bytes in prop_oneof![
        vec(any::<u8>(), 0..200),
        vec(any::<u8>(), 0..200).prop_map(|tail| [b"\x7fELF\x02\x01".to_vec(), tail].concat()),
        vec(any::<u8>(), 0..200).prop_map(|tail| [b"MZ".to_vec(), tail].concat()),
        mutated(addon(X86_64)),
    ]) {
        let opinion = look_in(&[("momento_lambda/_native.abi3.so", &bytes)], PYTHON, &[]);
        prop_assert!(opinion.exit_code <= 1);
    }

    #[test]
    fn any_zip(bytes in prop_oneof![
        vec(any::<u8>(), 0..200),
        vec(any::<u8>(), 0..200).prop_map(|tail| [b"PK\x03\x04".to_vec(), tail].concat()),
        mutated(zip_bytes(&[("momento_lambda/_native.abi3.so", &addon(X86_64)), ("a/b", b"c")])),
    ]) {
        prop_assert!(look_at(&bytes, PYTHON, &[]).exit_code <= 1);
    }
}
