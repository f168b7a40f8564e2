//! The generated parts of the binding for python.

use crate::files::File;
use crate::table::Table;

pub fn files(_table: &Table) -> Vec<File> {
    Vec::new()
}
