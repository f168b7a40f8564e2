//! Numbers, flags and enums.
//!
//! Whole numbers are whatever has `__index__`, as in the official SDK; a score is a float and
//! nothing else, as there.

use super::{Conversion, Refusal, unsupported};
use crate::enum_default::EnumDefault;
use crate::once::{Once, intern};
use momento_lambda_core::operation::{Aggregate, ScoreBound, SortOrder};
use momento_lambda_core::{Error, Result};
use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyType};

/// A whole number, or how it lies outside of 64 bits.
enum Whole {
    Number(i64),
    TooLow,
    TooHigh,
}

fn whole(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<Whole> {
    let py = argument.py();
    match argument.extract::<i64>() {
        Ok(number) => Ok(Whole::Number(number)),
        Err(error) if error.is_instance_of::<PyOverflowError>(py) => {
            let negative = argument
                .lt(0)
                .map_err(|error| Refusal::raised(py, what, error))?;
            Ok(if negative {
                Whole::TooLow
            } else {
                Whole::TooHigh
            })
        }
        Err(error) if argument.hasattr(intern!(py, "__index__")).unwrap_or(false) => {
            Err(Refusal::raised(py, what, error))
        }
        Err(_) => {
            Err(unsupported(argument, &format!("{what} must be an int. Given type: ")).into())
        }
    }
}

/// A whole number that fits into `T`; `lowest` and `highest` are what to say about one that does not.
fn ranged<T: TryFrom<i64>>(
    argument: &Bound<'_, PyAny>,
    what: &str,
    lowest: &str,
    highest: &str,
) -> Conversion<T> {
    let refused =
        |must: &str| Refusal::from(Error::invalid_argument(format!("{what} must {must}")));
    match whole(argument, what)? {
        Whole::Number(number) => {
            T::try_from(number).map_err(|_| refused(if number < 0 { lowest } else { highest }))
        }
        Whole::TooLow => Err(refused(lowest)),
        Whole::TooHigh => Err(refused(highest)),
    }
}

/// The same for an argument that may be left out.
fn ranged_if_given<T: TryFrom<i64>>(
    argument: Option<&Bound<'_, PyAny>>,
    what: &str,
    lowest: &str,
    highest: &str,
) -> Conversion<Option<T>> {
    argument
        .map(|argument| ranged(argument, what, lowest, highest))
        .transpose()
}

const MOST_64: &str = "be at most 9223372036854775807";
const MOST_32: &str = "be at most 2147483647";
const MOST_UNSIGNED_32: &str = "be at most 4294967295";
// The official texts of Node.
const NOT_NEGATIVE: &str = "be non-negative (>= 0)";
const POSITIVE: &str = "be positive (> 0)";
const STRICTLY_POSITIVE: &str = "be strictly positive (> 0)";

pub(crate) fn amount(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<i64> {
    ranged(argument, what, "be at least -9223372036854775808", MOST_64)
}

pub(crate) fn limit(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<u64> {
    ranged(argument, what, NOT_NEGATIVE, MOST_64)
}

pub(crate) fn pop_count(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<u32> {
    ranged(argument, what, POSITIVE, MOST_UNSIGNED_32)
}

pub(crate) fn index(argument: Option<&Bound<'_, PyAny>>, what: &str) -> Conversion<Option<i32>> {
    ranged_if_given(argument, what, "be at least -2147483648", MOST_32)
}

pub(crate) fn offset(argument: Option<&Bound<'_, PyAny>>, what: &str) -> Conversion<Option<u32>> {
    ranged_if_given(argument, what, NOT_NEGATIVE, MOST_UNSIGNED_32)
}

pub(crate) fn size(argument: Option<&Bound<'_, PyAny>>, what: &str) -> Conversion<Option<u32>> {
    ranged_if_given(argument, what, NOT_NEGATIVE, MOST_UNSIGNED_32)
}

pub(crate) fn count(argument: Option<&Bound<'_, PyAny>>, what: &str) -> Conversion<Option<u32>> {
    ranged_if_given(argument, what, STRICTLY_POSITIVE, MOST_UNSIGNED_32)
}

pub(crate) fn score(argument: &Bound<'_, PyAny>) -> Result<f64> {
    let float = argument.cast::<PyFloat>();
    float
        .map(PyFloatMethods::value)
        .map_err(|_| unsupported(argument, "score must be a float. Given type: "))
}

/// Floats and, as in the official SDK, whole numbers.
pub(crate) fn score_bound(
    argument: Option<&Bound<'_, PyAny>>,
    what: &str,
) -> Conversion<Option<ScoreBound>> {
    argument
        .map(|argument| number(argument, what).map(ScoreBound::Inclusive))
        .transpose()
}

/// A float, or what has `__float__` or `__index__`.
pub(super) fn number(argument: &Bound<'_, PyAny>, what: &str) -> Conversion<f64> {
    let py = argument.py();
    argument.extract::<f64>().map_err(|error| {
        if error.is_instance_of::<pyo3::exceptions::PyTypeError>(py) {
            unsupported(argument, &format!("{what} must be a float. Given type: ")).into()
        } else {
            Refusal::raised(py, what, error)
        }
    })
}

pub(crate) fn flag(argument: Option<&Bound<'_, PyAny>>, what: &str) -> Result<Option<bool>> {
    let Some(argument) = argument else {
        return Ok(None);
    };
    let flag = argument.cast::<PyBool>();
    flag.map(|flag| Some(flag.is_true()))
        .map_err(|_| unsupported(argument, &format!("{what} must be a bool. Given type: ")))
}

pub(crate) fn order(argument: &Bound<'_, PyAny>, what: &str) -> Result<SortOrder> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let import = || {
        CLASS.import(
            argument.py(),
            "momento_lambda.requests.sort_order",
            "SortOrder",
        )
    };
    match member(argument, import).as_deref() {
        Some("ASCENDING") => Ok(SortOrder::Ascending),
        Some("DESCENDING") => Ok(SortOrder::Descending),
        _ => Err(unsupported(
            argument,
            &format!("{what} must be a SortOrder. Given type: "),
        )),
    }
}

pub(crate) fn aggregate(argument: &Bound<'_, PyAny>, what: &str) -> Result<Aggregate> {
    static CLASS: Once<Py<PyType>> = Once::new();
    let module = "momento_lambda.requests.sorted_set_aggregate";
    let import = || CLASS.import(argument.py(), module, "SortedSetAggregate");
    match member(argument, import).as_deref() {
        Some("SUM") => Ok(Aggregate::Sum),
        Some("MIN") => Ok(Aggregate::Min),
        Some("MAX") => Ok(Aggregate::Max),
        _ => Err(unsupported(
            argument,
            &format!("{what} must be a SortedSetAggregate. Given type: "),
        )),
    }
}

/// The name of an enum's member, or of what stands for it as a default.
fn member<'py>(
    argument: &Bound<'py, PyAny>,
    class: impl FnOnce() -> PyResult<&'py Bound<'py, PyType>>,
) -> Option<String> {
    if let Ok(default) = argument.cast::<EnumDefault>() {
        return Some(default.get().name().to_owned());
    }
    let class = class().ok()?;
    argument
        .is_instance(class)
        .ok()?
        .then(|| argument.getattr("name").ok()?.extract().ok())?
}
