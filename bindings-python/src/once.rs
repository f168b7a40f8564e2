//! What is made once: classes that are imported when first needed, names as Python objects.
//!
//! `PyO3`'s own cells lock themselves, then wait for the interpreter and run the import. A process
//! that forks at this moment, in another thread, gets a child in which the cell stays locked, and so
//! does the module that was being imported. Here nothing is locked while something is made: two
//! threads may make the same, and the first counts. And a fork waits for what is being made.

use pyo3::PyTypeCheck;
use pyo3::prelude::*;
use pyo3::types::PyString;
use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A cell that is written once. In use only while attached to the interpreter, and never locked
/// across anything that detaches.
pub(crate) struct Once<T>(OnceLock<T>);

impl<T> Once<T> {
    pub(crate) const fn new() -> Self {
        Self(OnceLock::new())
    }

    pub(crate) fn get_or_try_init(
        &self,
        _py: Python<'_>,
        make: impl FnOnce() -> PyResult<T>,
    ) -> PyResult<&T> {
        if let Some(value) = self.0.get() {
            return Ok(value);
        }
        let under_way = Making::begin();
        let value = make()?;
        drop(under_way);
        Ok(self.0.get_or_init(|| value))
    }
}

impl<T> Once<Py<T>>
where
    T: PyTypeCheck,
{
    /// The attribute of a module.
    pub(crate) fn import<'py>(
        &self,
        py: Python<'py>,
        module: &str,
        attribute: &str,
    ) -> PyResult<&Bound<'py, T>> {
        let imported = self.get_or_try_init(py, || {
            let value = py.import(module)?.getattr(attribute)?;
            Ok(value.cast_into::<T>()?.unbind())
        })?;
        Ok(imported.bind(py))
    }
}

/// A name as a Python string that is made once.
pub(crate) struct Name(&'static str, OnceLock<Py<PyString>>);

impl Name {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text, OnceLock::new())
    }

    pub(crate) fn get<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        let made = || PyString::intern(py, self.0).unbind();
        self.1.get_or_init(made).bind(py)
    }
}

/// As `PyO3`'s macro of this name.
macro_rules! intern {
    ($py:expr, $text:literal) => {{
        static NAME: $crate::once::Name = $crate::once::Name::new($text);
        NAME.get($py)
    }};
}
pub(crate) use intern;

static MAKING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MAKING_HERE: Cell<usize> = const { Cell::new(0) };
}

/// Something is being made, here.
struct Making;

impl Making {
    fn begin() -> Self {
        MAKING.fetch_add(1, Ordering::Relaxed);
        MAKING_HERE.set(MAKING_HERE.get() + 1);
        Self
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        MAKING.fetch_sub(1, Ordering::Relaxed);
        MAKING_HERE.set(MAKING_HERE.get().saturating_sub(1));
    }
}

#[cfg(unix)]
/// Whether other threads are in the middle of making something. They can't begin as long as the
/// caller is attached.
pub(crate) fn others_are_making() -> bool {
    MAKING.load(Ordering::Relaxed) > MAKING_HERE.get()
}

#[cfg(unix)]
/// In the child of a fork, which has no other threads.
pub(crate) fn forked() {
    MAKING.store(MAKING_HERE.get(), Ordering::Relaxed);
}
