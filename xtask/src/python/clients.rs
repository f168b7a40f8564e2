//! The public clients: `CacheClient` and `CacheClientAsync`, typed and documented.

use super::arguments::{annotation, parameters};
use super::docstrings::docstring;
use super::{definition, import, responses_by_module};
use crate::table::{Argument, Operation, Table};
use std::fmt::Write as _;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Sync,
    Async,
}

pub fn text(table: &Table, flavour: Flavour) -> String {
    let (class, base, doc, head) = match flavour {
        Flavour::Sync => (
            "CacheClient",
            "ClientSync",
            SYNC_DOC,
            "The synchronous client's operations.",
        ),
        Flavour::Async => (
            "CacheClientAsync",
            "ClientAsync, ended",
            ASYNC_DOC,
            "The asyncio client's operations.",
        ),
    };
    let mut text = format!(
        "\"\"\"{head}\"\"\"

from __future__ import annotations

from momento_lambda import _native
from momento_lambda.client_base import {base}
from momento_lambda.requests.collection_ttl import CollectionTtl

TYPE_CHECKING = False
if TYPE_CHECKING:
"
    );
    let uses = |word: &str| {
        let mut arguments = table.operation.iter().flat_map(|row| &row.arguments);
        arguments.any(|argument: &Argument| annotation(argument).contains(word))
    };
    for (word, line) in [
        ("Iterable", "from collections.abc import Iterable"),
        ("timedelta", "from datetime import timedelta\n"),
        (
            "SortOrder",
            "from momento_lambda.requests.sort_order import SortOrder",
        ),
        (
            "SortedSetAggregate",
            "from momento_lambda.requests.sorted_set_aggregate import SortedSetAggregate",
        ),
        (
            "SortedSetSource",
            "from momento_lambda.requests.sorted_set_source import SortedSetSource",
        ),
    ] {
        if uses(word) {
            let _ = writeln!(text, "    {line}");
        }
    }
    for (module, response) in responses_by_module(table) {
        text.push_str(&import("    ", &module, &[&format!("{response}Response")]));
    }
    text.push_str(&import(
        "    ",
        "momento_lambda.typing",
        &["TDictionaryItems", "TSetBatchItems", "TSortedSetElements"],
    ));
    let _ = writeln!(
        text,
        "
    _ASCENDING: SortOrder
    _SUM: SortedSetAggregate
else:
    # These stand for enums' members: the module enum alone would cost half of the import's budget.
    _ASCENDING = _native.ASCENDING
    _SUM = _native.SUM

_FROM_CACHE_TTL = CollectionTtl.from_cache_ttl()


class {class}({}):
    \"\"\"{doc}\"\"\"

    __slots__ = ()",
        base.trim_end_matches(", ended")
    );
    for operation in &table.operation {
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
