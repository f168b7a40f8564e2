//! From a core reply to the official response object.
//!
//! The classes are Python's own (`momento_lambda/responses`), because users match on them; each is
//! looked up when it is first needed and kept, so that importing the package costs none of it.

mod control;
mod many;

use crate::errors;
use crate::once::Once;
use momento_lambda_core::operation::{ItemType, Reply};
use momento_lambda_core::{Error, Result};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use std::time::Duration;

/// What a core reply does not say by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A length is that of a collection that was found.
    Length,
    /// Elements are in order.
    List,
    /// Elements are in no order.
    Set,
    /// Nothing to say.
    Plain,
}

/// The classes of one operation's response, `CacheGet.Hit` and so on.
pub(crate) struct Response {
    module: &'static str,
    class: &'static str,
    shape: Shape,
    variants: [Once<Py<PyAny>>; 9],
}

#[derive(Clone, Copy)]
enum Variant {
    Success,
    CacheAlreadyExists,
    Hit,
    Miss,
    Stored,
    NotStored,
    Set,
    NotSet,
    Error,
}

impl Variant {
    const fn name(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::CacheAlreadyExists => "CacheAlreadyExists",
            Self::Hit => "Hit",
            Self::Miss => "Miss",
            Self::Stored => "Stored",
            Self::NotStored => "NotStored",
            Self::Set => "Set",
            Self::NotSet => "NotSet",
            Self::Error => "Error",
        }
    }
}

impl Response {
    /// The response `class` of the module `module`.
    pub(crate) const fn new(module: &'static str, class: &'static str, shape: Shape) -> Self {
        Self {
            module,
            class,
            shape,
            variants: [const { Once::new() }; 9],
        }
    }

    /// The response object for how a call ended; where failures are to be `raised`, an error.
    pub(crate) fn build<'py>(
        &self,
        py: Python<'py>,
        outcome: Result<Reply>,
        raised: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        match outcome {
            Ok(reply) => self.reply(py, reply),
            Err(error) if raised => Err(PyErr::from_value(self.exception(py, &error)?)),
            Err(error) => self.error(py, &error),
        }
    }

    fn reply<'py>(&self, py: Python<'py>, reply: Reply) -> PyResult<Bound<'py, PyAny>> {
        let bare = |variant| self.variant(py, variant)?.call0();
        let bytes = |bytes: &[u8]| PyBytes::new(py, bytes);
        match reply {
            Reply::Success | Reply::Created => bare(Variant::Success),
            Reply::AlreadyExists => bare(Variant::CacheAlreadyExists),
            Reply::Miss => bare(Variant::Miss),
            Reply::Stored => bare(Variant::Stored),
            Reply::NotStored => bare(Variant::NotStored),
            Reply::TtlSet => bare(Variant::Set),
            Reply::TtlNotSet => bare(Variant::NotSet),
            Reply::Hit(value) => self.hit(py, (bytes(&value),)),
            Reply::Hashed(hashed) => self.hit(py, (bytes(&hashed.value), bytes(&hashed.hash))),
            Reply::StoredWithHash(hash) => {
                self.variant(py, Variant::Stored)?.call1((bytes(&hash),))
            }
            Reply::Field(field, Some(value)) => self.hit(py, (bytes(&value), bytes(&field))),
            Reply::Field(field, None) => self.miss(py, (bytes(&field),)),
            Reply::ElementScore(element, Some(score)) => self.hit(py, (bytes(&element), score)),
            Reply::ElementScore(element, None) => self.miss(py, (bytes(&element),)),
            Reply::Integer(number) => self.success(py, (number,)),
            Reply::Score(score) => self.success(py, (score,)),
            Reply::Exists(exists) => self.success(py, (exists,)),
            Reply::Contains(contains) => self.hit(py, (contains,)),
            Reply::Rank(rank) => self.hit(py, (rank,)),
            Reply::RemainingTtl(ttl) => self.hit(py, (timedelta(py, ttl)?,)),
            Reply::ItemType(kind) => self.hit(py, (item_type(py, kind)?,)),
            Reply::Length(length) if self.shape == Shape::Length => self.hit(py, (length,)),
            Reply::Length(length) => self.success(py, (length,)),
            Reply::Elements(elements) if self.shape == Shape::Set => {
                self.hit(py, (many::set(py, &elements)?,))
            }
            Reply::Elements(elements) => self.hit(py, (many::list(py, &elements)?,)),
            Reply::SortedSet(elements) => self.hit(py, (many::scored(py, &elements)?,)),
            Reply::Dictionary(fields) => self.hit(py, (many::dictionary(py, &fields)?,)),
            Reply::Fields(fields) => self.hit(py, (many::fields(py, fields)?,)),
            Reply::Scores(scores) => self.hit(py, (many::scores(py, scores)?,)),
            Reply::Values(values) => self.success(py, many::values(py, values)?),
            Reply::Results(results) => self.success(py, (many::results(py, results)?,)),
            Reply::AllExist(exist) => self.success(py, many::flags(py, &exist)?),
            Reply::ContainsAll(contains) => self.hit(py, many::flags(py, &contains)?),
            Reply::Caches(caches) => self.success(py, (control::caches(py, caches)?,)),
            Reply::SigningKey(key) => self.success(py, control::signing_key(py, key)?),
            Reply::SigningKeys(keys) => self.success(py, (control::signing_keys(py, keys)?,)),
            _ => Err(PyRuntimeError::new_err(format!(
                "{} has no variant for this reply; please report this",
                self.class
            ))),
        }
    }

    fn hit<'py, A>(&self, py: Python<'py>, holds: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: pyo3::call::PyCallArgs<'py>,
    {
        self.variant(py, Variant::Hit)?.call1(holds)
    }

    fn miss<'py, A>(&self, py: Python<'py>, holds: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: pyo3::call::PyCallArgs<'py>,
    {
        self.variant(py, Variant::Miss)?.call1(holds)
    }

    fn success<'py, A>(&self, py: Python<'py>, holds: A) -> PyResult<Bound<'py, PyAny>>
    where
        A: pyo3::call::PyCallArgs<'py>,
    {
        self.variant(py, Variant::Success)?.call1(holds)
    }

    fn error<'py>(&self, py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
        let exception = self.exception(py, error)?;
        self.variant(py, Variant::Error)?.call1((exception,))
    }

    fn exception<'py>(&self, py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
        let service = if self.module.contains(".signing_key.") {
            "auth"
        } else {
            "cache"
        };
        errors::exception_of(py, error, service, Some(self.class))
    }

    fn variant<'py>(&self, py: Python<'py>, variant: Variant) -> PyResult<&Bound<'py, PyAny>> {
        self.variants[variant as usize]
            .get_or_try_init(py, || {
                let class = py.import(self.module)?.getattr(self.class)?;
                class.getattr(variant.name()).map(Bound::unbind)
            })
            .map(|class| class.bind(py))
    }
}

fn timedelta(py: Python<'_>, duration: Duration) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    // More days than a timedelta takes are as good as the most that it takes.
    let days = (duration.as_secs() / 86_400).min(999_999_999);
    CLASS.import(py, "datetime", "timedelta")?.call1((
        days,
        duration.as_secs() % 86_400,
        duration.subsec_micros(),
    ))
}

fn item_type(py: Python<'_>, kind: ItemType) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: Once<Py<PyType>> = Once::new();
    CLASS
        .import(py, "momento_lambda.responses.item_type", "ItemType")?
        .getattr(kind.name())
}
