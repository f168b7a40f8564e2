//! The Python binding's generated parts: its Rust methods, their stub, the public clients and the
//! response classes. Python text comes out as `ruff format` would leave it, at 120 columns.

mod clients;
mod native;
mod responses;

use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Shape, Table};

const PACKAGE: &str = "bindings-python/python/momento_lambda";
const COLUMNS: usize = 120;

pub fn files(table: &Table) -> Vec<File> {
    let mut files = vec![
        File {
            path: "bindings-python/src/generated.rs".to_owned(),
            text: native::methods(table),
        },
        python("_native.pyi", &native::stub(table)),
        python(
            "cache_client.py",
            &clients::text(table, clients::Flavour::Sync),
        ),
        python(
            "cache_client_async.py",
            &clients::text(table, clients::Flavour::Async),
        ),
    ];
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

/// The response module of an operation, `momento_lambda.responses.data.scalar.get`.
fn module(operation: &Operation) -> String {
    format!("momento_lambda.responses.{}", operation.module)
}

/// The type of an argument in Python's eyes.
fn annotation(argument: &Argument) -> String {
    let kind = match argument.kind {
        Kind::CacheName => "str",
        Kind::Key | Kind::Value => "str | bytes",
        Kind::Ttl => "timedelta",
    };
    if argument.optional {
        format!("{kind} | None = None")
    } else {
        kind.to_owned()
    }
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

/// The variants of a response besides `Error`: name and fields.
fn variants(shape: Shape) -> &'static [(&'static str, Option<Field>)] {
    match shape {
        Shape::Success => &[("Success", None)],
        Shape::Created => &[("Success", None), ("CacheAlreadyExists", None)],
        Shape::Caches => &[("Success", Some(Field::Caches))],
        Shape::Value => &[("Hit", Some(Field::Value)), ("Miss", None)],
    }
}

/// What a variant carries.
#[derive(Clone, Copy)]
enum Field {
    Value,
    Caches,
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
