//! The public clients: `CacheClient` and `CacheClientAsync`, typed and documented.

use super::{annotation, definition, module, variants};
use crate::table::{Argument, Kind, Operation, Shape, Table};
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Sync,
    Async,
}

pub fn text(table: &Table, flavour: Flavour) -> String {
    let (class, base, doc) = match flavour {
        Flavour::Sync => ("CacheClient", "ClientSync", SYNC_DOC),
        Flavour::Async => ("CacheClientAsync", "ClientAsync", ASYNC_DOC),
    };
    let head = match flavour {
        Flavour::Sync => "The synchronous client's operations.",
        Flavour::Async => "The asyncio client's operations.",
    };
    let mut text = format!("\"\"\"{head}\"\"\"\n\nfrom __future__ import annotations\n\n");
    if flavour == Flavour::Async {
        text.push_str("from momento_lambda import _native\n");
    }
    let _ = writeln!(
        text,
        "from momento_lambda.client_base import {base}

TYPE_CHECKING = False
if TYPE_CHECKING:"
    );
    if table
        .operation
        .iter()
        .any(|operation| operation.arguments.iter().any(is_ttl))
    {
        text.push_str("    from datetime import timedelta\n\n");
    }
    let imports: BTreeMap<_, _> = table
        .operation
        .iter()
        .map(|operation| (module(operation), &operation.response))
        .collect();
    for (module, response) in imports {
        let _ = writeln!(text, "    from {module} import {response}Response");
    }
    let _ = writeln!(
        text,
        "\n\nclass {class}({base}):\n    \"\"\"{doc}\"\"\"\n\n    __slots__ = ()"
    );
    for operation in &table.operation {
        method(&mut text, operation, flavour);
    }
    text
}

fn is_ttl(argument: &Argument) -> bool {
    argument.kind == Kind::Ttl
}

fn method(text: &mut String, operation: &Operation, flavour: Flavour) {
    let mut parameters = vec!["self".to_owned()];
    parameters.extend(
        operation
            .arguments
            .iter()
            .map(|argument| format!("{}: {}", argument.name, annotation(argument))),
    );
    let name = &operation.name;
    let prefix = if flavour == Flavour::Async {
        "async "
    } else {
        ""
    };
    let def = format!("{prefix}def {name}");
    let returns = format!("{}Response", operation.response);
    text.push('\n');
    text.push_str(&definition("    ", &def, &parameters, &returns, ""));
    docstring(text, operation, flavour);
    let names: Vec<_> = operation
        .arguments
        .iter()
        .map(|argument| argument.name.as_str())
        .collect();
    let names = names.join(", ");
    let _ = match flavour {
        Flavour::Sync => writeln!(text, "        return self._native.{name}({names})"),
        Flavour::Async => writeln!(
            text,
            "        future = self._native.{name}_async({names})
        try:
            return await future
        except BaseException:
            _native.give_up(future)
            raise"
        ),
    };
}

fn docstring(text: &mut String, operation: &Operation, flavour: Flavour) {
    let response = &operation.response;
    let _ = writeln!(text, "        \"\"\"{}\n", operation.doc);
    if !operation.arguments.is_empty() {
        text.push_str("        Args:\n");
        for argument in &operation.arguments {
            let _ = writeln!(
                text,
                "            {}: {}{}",
                argument.name,
                argument.doc,
                units(argument.kind)
            );
        }
        text.push('\n');
    }
    let ends: Vec<_> = variants(operation.reply)
        .iter()
        .map(|(name, _)| format!("`{response}.{name}`"))
        .collect();
    let _ = writeln!(
        text,
        "        Returns:
            {} or, whatever went wrong, `{response}.Error` with
            `error_code`, `message` and `inner_exception`. Nothing is raised.
",
        ends.join(", ")
    );
    let call = format!(
        "{}client.{}({})",
        if flavour == Flavour::Async {
            "await "
        } else {
            ""
        },
        operation.name,
        operation
            .arguments
            .iter()
            .map(example)
            .collect::<Vec<_>>()
            .join(", ")
    );
    let (variant, then) = match operation.reply {
        Shape::Value => ("Hit", "print(response.value_string)"),
        Shape::Caches => (
            "Success",
            "print([cache.name for cache in response.caches])",
        ),
        Shape::Success | Shape::Created => {
            ("Error", "print(response.error_code, response.message)")
        }
    };
    let _ = writeln!(
        text,
        "        Example:
            response = {call}
            if isinstance(response, {response}.{variant}):
                {then}
        \"\"\""
    );
}

fn units(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName => "",
        Kind::Key | Kind::Value => " A string is sent as UTF-8.",
        Kind::Ttl => " A positive timedelta, to the millisecond.",
    }
}

fn example(argument: &Argument) -> &'static str {
    match argument.kind {
        Kind::CacheName => "\"cache\"",
        Kind::Key => "\"key\"",
        Kind::Value => "\"value\"",
        Kind::Ttl => "timedelta(minutes=5)",
    }
}

const SYNC_DOC: &str = "A client whose calls wait for their answer; other threads run meanwhile.

    Safe to use from many threads. `get_momento_client` gives the one that warm invocations share.
    ";

const ASYNC_DOC: &str = "A client for asyncio.

    Safe to use from several event loops, one after the other (`asyncio.run` per invocation) or in
    several threads at a time. `get_momento_client_async` gives the one that warm invocations share.
    ";
