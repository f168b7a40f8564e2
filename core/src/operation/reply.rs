//! The shapes an answer can have. An operation's row in operations.toml names one.

use super::caches::CacheInfo;
use crate::error::{Error, ErrorCode, Result};
use bytes::Bytes;
use std::time::Duration;

/// An answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reply {
    /// Done; nothing to say.
    Success,
    /// Done: what was asked for has been created.
    Created,
    /// Nothing done: it was there.
    AlreadyExists,
    /// The item or collection is not there.
    Miss,
    /// The value of an item or of a list's place.
    Hit(Bytes),
    /// An item's value and its hash.
    Hashed(Hashed),
    /// A batch's answers, by key: a value, `None` for a miss, or why there is neither.
    Values(Vec<KeyedValue>),
    /// A batch's answers, in the order of its items.
    Results(Vec<Result<()>>),
    /// The item has been stored.
    Stored,
    /// The item has been stored; this is the hash of its value.
    StoredWithHash(Vec<u8>),
    /// The condition did not hold; nothing has changed.
    NotStored,
    /// A whole number.
    Integer(i64),
    /// A number of things.
    Length(u64),
    /// Whether there is such an item.
    Exists(bool),
    /// Whether there is such an item, for each key.
    AllExist(Vec<(Vec<u8>, bool)>),
    /// The time to live has changed.
    TtlSet,
    /// The time to live is as it was: the condition did not hold.
    TtlNotSet,
    /// The time that is left.
    RemainingTtl(Duration),
    /// What the item is.
    ItemType(ItemType),
    /// A dictionary's fields and values.
    Dictionary(Vec<(Vec<u8>, Vec<u8>)>),
    /// A field, and its value if it has one.
    Field(Vec<u8>, Option<Vec<u8>>),
    /// The fields asked for, with the values of those that have one.
    Fields(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    /// The values of a list, in order, or of a set.
    Elements(Vec<Bytes>),
    /// Whether the element is in the set.
    Contains(bool),
    /// Whether it is in the set, for each element.
    ContainsAll(Vec<(Vec<u8>, bool)>),
    /// The elements of a sorted set with their scores, in order.
    SortedSet(Vec<(Vec<u8>, f64)>),
    /// An element, and its score if it has one.
    ElementScore(Vec<u8>, Option<f64>),
    /// The elements asked for, with the scores of those that have one.
    Scores(Vec<(Vec<u8>, Option<f64>)>),
    /// A place in the order of scores.
    Rank(u64),
    /// A score.
    Score(f64),
    /// The account's caches.
    Caches(Vec<CacheInfo>),
    /// A new signing key.
    SigningKey(SigningKey),
    /// The account's signing keys.
    SigningKeys(Vec<ListedSigningKey>),
}

/// A key of a batch with its value, `None` for a miss, or why there is neither.
pub type KeyedValue = (Vec<u8>, Result<Option<Vec<u8>>>);

/// What came of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It was created.
    Created,
    /// It was there already.
    AlreadyExists,
}

/// What came of a change of a time to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TtlChange {
    /// It has changed.
    Set,
    /// It is as it was: the change asked for would have been the other way.
    NotSet,
    /// There is no such item.
    Miss,
}

/// A value and its hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashed {
    /// The value.
    pub value: Vec<u8>,
    /// Its hash: opaque bytes, equal for equal values.
    pub hash: Vec<u8>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemType {
    /// A plain value.
    Scalar,
    /// A dictionary.
    Dictionary,
    /// A set.
    Set,
    /// A list.
    List,
    /// A sorted set.
    SortedSet,
}

impl ItemType {
    /// `SORTED_SET`, as in both languages' enums.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "SCALAR",
            Self::Dictionary => "DICTIONARY",
            Self::Set => "SET",
            Self::List => "LIST",
            Self::SortedSet => "SORTED_SET",
        }
    }
}

