//! The public clients: `CacheClient` and `CacheClientAsync`, typed and documented. Their methods are in
//! modules of their own, as bindings-python/python/momento_lambda/operations tells.

use super::arguments::{annotation, default, parameters};
use super::docstrings::docstring;
use super::{definition, import, python, responses_by_module};
use crate::files::File;
use crate::table::{Operation, Table};
use std::collections::BTreeMap;
use std::fmt::Write as _;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Sync,
    Async,
}

/// Files of this package: a client of each flavour, and its methods by group.
pub fn files(table: &Table) -> Vec<File> {
    let mut files = Vec::new();
    for flavour in [Flavour::Sync, Flavour::Async] {
        let suffix = flavour.suffix();
        let groups = groups(table);
        let path = format!("cache_client{suffix}.py");
        files.push(python(&path, &client(flavour, &groups)));
        for (group, operations) in &groups {
            let path = format!("operations/{group}{suffix}.py");
            files.push(python(&path, &methods(flavour, group, operations)));
        }
    }
    files
}

impl Flavour {
    const fn suffix(self) -> &'static str {
        match self {
            Self::Sync => "",
            Self::Async => "_async",
        }
    }

    const fn base(self) -> &'static str {
        match self {
            Self::Sync => "ClientSync",
            Self::Async => "ClientAsync",
        }
    }

    /// The class with the methods of a group: `ScalarOperations`.
    fn class(self, group: &str) -> String {
        let mut class = String::new();
        for word in group.split('_') {
            let (first, rest) = word.split_at(1);
            class += &first.to_ascii_uppercase();
            class += rest;
        }
        match self {
            Self::Sync => class + "Operations",
            Self::Async => class + "OperationsAsync",
        }
    }
}

/// The operations by the module that their methods are in.
fn groups(table: &Table) -> BTreeMap<&str, Vec<&Operation>> {
    let mut groups: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for operation in &table.operation {
        groups
            .entry(operation.section())
            .or_default()
            .push(operation);
    }
    groups
}

/// The client itself, which holds stand-ins for its methods.
fn client(flavour: Flavour, groups: &BTreeMap<&str, Vec<&Operation>>) -> String {
    let (base, suffix) = (flavour.base(), flavour.suffix());
    let (class, doc, head) = match flavour {
        Flavour::Sync => (
            "CacheClient",
            SYNC_DOC,
            "The synchronous client. Its operations are in momento_lambda.operations.",
        ),
        Flavour::Async => (
            "CacheClientAsync",
            ASYNC_DOC,
            "The asyncio client. Its operations are in momento_lambda.operations.",
        ),
    };
    let mut text = format!(
        "\"\"\"{head}\"\"\"

from __future__ import annotations

from momento_lambda.client_base{suffix} import {base}
from momento_lambda.operations import add_later

TYPE_CHECKING = False
if TYPE_CHECKING:
"
    );
    let mut classes: Vec<_> = Vec::new();
    for group in groups.keys() {
        let class = flavour.class(group);
        let module = format!("momento_lambda.operations.{group}{suffix}");
        text.push_str(&import("    ", &module, &[&class]));
        classes.push(class);
    }
    let _ = write!(
        text,
        "
    class _Operations(
        {},
    ): ...

else:
    _Operations = {base}

# The module, its class and that one's methods.
_METHODS = \"\"\"\\
",
        classes.join(",\n        ")
    );
    for (group, operations) in groups {
        let head = format!("{group}{suffix} {}", flavour.class(group));
        let names = operations.iter().map(|operation| operation.name.as_str());
        text.push_str(&lines(&head, names));
    }
    let _ = write!(
        text,
        "\"\"\"


class {class}(_Operations):
    \"\"\"{doc}\"\"\"

    __slots__ = ()


add_later({class}, _METHODS)
"
    );
    text
}

/// Words at the end of as many lines as it takes, each of which begins with the same.
fn lines<'names>(head: &str, names: impl Iterator<Item = &'names str>) -> String {
    let mut text = String::new();
    let mut line = head.to_owned();
    for name in names {
        if line.len() + 1 + name.len() > super::COLUMNS {
            text += &line;
            text.push('\n');
            head.clone_into(&mut line);
        }
        line.push(' ');
        line += name;
    }
    text + &line + "\n"
}

