//! Finished calls on their way to JavaScript: one converter per shape of reply.
//!
//! A batch is one flat array, four elements per call: ticket, variant, reader, payload. An object per
//! call would cost a property look-up per field on both sides, and an object per element of a
//! collection more than the request: collections go over packed, as arguments come in.

use crate::errors::NativeError;
use crate::packed::Packed;
use crate::questions;
use momento_lambda_core::bridge::{Completion, Event};
use momento_lambda_core::operation::{ItemType, Reply};
use momento_lambda_core::{Error, ErrorCode};
use napi::bindgen_prelude::{
    Array, BigInt, Either, Float64Array, ToNapiValue, Uint8Array, Uint8ArraySlice,
};
use napi::{Env, Result};

mod control;

use control::{NativeCacheInfo, NativeSigningKey};

/// Elements per call.
pub const STRIDE: u32 = 4;

/// Values from here on are handed over; smaller ones are copied, which is cheaper than keeping
/// track of them.
const HANDED_OVER: usize = 64 * 1024;

/// JavaScript's largest whole number that is exact.
const EXACT: u64 = 1 << 53;

/// The variants, as in `lib/replies.ts`.
mod variant {
    pub const ERROR: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ALREADY_EXISTS: u32 = 2;
    pub const HIT: u32 = 3;
    pub const MISS: u32 = 4;
    pub const STORED: u32 = 5;
    pub const NOT_STORED: u32 = 6;
    pub const SET: u32 = 7;
    pub const NOT_SET: u32 = 8;
    /// A hit where the operation has one, else a success.
    pub const LENGTH: u32 = 9;
    /// Not a finished call but a question of one, see `questions.rs`.
    pub const QUESTION: u32 = 100;
}

/// How the payload is to be read, as in `lib/replies.ts`.
mod reader {
    pub const NOTHING: u32 = 0;
    pub const VALUE: u32 = 1;
    pub const SEVERAL: u32 = 2;
    pub const PACKED: u32 = 3;
    pub const FLAGGED: u32 = 4;
    pub const SCORED: u32 = 5;
    pub const SCORES: u32 = 6;
    pub const VALUES: u32 = 7;
    pub const RESULTS: u32 = 8;
    pub const CACHES: u32 = 9;
    pub const SIGNING_KEYS: u32 = 10;
}

/// Where an event is being written.
struct Place<'a, 'env> {
    env: Env,
    batch: &'a mut Array<'env>,
    index: u32,
}

/// Writes an event at `index`.
pub fn write(env: Env, batch: &mut Array<'_>, index: u32, event: Event) -> Result<()> {
    let mut place = Place { env, batch, index };
    match event {
        Event::Asked(question) => {
            place.head(question.ticket, variant::QUESTION, reader::VALUE)?;
            place.payload(questions::written(question))
        }
        Event::Completed(Completion { ticket, outcome }) => match outcome {
            Ok(reply) => place.reply(ticket, reply),
            Err(error) => place.failure(ticket, &error),
        },
    }
}

impl Place<'_, '_> {
    fn head(&mut self, ticket: u64, variant: u32, reader: u32) -> Result<()> {
        // Tickets come from JavaScript as 32 bits.
        #[expect(clippy::cast_possible_truncation, reason = "a ticket was a u32 before")]
        self.batch.set(self.index, ticket as u32)?;
        self.batch.set(self.index + 1, variant)?;
        self.batch.set(self.index + 2, reader)
    }

    fn payload(&mut self, payload: impl ToNapiValue) -> Result<()> {
        self.batch.set(self.index + 3, payload)
    }

    fn bare(&mut self, ticket: u64, variant: u32) -> Result<()> {
        self.head(ticket, variant, reader::NOTHING)
    }

    fn value(&mut self, ticket: u64, variant: u32, value: impl ToNapiValue) -> Result<()> {
        self.head(ticket, variant, reader::VALUE)?;
        self.payload(value)
    }

    fn bytes(&mut self, ticket: u64, variant: u32, value: Vec<u8>) -> Result<()> {
        let env = self.env;
        let value = bytes(&env, value)?;
        self.value(ticket, variant, value)
    }

