//! One cache: items of every type, under one lock.
//!
//! A call holds the lock for what it does to one item. Five megabytes of a scalar are copied after it is released; the
//! elements of a collection are copied under it, since they are only there as long as it is held.
//!
//! The clock is an argument of each call, which lets a test move time instead of waiting for it. Nothing here knows
//! gRPC: src/data converts.

mod condition;
mod dictionary;
mod expiry;
mod integer;
mod items;
mod list;
mod range;
mod refusal;
mod set;
mod sorted_set;
mod union;
mod value;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub(crate) use condition::{Condition, hash};
pub(crate) use dictionary::Dictionary;
pub(crate) use expiry::{CollectionTtl, TtlChange};
pub(crate) use list::{End, List};
pub(crate) use range::IndexRange;
pub(crate) use refusal::Refusal;
pub(crate) use set::Set;
pub(crate) use sorted_set::{Limit, Order, Score, SortedSet};
pub(crate) use union::{Aggregate, Union};
pub(crate) use value::{Collection, Type};

use crate::cache::items::Items;
use crate::cache::value::Value;
use crate::sync::lock;

/// A cache's items.
#[derive(Debug)]
pub(crate) struct Cache {
    id: String,
    items: Mutex<Items>,
}

impl Cache {
    pub(crate) fn new(id: String) -> Self {
        Self {
            id,
            items: Mutex::default(),
        }
    }

    /// Tells this cache from an earlier one of the same name.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The live scalar under a key.
    pub(crate) fn get(&self, key: &[u8], now: Instant) -> Result<Option<Arc<[u8]>>, Refusal> {
        match lock(&self.items).value(key, now) {
            Some(value) => value.scalar().map(|bytes| Some(Arc::clone(bytes))),
            None => Ok(None),
        }
    }

    /// Puts a scalar under a key for `ttl` from now, whatever was there before.
    pub(crate) fn set(&self, key: &[u8], value: Vec<u8>, ttl: Duration, now: Instant) {
        let value = Value::Scalar(value.into());
        lock(&self.items).put(key, value, ttl, now);
    }

    /// As [`set`](Self::set) if a condition holds; says whether it did.
    pub(crate) fn set_if(
        &self,
        key: &[u8],
        value: Vec<u8>,
        ttl: Duration,
        condition: &Condition,
        now: Instant,
    ) -> Result<bool, Refusal> {
        let value = Value::Scalar(value.into());
        let mut items = lock(&self.items);
        let holds = condition.holds(items.value(key, now).map(|value| &*value))?;
        if holds {
            items.put(key, value, ttl, now);
        }
        Ok(holds)
    }

    /// Adds to a number, which then lives for `ttl`.
    pub(crate) fn increment(
        &self,
        key: &[u8],
        amount: i64,
        ttl: Duration,
        now: Instant,
    ) -> Result<i64, Refusal> {
        let mut items = lock(&self.items);
        let before = match items.value(key, now) {
            Some(value) => Some(&**value.scalar()?),
            None => None,
        };
        let number = integer::incremented(before, amount)?;
        let text = Arc::from(number.to_string().into_bytes());
        items.put(key, Value::Scalar(text), ttl, now);
        Ok(number)
    }

    /// What is under a key.
    pub(crate) fn type_of(&self, key: &[u8], now: Instant) -> Option<Type> {
        let mut items = lock(&self.items);
        items.value(key, now).map(|value| value.type_of())
    }

    /// How long what is under a key still lives.
    pub(crate) fn remaining(&self, key: &[u8], now: Instant) -> Option<Duration> {
        lock(&self.items).get(key, now).map(|(_, left)| left)
    }

    /// Changes how long what is under a key lives; says whether it was to be changed.
    pub(crate) fn change_ttl(&self, key: &[u8], change: TtlChange, now: Instant) -> Option<bool> {
        let mut items = lock(&self.items);
        let (_, remaining) = items.get(key, now)?;
        let ttl = change.on(remaining);
        if let Some(ttl) = ttl {
            items.expire(key, ttl, now);
        }
        Some(ttl.is_some())
    }

    /// Removes a key, if it is there.
    pub(crate) fn delete(&self, key: &[u8]) {
        lock(&self.items).remove(key);
    }

    /// Removes every item.
    pub(crate) fn flush(&self) {
        // Taken out first: a million items are freed after the lock is released.
        let items = std::mem::take(&mut *lock(&self.items));
        drop(items);
    }

    /// Looks into a collection; `None` if there is none.
    pub(crate) fn read<C: Collection, T>(
        &self,
        key: &[u8],
        now: Instant,
        read: impl FnOnce(&C) -> T,
    ) -> Result<Option<T>, Refusal> {
        match lock(&self.items).value(key, now) {
            Some(value) => value.collection().map(|collection| Some(read(collection))),
            None => Ok(None),
        }
    }

    /// Changes a collection that is there; `None` if there is none. With `refresh` it then lives that long.
    pub(crate) fn change<C: Collection, T>(
        &self,
        key: &[u8],
        refresh: Option<Duration>,
        now: Instant,
        change: impl FnOnce(&mut C) -> T,
    ) -> Result<Option<T>, Refusal> {
        let mut items = lock(&self.items);
        let Some(value) = items.value(key, now) else {
            return Ok(None);
        };
        let collection: &mut C = value.collection_mut()?;
        let answer = change(collection);
        if collection.is_empty() {
            items.remove(key);
        } else if let Some(ttl) = refresh {
            items.expire(key, ttl, now);
        }
        Ok(Some(answer))
    }

    /// Changes a collection, made for it if there is none. What `change` refuses, it must not have begun.
    pub(crate) fn write<C: Collection, T>(
        &self,
        key: &[u8],
        ttl: CollectionTtl,
        now: Instant,
        change: impl FnOnce(&mut C) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut items = lock(&self.items);
        let Some(value) = items.value(key, now) else {
            let mut collection = C::default();
            let answer = change(&mut collection)?;
            if !collection.is_empty() {
                items.put(key, collection.into_value(), ttl.ttl, now);
            }
            return Ok(answer);
        };
        let collection: &mut C = value.collection_mut()?;
        let answer = change(collection)?;
        if collection.is_empty() {
            items.remove(key);
        } else if ttl.refresh {
            items.expire(key, ttl.ttl, now);
        }
        Ok(answer)
    }

    /// Puts the union of sorted sets under a key, whatever was there before, and says how long it is. A set that is
    /// missing is an empty one; an empty union leaves nothing under the key.
    pub(crate) fn store_union(
        &self,
        key: &[u8],
        sources: &[(Vec<u8>, f64)],
        aggregate: Aggregate,
        ttl: Duration,
        now: Instant,
    ) -> Result<usize, Refusal> {
        let mut items = lock(&self.items);
        let mut union = Union::new(aggregate);
        for (source, weight) in sources {
            if let Some(value) = items.value(source, now) {
                union.add(value.collection()?, *weight)?;
            }
        }
        let union = union.finish()?;
        let length = union.len();
        if length == 0 {
            items.remove(key);
        } else {
            items.put(key, union.into_value(), ttl, now);
        }
        Ok(length)
    }

    /// How many items and ends are held, the dead ones too.
    #[cfg(test)]
    pub(crate) fn held(&self) -> (usize, usize) {
        lock(&self.items).held()
    }
}
