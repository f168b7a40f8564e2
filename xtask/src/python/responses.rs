//! The response classes, one module per response, and the packages they lie in.

use super::shapes::variants;
use super::{TOGETHER, TOGETHER_IN, import, module, python};
use crate::files::File;
use crate::table::{Operation, Service, Shape, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const PACKAGE: &str = "momento_lambda.responses";

pub fn files(table: &Table) -> Vec<File> {
    let mut by_module: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &table.operation {
        by_module
            .entry(&operation.module)
            .or_default()
            .push(operation);
    }
    let (together, apart): (Vec<_>, Vec<_>) = by_module
        .iter()
        .partition(|(module, _)| TOGETHER.contains(module));
    let path = |module: &str| format!("responses/{}.py", module.replace('.', "/"));
    let mut files: Vec<_> = apart
        .iter()
        .map(|(module, operations)| python(&path(module), &response(&[operations])))
        .collect();
    let responses: Vec<_> = together
        .iter()
        .map(|(_, operations)| &operations[..])
        .collect();
    files.push(python(&path(TOGETHER_IN), &response(&responses)));
    for (module, operations) in together {
        files.push(python(&path(module), &elsewhere(operations)));
    }
    let packages: BTreeSet<_> = table
        .operation
        .iter()
        .flat_map(|operation| parents(&operation.module))
        .collect();
    for package in packages {
        let path = format!("responses/{}/__init__.py", package.replace('.', "/"));
        files.push(python(&path, ""));
    }
    files.push(python("responses/__init__.py", &index(table)));
    files.push(python("responses/names.py", &names(table)));
    files
}

/// `a.b` and `a` for `a.b.c`.
fn parents(module: &str) -> Vec<String> {
    module
        .match_indices('.')
        .map(|(at, _)| module[..at].to_owned())
        .collect()
}

/// Names that the official package has in the module of a response beside the response.
fn official_neighbour(shape: Shape) -> Option<(&'static str, &'static str)> {
    match shape {
        Shape::Caches => Some(("momento_lambda.responses.cache_info", "CacheInfo")),
        Shape::SigningKeys => Some(("momento_lambda.responses.signing_key", "SigningKey")),
        _ => None,
    }
}

/// What the module of these responses says first; several operations may end in one.
fn title(operations: &[&Operation]) -> String {
    let names: Vec<_> = operations
        .iter()
        .map(|operation| format!("`{}`", operation.name))
        .collect();
    let verb = if names.len() == 1 { "ends" } else { "end" };
    format!(
        "\"\"\"How {} {verb}.\"\"\"\n\nfrom __future__ import annotations\n\n",
        names.join(" and ")
    )
}

/// A module at the official place, of a response that is defined elsewhere.
fn elsewhere(operations: &[&Operation]) -> String {
    let mut text = title(operations);
    for operation in operations {
        let class = operation.response.as_str();
        let names = [class, &format!("{class}Response")];
        text.push_str(&import("", &module(operation), &names));
        let _ = writeln!(text, "\n__all__ = {names:?}");
    }
    text
}

/// The module of responses, each with the operations that end in it.
fn response(responses: &[&[&Operation]]) -> String {
    let operations: Vec<_> = responses.concat();
    let mut text = title(&operations);
    let mut imports: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut needs = |module: String, name| imports.entry(module).or_default().insert(name);
    let mut classes = String::new();
    let mut neighbours = Vec::new();
    for operation in responses.iter().filter_map(|operations| operations.first()) {
        let base = base(operation);
        needs(format!("{PACKAGE}.response"), "ErrorResponseMixin");
        needs(format!("{PACKAGE}.response"), base);
        for (module, holder) in variants(operation.reply)
            .iter()
            .filter_map(|variant| variant.holds)
        {
            needs(format!("{PACKAGE}.{module}"), holder);
        }
        if let Some((module, name)) = official_neighbour(operation.reply) {
            needs(module.to_owned(), name);
            let class = operation.response.clone();
            neighbours.extend([name.to_owned(), format!("{class}Response"), class]);
        }
        class(&mut classes, operation, base);
    }
    for (module, names) in imports {
        let names: Vec<_> = names.into_iter().collect();
        text.push_str(&import("", &module, &names));
    }
    if !neighbours.is_empty() {
        neighbours.sort_unstable();
        let _ = writeln!(text, "\n__all__ = {neighbours:?}");
    }
    text + &classes
}

fn base(operation: &Operation) -> &'static str {
    match operation.service {
        Service::Data => "CacheResponse",
        Service::Control => "ControlResponse",
    }
}

