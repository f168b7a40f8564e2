//! bindings-python/src/generated.rs, two thin methods per operation, and `_native.pyi`.

use super::arguments::{annotation, converter, may_be_none};
use super::{definition, import, module, responses_by_module};
use crate::files::MARK;
use crate::table::{Operation, Shape, Table};
use std::fmt::Write as _;

pub fn methods(table: &Table) -> String {
    let mut text = format!("// {MARK}\n");
    text.push_str(
        "use crate::client::NativeClient;
use crate::convert::{self, Conversion};
use crate::replies::{Response, Shape};
use momento_lambda_core::operation::Request;
use pyo3::prelude::*;

",
    );
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "pub(crate) static {}: Response = Response::new({:?}, {:?}, Shape::{});",
            operation.name.to_uppercase(),
            module(operation),
            operation.response,
            shape(operation.reply)
        );
    }
    text.push_str("\n#[pymethods]\nimpl NativeClient {\n");
    for operation in &table.operation {
        method(&mut text, operation, "", "call");
        method(&mut text, operation, "_async", "submit");
    }
    text.push_str(
        "}

mod requests {
use super::{Conversion, Request, convert};
use pyo3::prelude::*;

",
    );
    let with_arguments = |operation: &&Operation| !operation.arguments.is_empty();
    for operation in table.operation.iter().filter(with_arguments) {
        request(&mut text, operation);
    }
    text.push_str("}\n");
    text
}

/// What the core's reply does not say by itself.
fn shape(shape: Shape) -> &'static str {
    match shape {
        Shape::Length => "Length",
        Shape::List => "List",
        Shape::Set => "Set",
        _ => "Plain",
    }
}

fn parameters(operation: &Operation) -> String {
    let mut text = String::new();
    for argument in &operation.arguments {
        let _ = if may_be_none(argument) {
            write!(text, "{}: Option<&Bound<'_, PyAny>>,", argument.name)
        } else {
            write!(text, "{}: &Bound<'_, PyAny>,", argument.name)
        };
    }
    text
}

fn names(operation: &Operation) -> String {
    let names: Vec<_> = operation
        .arguments
        .iter()
        .map(|argument| argument.name.as_str())
        .collect();
    names.join(", ")
}

fn method(text: &mut String, operation: &Operation, suffix: &str, how: &str) {
    let name = &operation.name;
    let names = names(operation);
    let request = if operation.arguments.is_empty() {
        format!("Ok(Request::{} {{}})", operation.pascal())
    } else {
        format!("requests::{name}({names})")
    };
    expect_many(text, operation.arguments.len() + 2);
    let _ = writeln!(
        text,
        "#[pyo3(signature = ({names}))]
        fn {name}{suffix}<'py>(&self, py: Python<'py>, {}) -> PyResult<Bound<'py, PyAny>> {{
            self.{how}(py, &{}, {request})
        }}
",
        parameters(operation),
        name.to_uppercase(),
    );
}

/// Clippy minds more than seven arguments.
fn expect_many(text: &mut String, count: usize) {
    if count > 7 {
        text.push_str(
            "#[expect(clippy::too_many_arguments, reason = \"as many as the operation has\")]\n",
        );
    }
}

fn request(text: &mut String, operation: &Operation) {
    expect_many(text, operation.arguments.len());
    let _ = writeln!(
        text,
        "pub(super) fn {}({}) -> Conversion<Request> {{ Ok(Request::{} {{",
        operation.name,
        parameters(operation),
        operation.pascal()
    );
    for argument in &operation.arguments {
        let _ = writeln!(
            text,
            "{}: {}?,",
            argument.name,
            converter(operation, argument)
        );
    }
    text.push_str("}) }\n\n");
}

