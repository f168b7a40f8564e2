//! docs/operations.md: the operations for readers.

use crate::examples::{self, Language};
use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Shape, Table};
use std::fmt::Write as _;

pub fn files(table: &Table) -> Vec<File> {
    let mut text = format!("<!-- {MARK} -->\n\n# Operations\n\n");
    let _ = writeln!(
        text,
        "The {} operations, the same in Python (`CacheClient`, and with `await` in `CacheClientAsync`), Node and Rust. In Python and \
         Node each answers with one of its response's variants or with `Error`; none raises for what happens on the network. In Rust \
         each returns a `Result`. The examples are run by the tests of each language.",
        table.operation.len()
    );
    text.push_str("\n| operation | Node | answer |\n| --- | --- | --- |\n");
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "| [{0}](#{0}--{1}) | {2} | `{3}` |",
            operation.name,
            operation.camel().to_lowercase(),
            operation.camel(),
            operation.response
        );
    }
    for operation in &table.operation {
        write(&mut text, operation);
    }
    vec![File {
        path: "docs/operations.md".to_owned(),
        text,
    }]
}

fn write(text: &mut String, operation: &Operation) {
    let _ = write!(
        text,
        "\n## {} / {}\n\n{}\n\n",
        operation.name,
        operation.camel(),
        operation.doc
    );
    let _ = writeln!(
        text,
        "* Python: `{}({})`",
        operation.name,
        python(operation)
    );
    let _ = writeln!(text, "* Node: `{}({})`", operation.camel(), node(operation));
    let _ = writeln!(
        text,
        "* Answer: `{}`: {}, `Error`",
        operation.response,
        variants(operation.reply)
    );
    let service = match operation.service {
        Service::Data => "cache",
        Service::Control => "control",
    };
    let twice = if operation.idempotent {
        "may be sent twice"
    } else {
        "is never sent twice"
    };
    let _ = writeln!(text, "* Goes to the {service} endpoint and {twice}.");
    for argument in &operation.arguments {
        let _ = writeln!(
            text,
            "* `{}`: {}{}",
            argument.name,
            argument.doc,
            units(argument.kind)
        );
    }
    for (language, name) in [
        (Language::Python, "python"),
        (Language::Node, "js"),
        (Language::Rust, "rust"),
    ] {
        let example = examples::example(operation, language);
        let _ = write!(text, "\n```{name}\n{example}```\n");
    }
}

fn python(operation: &Operation) -> String {
    let mut parts = Vec::new();
    let mut starred = false;
    for argument in &operation.arguments {
        if argument.kind.is_keyword_only() && !starred {
            parts.push("*".to_owned());
            starred = true;
        }
        parts.push(python_argument(argument));
    }
    parts.join(", ")
}

fn python_argument(argument: &Argument) -> String {
    let kind = match argument.kind {
        Kind::CacheName | Kind::Name | Kind::Text => "str",
        Kind::Bytes => "str | bytes",
        Kind::Hash => "bytes",
        Kind::BytesList => "Iterable[str | bytes]",
        Kind::Dictionary => "Mapping[str | bytes, str | bytes]",
        Kind::Scored => "Mapping[str | bytes, float]",
        Kind::Items => "Mapping[str | bytes, str | bytes] | Iterable[SetBatchItem]",
        Kind::Sources => "Iterable[SortedSetSource]",
        Kind::Ttl | Kind::NewTtl | Kind::KeyTtl => "timedelta",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::Amount
        | Kind::Limit
        | Kind::PopCount
        | Kind::Index
        | Kind::Offset
        | Kind::Count
        | Kind::Size => "int",
        Kind::Score | Kind::ScoreBound => "float",
        Kind::Order => "SortOrder",
        Kind::Aggregate => "SortedSetAggregate",
        Kind::Flag => "bool",
    };
    let default = match (argument.kind, argument.default.as_deref()) {
        (Kind::CollectionTtl, _) => " = CollectionTtl.from_cache_ttl()".to_owned(),
        (Kind::Order, _) => " = SortOrder.ASCENDING".to_owned(),
        (Kind::Aggregate, _) => " = SortedSetAggregate.SUM".to_owned(),
        (_, Some(default)) => format!(" = {default}"),
        (_, None) if argument.optional => " | None = None".to_owned(),
        _ => String::new(),
    };
    format!("{}: {kind}{default}", argument.name)
}

fn node(operation: &Operation) -> String {
    let mut parts: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| !argument.optional)
        .map(|argument| match &argument.default {
            Some(default) => format!(
                "{} = {}",
                argument.node_name(),
                default.trim_end_matches(".0")
            ),
            None => format!("{}: {}", argument.node_name(), node_type(argument.kind)),
        })
        .collect();
    let options: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| argument.optional)
        .map(|argument| format!("{}?: {}", argument.node_name(), node_type(argument.kind)))
        .collect();
    if !options.is_empty() {
        parts.push(format!("{{{}}}", options.join(", ")));
    }
    parts.join(", ")
}

fn node_type(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => "string",
        Kind::Bytes => "string | Uint8Array",
        Kind::Hash => "Uint8Array",
        Kind::BytesList => "Array<string | Uint8Array>",
        Kind::Dictionary => "Map | Record | Array<[field, value]>",
        Kind::Scored => "Map | Record | Array<[value, score]>",
        Kind::Items => "Map | Record | SetBatchItem[]",
        Kind::Sources => "SortedSetSource[]",
        Kind::Ttl => "seconds",
        Kind::NewTtl => "milliseconds",
        Kind::KeyTtl => "minutes",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::Amount => "number | bigint",
        Kind::Score
        | Kind::Limit
        | Kind::PopCount
        | Kind::Index
        | Kind::ScoreBound
        | Kind::Offset
        | Kind::Count
        | Kind::Size => "number",
        Kind::Order => "SortedSetOrder",
        Kind::Aggregate => "SortedSetAggregate",
        Kind::Flag => "boolean",
    }
}

fn units(kind: Kind) -> &'static str {
    match kind {
        Kind::Ttl => " A timedelta in Python, seconds in Node.",
        Kind::NewTtl => " A timedelta in Python, milliseconds in Node.",
        Kind::KeyTtl => " A timedelta in Python, minutes in Node.",
        _ => "",
    }
}

fn variants(shape: Shape) -> &'static str {
    match shape {
        Shape::Created => "`Success`, `CacheAlreadyExists` (Node: `AlreadyExists`)",
        Shape::Success
        | Shape::Caches
        | Shape::SigningKey
        | Shape::SigningKeys
        | Shape::Values
        | Shape::Results
        | Shape::Integer
        | Shape::Exists
        | Shape::AllExist
        | Shape::ListLength
        | Shape::Total
        | Shape::Score => "`Success`",
        Shape::Stored | Shape::StoredWithHash => "`Stored`, `NotStored`",
        Shape::TtlSet => "`Set`, `Miss`",
        Shape::TtlChanged => "`Set`, `NotSet`, `Miss`",
        Shape::Value
        | Shape::HashedValue
        | Shape::RemainingTtl
        | Shape::ItemType
        | Shape::Dictionary
        | Shape::Field
        | Shape::Fields
        | Shape::Length
        | Shape::Set
        | Shape::List
        | Shape::Contains
        | Shape::ContainsAll
        | Shape::SortedSet
        | Shape::ElementScore
        | Shape::Scores
        | Shape::Rank => "`Hit`, `Miss`",
    }
}