/// The classes of a response.
fn class(text: &mut String, operation: &Operation, base: &str) {
    let class = &operation.response;
    let _ = writeln!(
        text,
        "

class {class}Response({base}):
    \"\"\"The base of all variants of `{class}`.\"\"\"


class {class}:
    \"\"\"{doc}

    A response is one of the classes in here; tell them apart with `isinstance` or `match`.
    \"\"\"",
        doc = operation.doc
    );
    for variant in variants(operation.reply) {
        // What it carries stands first, so that its `__match_args__` are found first.
        let bases = match variant.holds {
            Some((_, holder)) => format!("{holder}, {class}Response"),
            None => format!("{class}Response"),
        };
        let _ = writeln!(
            text,
            "\n    class {}({bases}):\n        \"\"\"{}\"\"\"",
            variant.name, variant.doc
        );
    }
    let _ = writeln!(
        text,
        "
    class Error(ErrorResponseMixin, {class}Response):
        \"\"\"It failed: see `error_code`, `message` and `inner_exception`.\"\"\""
    );
}

/// The names that stand in no operation's module.
const BY_HAND: [(&str, &str); 8] = [
    ("CacheInfo", "momento_lambda.responses.cache_info"),
    ("CacheLimits", "momento_lambda.responses.cache_info"),
    ("TopicLimits", "momento_lambda.responses.cache_info"),
    ("CacheResponse", "momento_lambda.responses.response"),
    ("ControlResponse", "momento_lambda.responses.response"),
    ("ItemType", "momento_lambda.responses.item_type"),
    ("Response", "momento_lambda.responses.response"),
    ("SigningKey", "momento_lambda.responses.signing_key"),
];

/// Every public name and its module.
fn places(table: &Table) -> BTreeMap<String, String> {
    let mut places: BTreeMap<String, String> = BY_HAND
        .into_iter()
        .map(|(name, module)| (name.to_owned(), module.to_owned()))
        .collect();
    for operation in &table.operation {
        for name in [
            operation.response.clone(),
            format!("{}Response", operation.response),
        ] {
            places.insert(name, module(operation));
        }
    }
    places
}

fn by_module(places: &BTreeMap<String, String>) -> BTreeMap<&str, Vec<&str>> {
    let mut by_module: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, module) in places {
        by_module.entry(module).or_default().push(name);
    }
    by_module
}

/// What type checkers and editors read instead of the index's table.
fn names(table: &Table) -> String {
    let places = places(table);
    let mut text = String::from(
        "\"\"\"All response classes for type checkers, which can't see what is imported when it is first asked for.\"\"\"

from __future__ import annotations

",
    );
    for (module, names) in by_module(&places) {
        text.push_str(&import("", module, &names));
    }
    text.push_str("\n__all__ = [\n");
    for name in places.keys() {
        let _ = writeln!(text, "    \"{name}\",");
    }
    text.push_str("]\n");
    text
}

fn index(table: &Table) -> String {
    let places = places(table);
    let mut text = String::from(
        "\"\"\"All response classes. Each is imported when it is first asked for.\"\"\"

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from momento_lambda.responses.names import *
    from momento_lambda.responses.names import __all__ as __all__

# A module below this package, and its names. As text, because a dictionary takes three times as long to compile.
_PLACES = \"\"\"\\
",
    );
    for (module, names) in by_module(&places) {
        let _ = writeln!(
            text,
            "{} {}",
            module.trim_start_matches("momento_lambda.responses."),
            names.join(" ")
        );
    }
    text.push_str(
        "\"\"\"


def __getattr__(name: str) -> object:
    if name == \"__all__\":
        return __dir__()
    import sys

    for line in _PLACES.splitlines():
        place, *names = line.split()
        if name in names:
            module = f\"{__name__}.{place}\"
            __import__(module)  # importlib would be one more import
            value: object = getattr(sys.modules[module], name)
            globals()[name] = value
            return value
    raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")


def __dir__() -> list[str]:
    return sorted(name for line in _PLACES.splitlines() for name in line.split()[1:])
",
    );
    text
}
