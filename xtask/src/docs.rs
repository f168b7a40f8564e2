//! docs/operations.md: the operations for readers.

use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Shape, Table, camel};
use std::fmt::Write as _;

pub fn files(table: &Table) -> Vec<File> {
    let mut text = format!("<!-- {MARK} -->\n\n# Operations\n\n");
    text.push_str("Every operation answers with one of its response's variants or with `Error`; none raises for what happens on the network.\n");
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
    let python: Vec<_> = operation.arguments.iter().map(python_argument).collect();
    let _ = writeln!(
        text,
        "* Python: `{}({})`",
        operation.name,
        python.join(", ")
    );
    let mut node: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| !argument.optional)
        .map(|argument| camel(&argument.name))
        .collect();
    let options: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| argument.optional)
        .map(|argument| format!("{}?: {}", camel(&argument.name), node_type(argument.kind)))
        .collect();
    if !options.is_empty() {
        node.push(format!("{{{}}}", options.join(", ")));
    }
    let _ = writeln!(text, "* Node: `{}({})`", operation.camel(), node.join(", "));
    let variants = match operation.reply {
        Shape::Created => "`Success`, `CacheAlreadyExists` (Node: `AlreadyExists`)",
        Shape::Success | Shape::Caches => "`Success`",
        Shape::Value => "`Hit`, `Miss`",
    };
    let _ = writeln!(
        text,
        "* Answer: `{}`: {variants}, `Error`",
        operation.response
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
        let _ = writeln!(text, "* `{}`: {}", argument.name, argument.doc);
    }
}

fn python_argument(argument: &Argument) -> String {
    let kind = match argument.kind {
        Kind::CacheName => "str",
        Kind::Key | Kind::Value => "str | bytes",
        Kind::Ttl => "timedelta | None",
    };
    let default = if argument.optional { " = None" } else { "" };
    format!("{}: {kind}{default}", argument.name)
}

fn node_type(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName => "string",
        Kind::Key | Kind::Value => "string | Uint8Array",
        Kind::Ttl => "seconds",
    }
}
