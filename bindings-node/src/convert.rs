//! From what `lib/arguments.ts` has judged to the core's arguments: one converter per kind.
//!
//! JavaScript passes strings, bytes and numbers only, so nothing here can be of the wrong type. Lists
//! come packed: the bytes of all values one after the other, and the length of each.

use momento_lambda_core::operation::{
    Aggregate, BatchItem, CollectionTtl, SortOrder, SortedSetSource,
};
use momento_lambda_core::{Error, ErrorCode, Result};
use napi::bindgen_prelude::{BigInt, Either, Uint8ArraySlice};
use std::time::Duration;

/// A string or a `Uint8Array`.
pub type Bytes<'a> = Either<String, Uint8ArraySlice<'a>>;

/// A whole number.
pub type Amount = Either<f64, BigInt>;

pub fn bytes(value: Bytes<'_>) -> Vec<u8> {
    match value {
        Either::A(text) => text.into_bytes(),
        Either::B(bytes) => bytes.to_vec(),
    }
}

/// Cuts packed values apart.
fn unpack<'a>(bytes: &'a [u8], lengths: &'a [u32]) -> impl Iterator<Item = Result<&'a [u8]>> {
    let mut rest = bytes;
    lengths.iter().map(move |&length| {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (value, after) = rest.split_at_checked(length).ok_or_else(malformed)?;
        rest = after;
        Ok(value)
    })
}

fn malformed() -> Error {
    Error::new(
        ErrorCode::Unknown,
        "the binding packed its arguments wrongly; please report this",
    )
}

pub fn list(bytes: &[u8], lengths: &[u32]) -> Result<Vec<Vec<u8>>> {
    unpack(bytes, lengths)
        .map(|value| value.map(<[u8]>::to_vec))
        .collect()
}

pub fn pairs(bytes: &[u8], lengths: &[u32]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut values = unpack(bytes, lengths);
    let mut pairs = Vec::with_capacity(lengths.len() / 2);
    while let Some(first) = values.next() {
        let second = values.next().ok_or_else(malformed)?;
        pairs.push((first?.to_vec(), second?.to_vec()));
    }
    Ok(pairs)
}

pub fn scored(bytes: &[u8], lengths: &[u32], scores: &[f64]) -> Result<Vec<(Vec<u8>, f64)>> {
    unpack(bytes, lengths)
        .zip(scores)
        .map(|(value, &score)| Ok((value?.to_vec(), score)))
        .collect()
}

/// A time that is NaN is left out.
pub fn items(bytes: &[u8], lengths: &[u32], ttls: &[f64]) -> Result<Vec<BatchItem>> {
    pairs(bytes, lengths)?
        .into_iter()
        .zip(ttls)
        .map(|((key, value), &ttl)| {
            let ttl = (!ttl.is_nan()).then_some(ttl);
            Ok(BatchItem {
                key,
                value,
                ttl: self::ttl(ttl)?,
            })
        })
        .collect()
}

pub fn sources(bytes: &[u8], lengths: &[u32], weights: &[f64]) -> Result<Vec<SortedSetSource>> {
    unpack(bytes, lengths)
        .zip(weights)
        .map(|(name, &weight)| {
            let name = std::str::from_utf8(name?).map_err(|_| malformed())?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "weights have 32 bits on the wire"
            )]
            let weight = weight as f32;
            Ok(SortedSetSource {
                sorted_set_name: name.to_owned(),
                weight,
            })
        })
        .collect()
}

/// Seconds, also parts of one: the official SDK takes whole numbers only, and takes 0 to mean the
/// default, which hides a mistake and is refused here.
pub fn ttl(value: Option<f64>) -> Result<Option<Duration>> {
    value.map(seconds).transpose()
}

pub fn collection_ttl(value: Option<f64>, refresh: bool) -> Result<CollectionTtl> {
    Ok(CollectionTtl {
        ttl: ttl(value)?,
        refresh,
    })
}

/// A number of seconds as a TTL.
pub fn seconds(number: f64) -> Result<Duration> {
    duration(number, number)
}

pub fn milliseconds(number: f64) -> Result<Duration> {
    duration(number / 1_000.0, number)
}

pub fn minutes(number: f64) -> Result<Duration> {
    duration(number * 60.0, number)
}

fn duration(seconds: f64, received: f64) -> Result<Duration> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(Error::invalid_argument(format!(
            "ttl must be a positive integer, received {}",
            written(received)
        ))),
    }
}

/// As JavaScript writes it.
fn written(value: f64) -> String {
    if value.is_infinite() {
        format!("{}Infinity", if value < 0.0 { "-" } else { "" })
    } else {
        value.to_string()
    }
}

pub fn amount(value: Amount) -> Result<i64> {
    match value {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "judged to be a safe integer"
        )]
        Either::A(number) => Ok(number as i64),
        Either::B(number) => match number.get_i64() {
            (value, true) => Ok(value),
            (_, false) => Err(malformed()),
        },
    }
}

pub fn limit(value: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "judged to be a safe integer that is not negative"
    )]
    let limit = value as u64;
    limit
}

pub fn order(descending: bool) -> SortOrder {
    if descending {
        SortOrder::Descending
    } else {
        SortOrder::Ascending
    }
}

/// The numbers of `SortedSetAggregate`.
pub fn aggregate(value: u32) -> Result<Aggregate> {
    match value {
        0 => Ok(Aggregate::Sum),
        1 => Ok(Aggregate::Min),
        2 => Ok(Aggregate::Max),
        _ => Err(malformed()),
    }
}
