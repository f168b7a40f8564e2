//! Iterables and mappings.
//!
//! Whatever the caller's iterators do, a call ends: what they raise is told, and one without an end
//! is stopped before it fills the memory. A dict is read from a copy of its items, made in one go, so
//! that another thread can't change it in between.

use super::numbers::number;
use super::{Conversion, Refusal, bytes, duration, score, text, unsupported};
use crate::once::{Once, intern};
use momento_lambda_core::Error;
use momento_lambda_core::operation::{BatchItem, SortedSetSource};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyMapping, PyTuple, PyType};

const ELEMENT: &str = "Could not convert the given type to bytes: ";

/// What all elements together may take here: far more than a message, and less than Lambda's memory.
const MOST_BYTES: usize = 256 << 20;
/// What an element takes besides its bytes.
const ELEMENT_BYTES: usize = 32;

/// Counts what has been read.
struct Room<'a> {
    left: usize,
    what: &'a str,
}

impl<'a> Room<'a> {
    fn new(what: &'a str) -> Self {
        Self {
            left: MOST_BYTES,
            what,
        }
    }

    fn take(&mut self, bytes: usize) -> Result<(), Error> {
        self.left = self
            .left
            .checked_sub(bytes + ELEMENT_BYTES)
            .ok_or_else(|| {
                Error::invalid_argument(format!(
                    "{} hold more than {} MiB, which no message can; make several calls",
                    self.what,
                    MOST_BYTES >> 20
                ))
            })?;
        Ok(())
    }
}

fn iterate<'py>(argument: &Bound<'py, PyAny>, refusal: &str) -> Conversion<Bound<'py, PyIterator>> {
    let py = argument.py();
    argument.try_iter().map_err(|error| {
        let has_iterator = argument.get_type().hasattr(intern!(py, "__iter__"));
        if has_iterator.unwrap_or(false) {
            Refusal::raised(py, "the elements", error)
        } else {
            unsupported(argument, refusal).into()
        }
    })
}

pub(crate) fn bytes_list(argument: &Bound<'_, PyAny>, refusal: &str) -> Conversion<Vec<Vec<u8>>> {
    let py = argument.py();
    let mut room = Room::new("the elements");
    let mut elements = Vec::new();
    for element in iterate(argument, refusal)? {
        let element = element.map_err(|error| Refusal::raised(py, "the elements", error))?;
        let element = bytes(&element, "an element", ELEMENT)?;
        room.take(element.len())?;
        elements.push(element);
    }
    Ok(elements)
}

/// The pairs of a mapping; `None` where it is none.
fn pairs<'py>(argument: &Bound<'py, PyAny>) -> Conversion<Option<Bound<'py, PyIterator>>> {
    let py = argument.py();
    let raised = |error| Refusal::raised(py, "the mapping", error);
    let items = if argument.is_exact_instance_of::<PyDict>() {
        let dict = argument
            .cast::<PyDict>()
            .map_err(|error| raised(error.into()))?;
        dict.items().into_any()
    } else if argument.cast::<PyMapping>().is_ok() {
        argument
            .call_method0(intern!(py, "items"))
            .map_err(raised)?
    } else {
        return Ok(None);
    };
    items.try_iter().map(Some).map_err(raised)
}

/// Reads a mapping's keys as bytes and its values with `read`, which also tells what a value takes.
fn mapping<'py, T>(
    argument: &Bound<'py, PyAny>,
    refusal: &str,
    read: impl Fn(&Bound<'py, PyAny>) -> Conversion<(T, usize)>,
) -> Conversion<Vec<(Vec<u8>, T)>> {
    let py = argument.py();
    let pairs = pairs(argument)?.ok_or_else(|| unsupported(argument, refusal))?;
    let mut room = Room::new("the items");
    let mut read_pairs = Vec::new();
    for pair in pairs {
        let (key, value) = pair
            .and_then(|pair| pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>())
            .map_err(|error| Refusal::raised(py, "the mapping", error))?;
        let key = bytes(&key, "a key of the mapping", ELEMENT)?;
        let (value, size) = read(&value)?;
        room.take(key.len() + size)?;
        read_pairs.push((key, value));
    }
    Ok(read_pairs)
}