/// The methods of a group.
fn methods(flavour: Flavour, group: &str, operations: &[&Operation]) -> String {
    let head = match flavour {
        Flavour::Sync => "The synchronous client's operations",
        Flavour::Async => "The asyncio client's operations",
    };
    let what = match group {
        "conditional" => "that write on a condition, or tell hashes".to_owned(),
        "control" => "on caches and signing keys".to_owned(),
        "scalar" => "on plain items".to_owned(),
        group => format!(
            "on {}s",
            group.replace('_', " ").replace("dictionary", "dictionarie")
        ),
    };
    let arguments: Vec<_> = operations.iter().flat_map(|row| &row.arguments).collect();
    let uses = |word: &str| {
        let mut annotations = arguments.iter().map(|argument| annotation(argument));
        annotations.any(|annotation| annotation.contains(word))
    };
    let is_default = |name: &str| {
        let mut defaults = arguments.iter().map(|argument| default(argument));
        defaults.any(|default| default == Some(name))
    };
    let enums = [
        ("_ASCENDING", "SortOrder", "ASCENDING"),
        ("_SUM", "SortedSetAggregate", "SUM"),
    ];
    let enums: Vec<_> = enums.into_iter().filter(|row| is_default(row.0)).collect();
    let mut text = format!("\"\"\"{head} {what}.\"\"\"\n\nfrom __future__ import annotations\n\n");
    if !enums.is_empty() {
        text.push_str("from momento_lambda import _native\n");
    }
    let base = match flavour {
        Flavour::Sync => "ClientSync",
        Flavour::Async => "ClientAsync, ended",
    };
    let suffix = flavour.suffix();
    let _ = writeln!(
        text,
        "from momento_lambda.client_base{suffix} import {base}"
    );
    if is_default("_FROM_CACHE_TTL") {
        text.push_str("from momento_lambda.requests.collection_ttl import CollectionTtl\n");
    }
    text.push_str("\nTYPE_CHECKING = False\nif TYPE_CHECKING:\n");
    let mut standard = String::new();
    for (word, module) in [("Iterable", "collections.abc"), ("timedelta", "datetime")] {
        if uses(word) {
            standard.push_str(&import("    ", module, &[word]));
        }
    }
    text.push_str(&standard);
    if !standard.is_empty() {
        text.push('\n');
    }
    for (word, module) in [
        ("SortOrder", "sort_order"),
        ("SortedSetAggregate", "sorted_set_aggregate"),
        ("SortedSetSource", "sorted_set_source"),
    ] {
        if uses(word) {
            let module = format!("momento_lambda.requests.{module}");
            text.push_str(&import("    ", &module, &[word]));
        }
    }
    for (module, bases) in responses_by_module(operations.iter().copied()) {
        let bases: Vec<_> = bases.iter().map(String::as_str).collect();
        text.push_str(&import("    ", &module, &bases));
    }
    let aliases = ["TDictionaryItems", "TSetBatchItems", "TSortedSetElements"];
    let aliases: Vec<_> = aliases.into_iter().filter(|word| uses(word)).collect();
    if !aliases.is_empty() {
        text.push_str(&import("    ", "momento_lambda.typing", &aliases));
    }
    if !enums.is_empty() {
        text.push('\n');
        for (constant, class, _) in &enums {
            let _ = writeln!(text, "    {constant}: {class}");
        }
        text.push_str(
            "else:\n    # These stand for enums' members: the module enum alone would cost half of the import's budget.\n",
        );
        for (constant, _, native) in &enums {
            let _ = writeln!(text, "    {constant} = _native.{native}");
        }
    }
    if is_default("_FROM_CACHE_TTL") {
        text.push_str("\n_FROM_CACHE_TTL = CollectionTtl.from_cache_ttl()\n");
    }
    let _ = writeln!(
        text,
        "\n\nclass {}({}):\n    \"\"\"{head} {what}.\"\"\"",
        flavour.class(group),
        flavour.base()
    );
    for operation in operations {
        method(&mut text, operation, flavour);
    }
    text
}

fn method(text: &mut String, operation: &Operation, flavour: Flavour) {
    let name = &operation.name;
    let def = match flavour {
        Flavour::Sync => format!("def {name}"),
        Flavour::Async => format!("async def {name}"),
    };
    let returns = format!("{}Response", operation.response);
    text.push('\n');
    text.push_str(&definition(
        "    ",
        &def,
        &parameters(operation),
        &returns,
        "",
    ));
    text.push_str(&docstring(operation, flavour));
    let names: Vec<_> = operation
        .arguments
        .iter()
        .map(|argument| argument.name.as_str())
        .collect();
    let names = names.join(", ");
    text.push_str(&match flavour {
        Flavour::Sync => call(&format!("return self._native.{name}({names})")),
        Flavour::Async => {
            let line = format!("        return await ended(self._native.{name}_async({names}))");
            if line.len() <= super::COLUMNS {
                line + "\n"
            } else {
                call(&format!("future = self._native.{name}_async({names})"))
                    + "        return await ended(future)\n"
            }
        }
    });
}

/// A line with a call at its end, broken as ruff breaks it where it is too long.
fn call(line: &str) -> String {
    if 8 + line.len() <= super::COLUMNS {
        return format!("        {line}\n");
    }
    let (before, rest) = line.split_once('(').unwrap_or((line, ""));
    let inner = rest.strip_suffix(')').unwrap_or(rest);
    format!("        {before}(\n            {inner}\n        )\n")
}

const SYNC_DOC: &str = "A client whose calls wait for their answer; other threads run meanwhile.

    Safe to use from many threads. `get_momento_client` gives the one that warm invocations share.
    ";

const ASYNC_DOC: &str = "A client for asyncio.

    Safe to use from several event loops, one after the other (`asyncio.run` per invocation) or in
    several threads at a time. `get_momento_client_async` gives the one that warm invocations share.
    ";
