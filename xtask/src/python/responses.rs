//! The response classes, one module per operation, and the packages they lie in.

use super::{Field, module, python, variants};
use crate::files::File;
use crate::table::{Operation, Service, Shape, Table};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

pub fn files(table: &Table) -> Vec<File> {
    let mut files: Vec<_> = table
        .operation
        .iter()
        .map(|operation| {
            let path = format!("responses/{}.py", operation.module.replace('.', "/"));
            python(&path, &response(operation))
        })
        .collect();
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
    files
}

/// `a.b` and `a` for `a.b.c`.
fn parents(module: &str) -> Vec<String> {
    module
        .match_indices('.')
        .map(|(at, _)| module[..at].to_owned())
        .collect()
}

fn response(operation: &Operation) -> String {
    let class = &operation.response;
    let base = match operation.service {
        Service::Data => "CacheResponse",
        Service::Control => "ControlResponse",
    };
    let mixins = match operation.reply {
        Shape::Value => "ErrorResponseMixin, ValueStringMixin",
        Shape::Success | Shape::Created | Shape::Caches => "ErrorResponseMixin",
    };
    let mut text = format!(
        "\"\"\"How `{}` ends.\"\"\"\n\nfrom __future__ import annotations\n\n",
        operation.name
    );
    if operation.reply == Shape::Caches {
        text.push_str("from momento_lambda.responses.cache_info import CacheInfo\n");
    }
    let _ = writeln!(
        text,
        "from momento_lambda.responses.mixins import {mixins}
from momento_lambda.responses.response import {base}


class {class}Response({base}):
    \"\"\"The base of all variants of `{class}`.\"\"\"


class {class}:
    \"\"\"{doc}

    A response is one of the classes in here; tell them apart with `isinstance` or `match`.
    \"\"\"",
        doc = operation.doc
    );
    for (variant, field) in variants(operation.reply) {
        let _ = match field {
            None => write!(
                text,
                "
    class {variant}({class}Response):
        \"\"\"{}\"\"\"
",
                meaning(variant)
            ),
            Some(Field::Value) => write!(
                text,
                "
    class {variant}({class}Response, ValueStringMixin):
        \"\"\"The item is there: `value_bytes`, or `value_string` where it is UTF-8.\"\"\"

        __match_args__ = (\"value_bytes\",)

        def __init__(self, value_bytes: bytes) -> None:
            self.value_bytes = value_bytes
"
            ),
            Some(Field::Caches) => write!(
                text,
                "
    class {variant}({class}Response):
        \"\"\"The caches are in `caches`.\"\"\"

        __match_args__ = (\"caches\",)

        def __init__(self, caches: list[CacheInfo]) -> None:
            self.caches = caches
"
            ),
        };
    }
    let _ = writeln!(
        text,
        "
    class Error(ErrorResponseMixin, {class}Response):
        \"\"\"It failed: see `error_code`, `message` and `inner_exception`.\"\"\""
    );
    text
}

fn meaning(variant: &str) -> &'static str {
    match variant {
        "CacheAlreadyExists" => "The cache was there already; nothing was done.",
        "Miss" => "There is no such item.",
        _ => "It is done.",
    }
}

/// The names that stand in no operation's module.
const BY_HAND: [(&str, &str); 6] = [
    ("CacheInfo", "momento_lambda.responses.cache_info"),
    ("CacheLimits", "momento_lambda.responses.cache_info"),
    ("TopicLimits", "momento_lambda.responses.cache_info"),
    ("CacheResponse", "momento_lambda.responses.response"),
    ("ControlResponse", "momento_lambda.responses.response"),
    ("Response", "momento_lambda.responses.response"),
];

fn index(table: &Table) -> String {
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
    let mut by_module: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, module) in &places {
        by_module.entry(module).or_default().push(name);
    }
    let mut text = String::from(
        "\"\"\"All response classes. Each is imported when it is first asked for.\"\"\"

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
",
    );
    for (module, names) in by_module {
        let _ = writeln!(text, "    from {module} import {}", names.join(", "));
    }
    text.push_str("\n_PLACES = {\n");
    for (name, module) in &places {
        let _ = writeln!(text, "    \"{name}\": \"{module}\",");
    }
    text.push_str("}\n\n__all__ = [\n");
    for name in places.keys() {
        let _ = writeln!(text, "    \"{name}\",");
    }
    text.push_str(
        "]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")
    import sys

    __import__(_PLACES[name])  # importlib would be one more import
    value: object = getattr(sys.modules[_PLACES[name]], name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
",
    );
    text
}
