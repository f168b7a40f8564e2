//! The Python binding's generated parts: its Rust methods, their stub, the public clients and the
//! response classes. Python text comes out as `ruff format` would leave it, at 120 columns.

mod arguments;
mod clients;
mod docstrings;
mod native;
mod responses;
mod shapes;

use crate::files::{File, MARK};
use crate::table::{Operation, Table};
use std::collections::{BTreeMap, BTreeSet};

const PACKAGE: &str = "bindings-python/python/momento_lambda";
const COLUMNS: usize = 120;

pub fn files(table: &Table) -> Vec<File> {
    let mut files = vec![
        File {
            path: "bindings-python/src/generated.rs".to_owned(),
            text: native::methods(table),
        },
        python("_native.pyi", &native::stub(table)),
    ];
    files.extend(clients::files(table));
    files.extend(responses::files(table));
    files
}

/// A file of the package.
fn python(path: &str, text: &str) -> File {
    File {
        path: format!("{PACKAGE}/{path}"),
        text: format!("# {MARK}\n{text}"),
    }
}

/// The operations that nearly every function calls: their responses lie in one module, as each module, and each package
/// on the way to it, costs a cold start 0.2 ms. At the official places are their names.
const TOGETHER: [&str; 2] = ["data.scalar.get", "data.scalar.set"];
const TOGETHER_IN: &str = "get_and_set";

/// The response module of an operation, `momento_lambda.responses.data.scalar.delete`.
fn module(operation: &Operation) -> String {
    let module = operation.module.as_str();
    let place = if TOGETHER.contains(&module) {
        TOGETHER_IN
    } else {
        module
    };
    format!("momento_lambda.responses.{place}")
}

/// The bases of responses in each module, sorted; operations may share one.
fn responses_by_module<'rows>(
    operations: impl IntoIterator<Item = &'rows Operation>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for operation in operations {
        let bases = found.entry(module(operation)).or_default();
        bases.insert(format!("{}Response", operation.response));
    }
    found
}

/// A `def` line, broken as ruff breaks it where it is too long. `tail` follows the colon.
fn definition(indent: &str, def: &str, parameters: &[String], returns: &str, tail: &str) -> String {
    let one_line = format!(
        "{indent}{def}({}) -> {returns}:{tail}",
        parameters.join(", ")
    );
    if one_line.len() <= COLUMNS {
        return one_line + "\n";
    }
    let inner = format!("{indent}    {}\n", parameters.join(", "));
    if inner.trim_end().len() <= COLUMNS {
        return format!("{indent}{def}(\n{inner}{indent}) -> {returns}:{tail}\n");
    }
    let lines = parameters.join(&format!(",\n{indent}    "));
    format!("{indent}{def}(\n{indent}    {lines},\n{indent}) -> {returns}:{tail}\n")
}

/// An import of names, broken as ruff breaks it where it is too long.
fn import(indent: &str, module: &str, names: &[&str]) -> String {
    let one_line = format!("{indent}from {module} import {}", names.join(", "));
    if one_line.len() <= COLUMNS {
        return one_line + "\n";
    }
    let lines = names.join(&format!(",\n{indent}    "));
    format!("{indent}from {module} import (\n{indent}    {lines},\n{indent})\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_definitions_are_broken_as_ruff_breaks_them() {
        let parameters = |count: usize| vec!["parameter: str".to_owned(); count];
        assert_eq!(
            definition("", "def f", &parameters(1), "None", " ..."),
            "def f(parameter: str) -> None: ...\n"
        );
        let broken = definition("    ", "def f", &parameters(7), "None", "");
        assert_eq!(broken.lines().count(), 3, "{broken}");
        let listed = definition("    ", "def f", &parameters(8), "None", "");
        assert_eq!(listed.lines().count(), 10, "{listed}");
    }
}
