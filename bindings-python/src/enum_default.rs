//! What stands for an enum's member as an argument's default.
//!
//! The module `enum` alone costs 4 ms of a cold start, so a client can't import the enums that its
//! signatures mention. These defaults look like the members (`inspect.signature`, `help`) and mean
//! the same.

use pyo3::prelude::*;

#[pyclass(frozen, module = "momento_lambda._native")]
pub(crate) struct EnumDefault {
    shown: &'static str,
    name: &'static str,
}

impl EnumDefault {
    pub(crate) const fn ascending() -> Self {
        Self {
            shown: "<SortOrder.ASCENDING: True>",
            name: "ASCENDING",
        }
    }

    pub(crate) const fn sum() -> Self {
        Self {
            shown: "<SortedSetAggregate.SUM: 0>",
            name: "SUM",
        }
    }
}

#[pymethods]
impl EnumDefault {
    /// The member's name.
    #[getter]
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    fn __repr__(&self) -> &'static str {
        self.shown
    }
}