    /// Bytes that are a piece of something larger: a copy is what a host's buffer of its own takes.
    fn wire_bytes(&mut self, ticket: u64, variant: u32, value: &[u8]) -> Result<()> {
        let env = self.env;
        let value = Uint8ArraySlice::copy_from(&env, value)?;
        self.value(ticket, variant, value)
    }

    fn several(
        &mut self,
        ticket: u64,
        variant: u32,
        values: Vec<Either<f64, Vec<u8>>>,
    ) -> Result<()> {
        let env = self.env;
        let length = u32::try_from(values.len()).unwrap_or(u32::MAX);
        let mut list = env.create_array(length)?;
        for (index, value) in (0..).zip(values) {
            match value {
                Either::A(number) => list.set(index, number)?,
                Either::B(value) => list.set(index, bytes(&env, value)?)?,
            }
        }
        self.head(ticket, variant, reader::SEVERAL)?;
        self.payload(list)
    }

    /// Packed values and, behind them, what else there is.
    fn packed(
        &mut self,
        ticket: u64,
        variant: u32,
        reader: u32,
        packed: Packed,
        more: Option<impl ToNapiValue>,
    ) -> Result<()> {
        let env = self.env;
        let mut list = env.create_array(2)?;
        let (values, lengths) = packed.into_parts();
        list.set(0, bytes(&env, values)?)?;
        list.set(1, lengths)?;
        if let Some(more) = more {
            list.set(2, more)?;
        }
        self.head(ticket, variant, reader)?;
        self.payload(list)
    }

    fn failure(&mut self, ticket: u64, error: &Error) -> Result<()> {
        self.value(ticket, variant::ERROR, NativeError::from(error))
    }

    fn reply(&mut self, ticket: u64, reply: Reply) -> Result<()> {
        use variant::{HIT, MISS, SUCCESS};
        match reply {
            Reply::Success | Reply::Created => self.bare(ticket, SUCCESS),
            Reply::AlreadyExists => self.bare(ticket, variant::ALREADY_EXISTS),
            Reply::Miss => self.bare(ticket, MISS),
            Reply::Stored => self.bare(ticket, variant::STORED),
            Reply::NotStored => self.bare(ticket, variant::NOT_STORED),
            Reply::TtlSet => self.bare(ticket, variant::SET),
            Reply::TtlNotSet => self.bare(ticket, variant::NOT_SET),
            Reply::Hit(value) => self.wire_bytes(ticket, HIT, &value),
            Reply::StoredWithHash(hash) => self.bytes(ticket, variant::STORED, hash),
            Reply::Hashed(hashed) => {
                let both = vec![Either::B(hashed.value), Either::B(hashed.hash)];
                self.several(ticket, HIT, both)
            }
            Reply::Field(field, Some(value)) => {
                self.several(ticket, HIT, vec![Either::B(value), Either::B(field)])
            }
            Reply::Field(field, None) => self.bytes(ticket, MISS, field),
            Reply::ElementScore(value, Some(score)) => {
                self.several(ticket, HIT, vec![Either::A(score), Either::B(value)])
            }
            Reply::ElementScore(value, None) => self.bytes(ticket, MISS, value),
            Reply::Integer(value) if value.unsigned_abs() <= EXACT =>
            {
                #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
                self.value(ticket, SUCCESS, value as f64)
            }
            Reply::Integer(value) => self.value(ticket, SUCCESS, BigInt::from(value)),
            Reply::Exists(exists) => self.value(ticket, SUCCESS, exists),
            Reply::Contains(contains) => self.value(ticket, HIT, contains),
            Reply::Score(score) => self.value(ticket, SUCCESS, score),
            Reply::Rank(rank) => self.value(ticket, HIT, number(rank)),
            Reply::RemainingTtl(ttl) => self.value(ticket, HIT, ttl.as_secs_f64() * 1_000.0),
            Reply::ItemType(kind) => self.value(ticket, HIT, item_type(kind)),
            Reply::Length(length) => self.value(ticket, variant::LENGTH, number(length)),
            Reply::Caches(caches) => {
                let caches: Vec<_> = caches.into_iter().map(NativeCacheInfo::from).collect();
                self.head(ticket, SUCCESS, reader::CACHES)?;
                self.payload(caches)
            }
            Reply::SigningKey(key) => self.value(ticket, SUCCESS, NativeSigningKey::from(key)),
            Reply::SigningKeys(keys) => {
                let keys: Vec<_> = keys.into_iter().map(NativeSigningKey::from).collect();
                self.head(ticket, SUCCESS, reader::SIGNING_KEYS)?;
                self.payload(keys)
            }
            many => self.many(ticket, many),
        }
    }