const NAMES: [&str; 24] = [
    "ASCENDING",
    "SUM",
    "EnumDefault",
    "HookQuestion",
    "Invocation",
    "NativeClient",
    "Reactor",
    "__version__",
    "after_restore",
    "before_snapshot",
    "begin_invocation",
    "check_endpoint",
    "close",
    "connect",
    "connect_async",
    "counters",
    "doctor",
    "give_up",
    "is_v2_api_key",
    "open",
    "preset",
    "read_api_key",
    "shared",
    "start",
];

/// The functions by hand in bindings-python/src; mypy's stubtest compares them with the module.
const BY_HAND: &str = r"
@final
class Reactor:
    def drain(self) -> None: ...

@final
class EnumDefault:
    @property
    def name(self) -> str: ...

@final
class HookQuestion:
    def answer(self, result: object) -> None: ...
    def fail(self, error: BaseException) -> None: ...

@final
class Invocation:
    def under_way(self) -> int: ...
    def begun(self) -> int: ...
    def unfinished(self) -> int: ...
    def may_settle(self) -> bool: ...
    def settle(self) -> None: ...
    def settle_async(self) -> Future[None]: ...
    def end(self) -> None: ...

ASCENDING: EnumDefault
SUM: EnumDefault

def open(credentials: CredentialProvider, configuration: Configuration, default_ttl: timedelta) -> NativeClient: ...
def shared(
    token_source: str | None, endpoint: str | None, configuration: Configuration | None, default_ttl: timedelta | None
) -> NativeClient: ...
def start(client: NativeClient, worker: bool) -> None: ...
def connect(client: NativeClient, timeout: timedelta) -> None: ...
def connect_async(client: NativeClient, timeout: timedelta) -> Future[None]: ...
def close(client: NativeClient) -> None: ...
def counters(client: NativeClient) -> dict[str, int]: ...
def begin_invocation(remaining: float | None, margin: float) -> Invocation: ...
def before_snapshot() -> None: ...
def after_restore() -> None: ...
def give_up(future: Future[Any]) -> None: ...
def doctor(arguments: list[str], runtime_version: str, addon: str | None) -> tuple[int, str]: ...
def preset(name: str) -> tuple[int, int]: ...
def check_endpoint(endpoint: str, origin: str) -> tuple[str, str, str, int]: ...
def is_v2_api_key(api_key: str) -> bool: ...
def read_api_key(api_key: str, origin: str) -> tuple[str, tuple[str, str, str, int]]: ...
";

pub fn stub(table: &Table) -> String {
    let mut text = String::from(
        "from asyncio import Future
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, final

from momento_lambda.auth.credential_provider import CredentialProvider
from momento_lambda.config.configuration import Configuration
from momento_lambda.requests.collection_ttl import CollectionTtl
from momento_lambda.requests.sort_order import SortOrder
from momento_lambda.requests.sorted_set_aggregate import SortedSetAggregate
from momento_lambda.requests.sorted_set_source import SortedSetSource
",
    );
    for (module, bases) in responses_by_module(&table.operation) {
        let bases: Vec<_> = bases.iter().map(String::as_str).collect();
        text.push_str(&import("", &module, &bases));
    }
    text.push_str(&import(
        "",
        "momento_lambda.typing",
        &["TDictionaryItems", "TSetBatchItems", "TSortedSetElements"],
    ));
    text.push_str("\n__all__ = [\n");
    for name in NAMES {
        let _ = writeln!(text, "    {name:?},");
    }
    text.push_str("]\n\n__version__: str\n\n@final\nclass NativeClient:\n");
    for operation in &table.operation {
        let mut parameters = vec!["self".to_owned()];
        parameters.extend(
            operation
                .arguments
                .iter()
                .map(|argument| format!("{}: {}", argument.name, annotation(argument))),
        );
        let response = format!("{}Response", operation.response);
        for (suffix, returns) in [
            ("", response.clone()),
            ("_async", format!("Future[{response}]")),
        ] {
            let def = format!("def {}{suffix}", operation.name);
            text.push_str(&definition("    ", &def, &parameters, &returns, " ..."));
        }
    }
    text.push_str(BY_HAND);
    text
}
