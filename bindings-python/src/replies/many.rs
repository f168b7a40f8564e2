//! Replies of many parts: each in one pass, without a copy besides the one into Python.

use super::{Response, Variant};
use crate::generated::{DICTIONARY_GET_FIELD, GET, SET, SORTED_SET_GET_SCORE};
use momento_lambda_core::Result;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PySet};

pub(super) fn list<'py>(
    py: Python<'py>,
    elements: &[impl AsRef<[u8]>],
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(
        py,
        elements
            .iter()
            .map(|element| PyBytes::new(py, element.as_ref())),
    )
}

pub(super) fn set<'py>(
    py: Python<'py>,
    elements: &[impl AsRef<[u8]>],
) -> PyResult<Bound<'py, PySet>> {
    PySet::new(
        py,
        elements
            .iter()
            .map(|element| PyBytes::new(py, element.as_ref())),
    )
}

pub(super) fn scored<'py>(
    py: Python<'py>,
    elements: &[(Vec<u8>, f64)],
) -> PyResult<Bound<'py, PyList>> {
    let pairs = elements.iter();
    PyList::new(
        py,
        pairs.map(|(element, score)| (PyBytes::new(py, element), *score)),
    )
}

pub(super) fn dictionary<'py>(
    py: Python<'py>,
    fields: &[(Vec<u8>, Vec<u8>)],
) -> PyResult<Bound<'py, PyDict>> {
    let dictionary = PyDict::new(py);
    for (field, value) in fields {
        dictionary.set_item(PyBytes::new(py, field), PyBytes::new(py, value))?;
    }
    Ok(dictionary)
}

/// Yes or no, and what about, in two lists of one order.
pub(super) fn flags<'py>(
    py: Python<'py>,
    flags: &[(Vec<u8>, bool)],
) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
    Ok((
        PyList::new(py, flags.iter().map(|(_, flag)| *flag))?,
        PyList::new(py, flags.iter().map(|(about, _)| PyBytes::new(py, about)))?,
    ))
}

/// A key, and its value, that there is none, or why neither is known.
type Answer = (Vec<u8>, Result<Option<Vec<u8>>>);

/// The responses of a `get` for each key, and the keys.
pub(super) fn values(
    py: Python<'_>,
    values: Vec<Answer>,
) -> PyResult<(Bound<'_, PyList>, Bound<'_, PyList>)> {
    let responses = PyList::empty(py);
    let keys = PyList::empty(py);
    for (key, value) in values {
        responses.append(match value {
            Ok(Some(value)) => GET.hit(py, (PyBytes::new(py, &value),))?,
            Ok(None) => GET.variant(py, Variant::Miss)?.call0()?,
            Err(error) => GET.error(py, &error)?,
        })?;
        keys.append(PyBytes::new(py, &key))?;
    }
    Ok((responses, keys))
}

/// The responses of a `set` for each item.
pub(super) fn results(py: Python<'_>, results: Vec<Result<()>>) -> PyResult<Bound<'_, PyList>> {
    let responses = PyList::empty(py);
    for result in results {
        responses.append(match result {
            Ok(()) => SET.variant(py, Variant::Success)?.call0()?,
            Err(error) => SET.error(py, &error)?,
        })?;
    }
    Ok(responses)
}

/// The responses of a `dictionary_get_field` for each field.
pub(super) fn fields(
    py: Python<'_>,
    fields: Vec<(Vec<u8>, Option<Vec<u8>>)>,
) -> PyResult<Bound<'_, PyList>> {
    answers(py, fields, |field, value| {
        let field = PyBytes::new(py, field);
        match value {
            Some(value) => DICTIONARY_GET_FIELD.hit(py, (PyBytes::new(py, &value), field)),
            None => DICTIONARY_GET_FIELD.miss(py, (field,)),
        }
    })
}

/// The responses of a `sorted_set_get_score` for each element.
pub(super) fn scores(
    py: Python<'_>,
    scores: Vec<(Vec<u8>, Option<f64>)>,
) -> PyResult<Bound<'_, PyList>> {
    let response: &Response = &SORTED_SET_GET_SCORE;
    answers(py, scores, |element, score| {
        let element = PyBytes::new(py, element);
        match score {
            Some(score) => response.hit(py, (element, score)),
            None => response.miss(py, (element,)),
        }
    })
}

fn answers<'py, T>(
    py: Python<'py>,
    parts: Vec<(Vec<u8>, T)>,
    answer: impl Fn(&[u8], T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let responses = PyList::empty(py);
    for (about, part) in parts {
        responses.append(answer(&about, part)?)?;
    }
    Ok(responses)
}
