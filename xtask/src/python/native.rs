//! bindings-python/src/generated.rs, two thin methods per operation, and `_native.pyi`.

use super::{annotation, definition, module};
use crate::files::MARK;
use crate::table::{Argument, Kind, Operation, Table};
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub fn methods(table: &Table) -> String {
    let mut text = format!("// {MARK}\n");
    text.push_str(
        "use crate::client::NativeClient;
use crate::convert;
use crate::replies::Response;
use momento_lambda_core::operation::Request;
use pyo3::prelude::*;

",
    );
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "static {}: Response = Response::new({:?}, {:?});",
            operation.name.to_uppercase(),
            module(operation),
            operation.response
        );
    }
    text.push_str("\n#[pymethods]\nimpl NativeClient {\n");
    for operation in &table.operation {
        method(&mut text, operation, "", "call");
        method(&mut text, operation, "_async", "submit");
    }
    text.push_str("}\n");
    text
}

fn method(text: &mut String, operation: &Operation, suffix: &str, how: &str) {
    let names: Vec<_> = operation.arguments.iter().map(signature).collect();
    if operation.arguments.iter().any(|argument| argument.optional) {
        let _ = writeln!(text, "#[pyo3(signature = ({}))]", names.join(", "));
    }
    let _ = write!(
        text,
        "fn {}{suffix}<'py>(&self, py: Python<'py>,",
        operation.name
    );
    for argument in &operation.arguments {
        let _ = if argument.optional {
            write!(text, "{}: Option<&Bound<'py, PyAny>>,", argument.name)
        } else {
            write!(text, "{}: &Bound<'py, PyAny>,", argument.name)
        };
    }
    let _ = writeln!(
        text,
        ") -> PyResult<Bound<'py, PyAny>> {{ self.{how}(py, &{}, || Ok(Request::{} {{",
        operation.name.to_uppercase(),
        operation.pascal()
    );
    for argument in &operation.arguments {
        let _ = writeln!(
            text,
            "{0}: convert::{1}({0})?,",
            argument.name,
            converter(argument.kind)
        );
    }
    text.push_str("})) }\n\n");
}

fn signature(argument: &Argument) -> String {
    let default = if argument.optional { "=None" } else { "" };
    format!("{}{default}", argument.name)
}

fn converter(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName => "cache_name",
        Kind::Key => "key",
        Kind::Value => "value",
        Kind::Ttl => "ttl",
    }
}

const NAMES: [&str; 15] = [
    "NativeClient",
    "Reactor",
    "__version__",
    "check_endpoint",
    "close",
    "connect",
    "connect_async",
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

def open(credentials: CredentialProvider, configuration: Configuration, default_ttl: timedelta) -> NativeClient: ...
def shared(
    token_source: str | None, endpoint: str | None, configuration: Configuration | None, default_ttl: timedelta | None
) -> NativeClient: ...
def start(client: NativeClient, worker: bool) -> None: ...
def connect(client: NativeClient, timeout: timedelta) -> None: ...
def connect_async(client: NativeClient, timeout: timedelta) -> Future[None]: ...
def close(client: NativeClient) -> None: ...
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
from datetime import timedelta
from typing import Any, final

from momento_lambda.auth.credential_provider import CredentialProvider
from momento_lambda.config.configuration import Configuration
",
    );
    let imports: BTreeMap<_, _> = table
        .operation
        .iter()
        .map(|operation| (module(operation), &operation.response))
        .collect();
    for (module, response) in imports {
        let _ = writeln!(text, "from {module} import {response}Response");
    }
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
