//! core/src/operation: `Operation` and `Request` (generated.rs), what carries a request out
//! (dispatch.rs) and the Rust client's methods (methods.rs).

mod methods;

use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Table};
use std::fmt::Write as _;

pub fn files(table: &Table) -> Vec<File> {
    let mut text = format!("// {MARK}\n");
    text.push_str(
        "use super::{Aggregate, BatchItem, CollectionTtl, ScoreBound, Service, SortOrder, SortedSetSource, validate};
use crate::error::Result;
use std::time::Duration;

",
    );
    operation_enum(&mut text, table);
    request_enum(&mut text, table);
    let file = |path: &str, text: String| File {
        path: path.to_owned(),
        text,
    };
    vec![
        file("core/src/operation/generated.rs", text),
        file("core/src/operation/dispatch.rs", dispatch(table)),
        file("core/src/operation/methods.rs", methods::text(table)),
        file("core/tests/vectors/request.rs", request_by_name(table)),
    ]
}

/// From a request to the function that carries it out.
fn dispatch(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
use super::call::Call;
use super::execute::operations;
use super::{{Answer, Request}};

/// Carries out a request that has been validated.
#[expect(clippy::too_many_lines, reason = \"as many as there are operations\")]
pub(super) fn execute(call: Call<'_>, request: Request) -> Answer<'_> {{
    match request {{
"
    );
    for operation in &table.operation {
        let names: Vec<_> = operation
            .arguments
            .iter()
            .map(|argument| argument.name.as_str())
            .collect();
        let mut passed = names.clone();
        let call = match operation.service {
            Service::Data => {
                passed.remove(0);
                "call.on(cache_name)"
            }
            Service::Control => "call",
        };
        passed.insert(0, call);
        let _ = writeln!(
            text,
            "Request::{} {{ {} }} => Box::pin(operations::{}({})),",
            operation.pascal(),
            names.join(", "),
            operation.name,
            passed.join(", ")
        );
    }
    text.push_str("}\n}\n");
    text
}

/// For the vectors, which name operations and arguments: a request from an operation's name.
fn request_by_name(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
use super::arguments::Arguments;
use momento_lambda_core::operation::Request;

/// The request of that name; `None` where there is no such operation or Rust can't express it.
#[expect(clippy::too_many_lines, reason = \"as many as there are operations\")]
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
        for Argument {
            name,
            kind,
            default,
            ..
        } in &operation.arguments
        {
            let default = match (kind, default) {
                (Kind::Amount | Kind::Score, Some(default)) => format!(", Some({default})"),
                (Kind::Amount | Kind::Score, None) => ", None".to_owned(),
                _ => String::new(),
            };
            let _ = writeln!(
                text,
                "{name}: arguments.{}({name:?}{default})?,",
                reader(*kind)
            );
        }
        text.push_str("},\n");
    }
    text.push_str("_ => return None,\n})\n}\n");
    text
}

/// The reader of `Arguments` for a kind.
fn reader(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => "text",
        Kind::Bytes => "bytes",
        Kind::Hash => "hash",
        Kind::BytesList => "bytes_list",
        Kind::Dictionary => "dictionary",
        Kind::Scored => "scored",
        Kind::Items => "items",
        Kind::Sources => "sources",
        Kind::Ttl => "ttl",
        Kind::CollectionTtl => "collection_ttl",
        Kind::NewTtl | Kind::KeyTtl => "time",
        Kind::Amount => "amount",
        Kind::Score => "score",
        Kind::Limit => "limit",
        Kind::PopCount => "pop_count",
        Kind::Index => "index",
        Kind::ScoreBound => "score_bound",
        Kind::Offset => "offset",
        Kind::Count => "count",
        Kind::Size => "size",
        Kind::Order => "order",
        Kind::Aggregate => "aggregate",
        Kind::Flag => "flag",
    }
}

fn operation_enum(text: &mut String, table: &Table) {
    text.push_str("/// The operations by name.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Operation {\n");
    for operation in &table.operation {
        let _ = writeln!(text, "/// {}\n{},", operation.doc, operation.pascal());
    }
    text.push_str("}\n\nimpl Operation {\n");
    let count = table.operation.len();
    let _ = writeln!(
        text,
        "/// How many there are.\npub(super) const COUNT: usize = {count};\n"
    );
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
    property(
        text,
        table,
        "The RPC's path on the wire.",
        "path",
        "&'static str",
        |operation| format!("{:?}", operation.path()),
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
    text.push_str("/// An operation with its arguments.\n#[derive(Clone, Debug, PartialEq)]\npub enum Request {\n");
    for operation in &table.operation {
        let _ = writeln!(text, "/// {}\n{} {{", operation.doc, operation.pascal());
        for argument in &operation.arguments {
            let _ = writeln!(
                text,
                "/// {}\n{}: {},",
                argument.doc,
                argument.name,
                field_type(argument.kind)
            );
        }
        text.push_str("},\n");
    }
    text.push_str("}\n\nimpl Request {\n/// Which operation this is.\n#[must_use]\npub const fn operation(&self) -> Operation { match self {\n");
    for operation in &table.operation {
        let name = operation.pascal();
        let _ = writeln!(text, "Self::{name} {{ .. }} => Operation::{name},");
    }
    text.push_str("} }\n\n/// Checks every argument, each by its kind.\n#[expect(clippy::too_many_lines, reason = \"as many as there are operations\")]\npub(crate) fn validate(&self) -> Result<()> { match self {\n");
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

fn field_type(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => "String",
        Kind::Bytes | Kind::Hash => "Vec<u8>",
        Kind::BytesList => "Vec<Vec<u8>>",
        Kind::Dictionary => "Vec<(Vec<u8>, Vec<u8>)>",
        Kind::Scored => "Vec<(Vec<u8>, f64)>",
        Kind::Items => "Vec<BatchItem>",
        Kind::Sources => "Vec<SortedSetSource>",
        Kind::Ttl => "Option<Duration>",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::NewTtl | Kind::KeyTtl => "Duration",
        Kind::Amount => "i64",
        Kind::Score => "f64",
        Kind::Limit => "u64",
        Kind::PopCount => "u32",
        Kind::Index => "Option<i32>",
        Kind::ScoreBound => "Option<ScoreBound>",
        Kind::Offset | Kind::Count | Kind::Size => "Option<u32>",
        Kind::Order => "SortOrder",
        Kind::Aggregate => "Aggregate",
        Kind::Flag => "Option<bool>",
    }
}

fn check(argument: &Argument) -> Option<String> {
    let name = &argument.name;
    let what = name.replace('_', " ");
    match argument.kind {
        Kind::CacheName => Some(format!("validate::cache_name({name})")),
        Kind::Name => Some(format!("validate::name({name}, {what:?})")),
        Kind::Ttl => Some(format!("validate::ttl(*{name})")),
        Kind::CollectionTtl => Some(format!("validate::collection_ttl(*{name})")),
        Kind::NewTtl | Kind::KeyTtl => Some(format!("validate::new_ttl(*{name})")),
        Kind::Items => Some(format!("validate::items({name})")),
        Kind::Scored => Some(format!("validate::scored({name})")),
        Kind::Score => Some(format!("validate::score(*{name}, {what:?})")),
        Kind::ScoreBound => Some(format!("validate::score_bound(*{name}, {what:?})")),
        Kind::PopCount => Some(format!("validate::pop_count(*{name})")),
        Kind::Count => Some(format!("validate::count(*{name})")),
        Kind::Sources => Some(format!("validate::sources({name})")),
        Kind::Text
        | Kind::Bytes
        | Kind::Hash
        | Kind::BytesList
        | Kind::Dictionary
        | Kind::Amount
        | Kind::Limit
        | Kind::Index
        | Kind::Offset
        | Kind::Size
        | Kind::Order
        | Kind::Aggregate
        | Kind::Flag => None,
    }
}