pub(crate) fn dictionary(
    argument: &Bound<'_, PyAny>,
    refusal: &str,
) -> Conversion<Vec<(Vec<u8>, Vec<u8>)>> {
    mapping(argument, refusal, |value| {
        let value = bytes(value, "a value of the mapping", ELEMENT)?;
        let size = value.len();
        Ok((value, size))
    })
}

pub(crate) fn scored(
    argument: &Bound<'_, PyAny>,
    refusal: &str,
) -> Conversion<Vec<(Vec<u8>, f64)>> {
    mapping(argument, refusal, |value| {
        Ok((score(value)?, size_of::<f64>()))
    })
}

/// A mapping of keys to values, or an iterable of `SetBatchItem`s.
pub(crate) fn items(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<Vec<BatchItem>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let py = argument.py();
    let refusal = format!("Unsupported type for {what}: ");
    if argument.cast::<PyMapping>().is_ok() {
        let pairs = dictionary(argument, &refusal)?;
        let item = |(key, value)| BatchItem {
            key,
            value,
            ttl: None,
        };
        return Ok(pairs.into_iter().map(item).collect());
    }
    let raised = |error| Refusal::raised(py, what, error);
    let mut room = Room::new("the items");
    let mut items = Vec::new();
    for item in iterate(argument, &refusal)? {
        let item = item.map_err(raised)?;
        let class = CLASS
            .import(py, "momento_lambda.requests.set_batch_item", "SetBatchItem")
            .map_err(raised)?;
        if !item.is_instance(class).map_err(raised)? {
            let refusal = format!("{what} must be SetBatchItems or a mapping. Given type: ");
            return Err(unsupported(&item, &refusal).into());
        }
        let field = |name| item.getattr(name).map_err(raised);
        let key = bytes(&field("key")?, "key", "Unsupported type for key: ")?;
        let value = bytes(&field("value")?, "value", "Unsupported type for value: ")?;
        let ttl = field("ttl")?;
        let ttl = if ttl.is_none() {
            None
        } else {
            Some(duration(&ttl, "TTL")?)
        };
        room.take(key.len() + value.len())?;
        items.push(BatchItem { key, value, ttl });
    }
    Ok(items)
}

/// An iterable of `SortedSetSource`s, or of pairs of a name and a weight.
pub(crate) fn sources(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<Vec<SortedSetSource>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let py = argument.py();
    let raised = |error| Refusal::raised(py, what, error);
    let mut room = Room::new("the sources");
    let mut sources = Vec::new();
    for source in iterate(argument, &format!("Unsupported type for {what}: "))? {
        let source = source.map_err(raised)?;
        let module = "momento_lambda.requests.sorted_set_source";
        let class = CLASS
            .import(py, module, "SortedSetSource")
            .map_err(raised)?;
        let (name, weight) = if source.is_instance(class).map_err(raised)? {
            let field = |name| source.getattr(name).map_err(raised);
            (field("sorted_set_name")?, field("weight")?)
        } else {
            let pair = source
                .cast::<PyTuple>()
                .ok()
                .and_then(|pair| pair.extract().ok());
            pair.ok_or_else(|| {
                let refusal = format!("{what} must be SortedSetSources. Given type: ");
                unsupported(&source, &refusal)
            })?
        };
        let sorted_set_name = text(&name, "Sorted set name")?;
        let weight = number(&weight, "weight")?;
        room.take(sorted_set_name.len())?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the protocol's weight is a float of 32 bits; the core refuses what becomes infinite"
        )]
        sources.push(SortedSetSource {
            sorted_set_name,
            weight: weight as f32,
        });
    }
    Ok(sources)
}
