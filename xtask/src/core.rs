//! core/src/operation/generated.rs: `Operation`, `Request` and the Rust client's methods.

use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Shape, Table};
use std::fmt::Write as _;

pub fn files(table: &Table) -> Vec<File> {
    let mut text = format!("// {MARK}\n");
    text.push_str(
        "use super::{CacheInfo, Creation, Service, validate};
use crate::client::CacheClient;
use crate::error::Result;
use std::time::Duration;

",
    );
    operation_enum(&mut text, table);
    request_enum(&mut text, table);
    methods(&mut text, table);
    vec![
        File {
            path: "core/src/operation/generated.rs".to_owned(),
            text,
        },
        File {
            path: "core/tests/vectors/request.rs".to_owned(),
            text: request_by_name(table),
        },
    ]
}

/// For the vectors, which name operations and arguments: a request from an operation's name.
fn request_by_name(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
use super::arguments::Arguments;
use momento_lambda_core::operation::Request;

/// The request of that name; `None` where there is no such operation or Rust can't express it.
pub fn request(operation: &str, arguments: &Arguments) -> Option<Request> {{
    Some(match operation {{
"
    );
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "{:?} => Request::{} {{",
            operation.name,
            operation.pascal()
        );
        for argument in &operation.arguments {
            let reader = match argument.kind {
                Kind::CacheName => "text",
                Kind::Key | Kind::Value => "bytes",
                Kind::Ttl => "optional_seconds",
            };
            let name = &argument.name;
            let _ = writeln!(text, "{name}: arguments.{reader}({name:?})?,");
        }
        text.push_str("},\n");
    }
    text.push_str("_ => return None,\n})\n}\n");
    text
}

fn operation_enum(text: &mut String, table: &Table) {
    text.push_str("/// The operations by name.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Operation {\n");
    for operation in &table.operation {
        let _ = writeln!(text, "/// {}\n{},", operation.doc, operation.pascal());
    }
    text.push_str("}\n\nimpl Operation {\n");
    property(
        text,
        table,
        "The name in Python; in Node it is the same in camelCase.",
        "name",
        "&'static str",
        |operation| format!("{:?}", operation.name),
    );
    property(
        text,
        table,
        "The RPC's name in logs, counters and fault injection.",
        "rpc",
        "&'static str",
        |operation| format!("{:?}", operation.rpc),
    );
    property(
        text,
        table,
        "Who carries it out.",
        "service",
        "Service",
        |operation| match operation.service {
            Service::Data => "Service::Data".to_owned(),
            Service::Control => "Service::Control".to_owned(),
        },
    );
    property(
        text,
        table,
        "Whether sending it twice does what sending it once does.",
        "is_idempotent",
        "bool",
        |operation| operation.idempotent.to_string(),
    );
    text.push_str("}\n\n");
}

/// A `const fn` with an arm per distinct value: rustc's lints refuse arms that say the same.
fn property(
    text: &mut String,
    table: &Table,
    doc: &str,
    name: &str,
    kind: &str,
    value: impl Fn(&Operation) -> String,
) {
    let mut arms: Vec<(String, Vec<String>)> = Vec::new();
    for operation in &table.operation {
        let value = value(operation);
        let pattern = format!("Self::{}", operation.pascal());
        match arms.iter_mut().find(|(present, _)| *present == value) {
            Some((_, patterns)) => patterns.push(pattern),
            None => arms.push((value, vec![pattern])),
        }
    }
    let _ = writeln!(
        text,
        "/// {doc}\n#[must_use]\npub const fn {name}(self) -> {kind} {{ match self {{"
    );
    for (value, patterns) in arms {
        let _ = writeln!(text, "{} => {value},", patterns.join(" | "));
    }
    text.push_str("} }\n");
}

fn request_enum(text: &mut String, table: &Table) {
    text.push_str("/// An operation with its arguments.\n#[derive(Clone, Debug, PartialEq, Eq)]\npub enum Request {\n");
    for operation in &table.operation {
        let _ = writeln!(text, "/// {}\n{} {{", operation.doc, operation.pascal());
        for argument in &operation.arguments {
            let _ = writeln!(
                text,
                "/// {}\n{}: {},",
                argument.doc,
                argument.name,
                field_type(argument)
            );
        }
        text.push_str("},\n");
    }
    text.push_str("}\n\nimpl Request {\n/// Which operation this is.\n#[must_use]\npub const fn operation(&self) -> Operation { match self {\n");
    for operation in &table.operation {
        let name = operation.pascal();
        let _ = writeln!(text, "Self::{name} {{ .. }} => Operation::{name},");
    }
    text.push_str("} }\n\n/// Checks every argument, each by its kind.\npub(crate) fn validate(&self) -> Result<()> { match self {\n");
    let mut arms: Vec<(String, Vec<String>)> = Vec::new();
    for operation in &table.operation {
        let (fields, checks): (Vec<_>, Vec<_>) = operation
            .arguments
            .iter()
            .filter_map(|argument| check(argument).map(|check| (argument.name.clone(), check)))
            .unzip();
        let pattern = format!(
            "Self::{} {{ {} .. }}",
            operation.pascal(),
            fields
                .iter()
                .fold(String::new(), |all, field| all + field + ",")
        );
        let body = match checks.split_last() {
            None => "Ok(())".to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, first)) => format!("{{ {}?; {last} }}", first.join("?; ")),
        };
        match arms.iter_mut().find(|(present, _)| *present == body) {
            Some((_, patterns)) => patterns.push(pattern),
            None => arms.push((body, vec![pattern])),
        }
    }
    for (body, patterns) in arms {
        let _ = writeln!(text, "{} => {body},", patterns.join(" | "));
    }
    text.push_str("} }\n}\n\n");
}