/// A key that signs URLs for the HTTP API.
#[derive(Clone)]
pub struct SigningKey {
    /// Its identity, for `revoke_signing_key`.
    pub key_id: String,
    /// The endpoint to use it with.
    pub endpoint: String,
    /// The key itself, a JSON Web Key: secret.
    pub key: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey")
            .field("key_id", &self.key_id)
            .field("endpoint", &self.endpoint)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A signing key as a list tells it: without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedSigningKey {
    /// Its identity.
    pub key_id: String,
    /// The endpoint to use it with.
    pub endpoint: String,
    /// When it ends, in seconds since 1970.
    pub expires_at: u64,
}

/// From an answer to what the operation's Rust method returns: one reader per shape.
macro_rules! readers {
    ($($name:ident -> $kind:ty { $($pattern:pat => $value:expr),+ $(,)? })+) => {
        impl Reply {
            $(pub(crate) fn $name(self) -> Result<$kind> {
                match self {
                    $($pattern => Ok($value),)+
                    _ => Err(unexpected(stringify!($name))),
                }
            })+
        }
    };
}

readers! {
    into_success -> () { Self::Success => () }
    into_created -> Creation {
        Self::Created => Creation::Created,
        Self::AlreadyExists => Creation::AlreadyExists,
    }
    into_caches -> Vec<CacheInfo> { Self::Caches(caches) => caches }
    into_signing_key -> SigningKey { Self::SigningKey(key) => key }
    into_signing_keys -> Vec<ListedSigningKey> { Self::SigningKeys(keys) => keys }
    into_value -> Option<Vec<u8>> { Self::Hit(value) => Some(value.into()), Self::Miss => None }
    into_hashed_value -> Option<Hashed> { Self::Hashed(hashed) => Some(hashed), Self::Miss => None }
    into_values -> Vec<KeyedValue> { Self::Values(values) => values }
    into_results -> Vec<Result<()>> { Self::Results(results) => results }
    into_stored -> bool { Self::Stored => true, Self::NotStored => false }
    into_stored_with_hash -> Option<Vec<u8>> {
        Self::StoredWithHash(hash) => Some(hash),
        Self::NotStored => None,
    }
    into_integer -> i64 { Self::Integer(value) => value }
    into_exists -> bool { Self::Exists(exists) => exists }
    into_all_exist -> Vec<(Vec<u8>, bool)> { Self::AllExist(all) => all }
    into_ttl_set -> TtlChange { Self::TtlSet => TtlChange::Set, Self::Miss => TtlChange::Miss }
    into_ttl_changed -> TtlChange {
        Self::TtlSet => TtlChange::Set,
        Self::TtlNotSet => TtlChange::NotSet,
        Self::Miss => TtlChange::Miss,
    }
    into_remaining_ttl -> Option<Duration> {
        Self::RemainingTtl(ttl) => Some(ttl),
        Self::Miss => None,
    }
    into_item_type -> Option<ItemType> { Self::ItemType(kind) => Some(kind), Self::Miss => None }
    into_dictionary -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        Self::Dictionary(fields) => Some(fields),
        Self::Miss => None,
    }
    into_field -> Option<Vec<u8>> { Self::Field(_, value) => value }
    into_fields -> Option<Vec<(Vec<u8>, Option<Vec<u8>>)>> {
        Self::Fields(fields) => Some(fields),
        Self::Miss => None,
    }
    into_length -> Option<u64> { Self::Length(length) => Some(length), Self::Miss => None }
    into_list_length -> u64 { Self::Length(length) => length }
    into_total -> u64 { Self::Length(length) => length }
    into_set -> Option<Vec<Vec<u8>>> { Self::Elements(all) => Some(all.into_iter().map(Vec::from).collect()), Self::Miss => None }
    into_list -> Option<Vec<Vec<u8>>> { Self::Elements(all) => Some(all.into_iter().map(Vec::from).collect()), Self::Miss => None }
    into_contains -> Option<bool> { Self::Contains(it) => Some(it), Self::Miss => None }
    into_contains_all -> Option<Vec<(Vec<u8>, bool)>> {
        Self::ContainsAll(all) => Some(all),
        Self::Miss => None,
    }
    into_sorted_set -> Option<Vec<(Vec<u8>, f64)>> {
        Self::SortedSet(elements) => Some(elements),
        Self::Miss => None,
    }
    into_element_score -> Option<f64> { Self::ElementScore(_, score) => score }
    into_scores -> Option<Vec<(Vec<u8>, Option<f64>)>> {
        Self::Scores(scores) => Some(scores),
        Self::Miss => None,
    }
    into_rank -> Option<u64> { Self::Rank(rank) => Some(rank), Self::Miss => None }
    into_score -> f64 { Self::Score(score) => score }
}

fn unexpected(reader: &str) -> Error {
    Error::new(
        ErrorCode::Unknown,
        format!("{reader} can't read this operation's answer; please report this"),
    )
}