    /// Answers of many elements.
    fn many(&mut self, ticket: u64, reply: Reply) -> Result<()> {
        use variant::{HIT, SUCCESS};
        const ALONE: Option<u32> = None;
        match reply {
            Reply::Elements(values) => {
                let packed = values.into_iter().collect();
                self.packed(ticket, HIT, reader::PACKED, packed, ALONE)
            }
            Reply::Dictionary(pairs) => {
                let packed = pairs
                    .into_iter()
                    .flat_map(|(field, value)| [field, value])
                    .collect();
                self.packed(ticket, HIT, reader::PACKED, packed, ALONE)
            }
            Reply::Fields(fields) => {
                let mut packed = Packed::default();
                for (field, value) in fields {
                    packed.push(&field);
                    match value {
                        Some(value) => packed.push(&value),
                        None => packed.push_absent(),
                    }
                }
                self.packed(ticket, HIT, reader::PACKED, packed, ALONE)
            }
            Reply::AllExist(all) => self.flagged(ticket, SUCCESS, all),
            Reply::ContainsAll(all) => self.flagged(ticket, HIT, all),
            Reply::SortedSet(elements) => {
                let scores: Vec<f64> = elements.iter().map(|(_, score)| *score).collect();
                let packed = elements.into_iter().map(|(value, _)| value).collect();
                let scores = Some(Float64Array::new(scores));
                self.packed(ticket, HIT, reader::SCORED, packed, scores)
            }
            Reply::Scores(all) => {
                // No score is NaN, so it can stand for none.
                let scores: Vec<f64> = all
                    .iter()
                    .map(|(_, score)| score.unwrap_or(f64::NAN))
                    .collect();
                let packed = all.into_iter().map(|(value, _)| value).collect();
                let scores = Some(Float64Array::new(scores));
                self.packed(ticket, HIT, reader::SCORES, packed, scores)
            }
            Reply::Values(values) => {
                let mut packed = Packed::default();
                let mut errors = Vec::new();
                for (key, value) in values {
                    packed.push(&key);
                    match value {
                        Ok(Some(value)) => packed.push(&value),
                        Ok(None) => packed.push_absent(),
                        Err(error) => {
                            packed.push_failed();
                            errors.push(NativeError::from(&error));
                        }
                    }
                }
                self.packed(ticket, SUCCESS, reader::VALUES, packed, Some(errors))
            }
            Reply::Results(results) => {
                let errors: Vec<Option<NativeError>> = results
                    .iter()
                    .map(|result| result.as_ref().err().map(NativeError::from))
                    .collect();
                self.head(ticket, SUCCESS, reader::RESULTS)?;
                self.payload(errors)
            }
            _ => {
                let error = Error::new(
                    ErrorCode::Unknown,
                    "this version of the binding can't read the answer; please report this",
                );
                self.failure(ticket, &error)
            }
        }
    }

    fn flagged(&mut self, ticket: u64, variant: u32, all: Vec<(Vec<u8>, bool)>) -> Result<()> {
        let flags: Vec<u8> = all.iter().map(|(_, flag)| u8::from(*flag)).collect();
        let packed = all.into_iter().map(|(value, _)| value).collect();
        let flags = Some(Uint8Array::new(flags));
        self.packed(ticket, variant, reader::FLAGGED, packed, flags)
    }
}

fn bytes(env: &Env, value: Vec<u8>) -> Result<Uint8ArraySlice<'_>> {
    if value.len() < HANDED_OVER {
        Uint8ArraySlice::copy_from(env, value)
    } else {
        Uint8ArraySlice::from_data(env, value)
    }
}

/// Numbers of things: exact up to 2^53, which no collection reaches.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn number(value: u64) -> f64 {
    value as f64
}

/// The numbers of Node's enum, which are not those of the wire.
fn item_type(kind: ItemType) -> u32 {
    match kind {
        ItemType::Scalar => 0,
        ItemType::Dictionary => 1,
        ItemType::List => 2,
        ItemType::Set => 3,
        ItemType::SortedSet => 4,
    }
}