fn field_type(argument: &Argument) -> &'static str {
    match argument.kind {
        Kind::CacheName => "String",
        Kind::Key | Kind::Value => "Vec<u8>",
        Kind::Ttl => "Option<Duration>",
    }
}

fn check(argument: &Argument) -> Option<String> {
    match argument.kind {
        Kind::CacheName => Some(format!("validate::cache_name({})", argument.name)),
        Kind::Ttl => Some(format!("validate::ttl(*{})", argument.name)),
        Kind::Key | Kind::Value => None,
    }
}

fn methods(text: &mut String, table: &Table) {
    text.push_str("/// The operations.\nimpl CacheClient {\n");
    for operation in &table.operation {
        let (result, unwrap) = match operation.reply {
            Shape::Success => ("()", "into_success"),
            Shape::Created => ("Creation", "into_created"),
            Shape::Caches => ("Vec<CacheInfo>", "into_caches"),
            Shape::Value => ("Option<Vec<u8>>", "into_value"),
        };
        let _ = writeln!(text, "/// {}\n///", operation.doc);
        for argument in &operation.arguments {
            let _ = writeln!(text, "/// * `{}`: {}", argument.name, argument.doc);
        }
        let _ = writeln!(text, "pub async fn {}(&self,", operation.name);
        for argument in &operation.arguments {
            let kind = match argument.kind {
                Kind::CacheName => "impl Into<String>",
                Kind::Key | Kind::Value => "impl Into<Vec<u8>>",
                Kind::Ttl => "Option<Duration>",
            };
            let _ = write!(text, "{}: {kind},", argument.name);
        }
        let _ = writeln!(
            text,
            ") -> Result<{result}> {{ self.execute(Request::{} {{",
            operation.pascal()
        );
        for argument in &operation.arguments {
            let name = &argument.name;
            let _ = match argument.kind {
                Kind::Ttl => writeln!(text, "{name},"),
                Kind::CacheName | Kind::Key | Kind::Value => {
                    writeln!(text, "{name}: {name}.into(),")
                }
            };
        }
        let _ = writeln!(text, "}}).await?.{unwrap}() }}\n");
    }
    text.push_str("}\n");
}
