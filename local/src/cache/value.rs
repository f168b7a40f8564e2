//! What can stand behind a key.
//!
//! Momento has one key space for all types. A collection is boxed, so that a million plain items pay nothing for the
//! size of the largest collection's head.

use std::fmt;
use std::sync::Arc;

use crate::cache::{Dictionary, List, Refusal, Set, SortedSet};

/// The value of an item.
#[derive(Debug)]
pub(crate) enum Value {
    /// Plain bytes. Shared, so that a reader copies five megabytes after the lock is released, not under it.
    Scalar(Arc<[u8]>),
    Dictionary(Box<Dictionary>),
    Set(Box<Set>),
    List(Box<List>),
    SortedSet(Box<SortedSet>),
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Scalar,
    Dictionary,
    Set,
    List,
    SortedSet,
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Scalar => "a scalar",
            Self::Dictionary => "a dictionary",
            Self::Set => "a set",
            Self::List => "a list",
            Self::SortedSet => "a sorted set",
        })
    }
}

impl Value {
    pub(crate) fn type_of(&self) -> Type {
        match self {
            Self::Scalar(_) => Type::Scalar,
            Self::Dictionary(_) => Type::Dictionary,
            Self::Set(_) => Type::Set,
            Self::List(_) => Type::List,
            Self::SortedSet(_) => Type::SortedSet,
        }
    }

    /// The bytes of a scalar.
    pub(crate) fn scalar(&self) -> Result<&Arc<[u8]>, Refusal> {
        match self {
            Self::Scalar(bytes) => Ok(bytes),
            other => Err(Refusal::WrongType {
                wanted: Type::Scalar,
                found: other.type_of(),
            }),
        }
    }

    pub(crate) fn collection<C: Collection>(&self) -> Result<&C, Refusal> {
        C::of(self).ok_or(self.is_no(C::TYPE))
    }

    pub(crate) fn collection_mut<C: Collection>(&mut self) -> Result<&mut C, Refusal> {
        let refusal = self.is_no(C::TYPE);
        C::of_mut(self).ok_or(refusal)
    }

    fn is_no(&self, wanted: Type) -> Refusal {
        Refusal::WrongType {
            wanted,
            found: self.type_of(),
        }
    }
}

/// A value of many elements. It is there while it has any: an emptied collection is a missing one.
pub(crate) trait Collection: Default {
    const TYPE: Type;

    fn of(value: &Value) -> Option<&Self>;
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    fn into_value(self) -> Value;
    fn is_empty(&self) -> bool;
}

macro_rules! collection {
    ($($kind:ident)+) => {
        $(
            impl Collection for $kind {
                const TYPE: Type = Type::$kind;

                fn of(value: &Value) -> Option<&Self> {
                    match value {
                        Value::$kind(collection) => Some(collection),
                        _ => None,
                    }
                }

                fn of_mut(value: &mut Value) -> Option<&mut Self> {
                    match value {
                        Value::$kind(collection) => Some(collection),
                        _ => None,
                    }
                }

                fn into_value(self) -> Value {
                    Value::$kind(Box::new(self))
                }

                fn is_empty(&self) -> bool {
                    self.len() == 0
                }
            }
        )+
    };
}

collection! { Dictionary Set List SortedSet }
