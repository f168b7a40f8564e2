//! core/src/operation: `Operation` and `Request` (generated.rs), what carries a request out
//! (dispatch.rs) and the Rust client's methods (methods.rs).

use crate::examples::{self, Language};
use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Shape, Table};
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
        file("core/src/operation/methods.rs", methods(table)),
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

/// What a method takes, and how that becomes the request's field.
fn parameter(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => ("impl Into<String>", ".into()"),
        Kind::Bytes | Kind::Hash => ("impl Into<Vec<u8>>", ".into()"),
        Kind::BytesList => (
            "impl IntoIterator<Item = impl Into<Vec<u8>>>",
            ".into_iter().map(Into::into).collect()",
        ),
        Kind::Dictionary => (
            "impl IntoIterator<Item = (impl Into<Vec<u8>>, impl Into<Vec<u8>>)>",
            ".into_iter().map(|(field, value)| (field.into(), value.into())).collect()",
        ),
        Kind::Scored => (
            "impl IntoIterator<Item = (impl Into<Vec<u8>>, f64)>",
            ".into_iter().map(|(value, score)| (value.into(), score)).collect()",
        ),
        other => (field_type(other), ""),
    }
}

/// What a reply becomes.
fn result(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Success => ("()", "into_success"),
        Shape::Created => ("Creation", "into_created"),
        Shape::Caches => ("Vec<CacheInfo>", "into_caches"),
        Shape::SigningKey => ("SigningKey", "into_signing_key"),
        Shape::SigningKeys => ("Vec<ListedSigningKey>", "into_signing_keys"),
        Shape::Value => ("Option<Vec<u8>>", "into_value"),
        Shape::HashedValue => ("Option<Hashed>", "into_hashed_value"),
        Shape::Values => ("Vec<KeyedValue>", "into_values"),
        Shape::Results => ("Vec<Result<()>>", "into_results"),
        Shape::Stored => ("bool", "into_stored"),
        Shape::StoredWithHash => ("Option<Vec<u8>>", "into_stored_with_hash"),
        Shape::Integer => ("i64", "into_integer"),
        Shape::Exists => ("bool", "into_exists"),
        Shape::AllExist => ("Vec<(Vec<u8>, bool)>", "into_all_exist"),
        Shape::TtlSet => ("TtlChange", "into_ttl_set"),
        Shape::TtlChanged => ("TtlChange", "into_ttl_changed"),
        Shape::RemainingTtl => ("Option<Duration>", "into_remaining_ttl"),
        Shape::ItemType => ("Option<ItemType>", "into_item_type"),
        Shape::Dictionary => ("Option<Vec<(Vec<u8>, Vec<u8>)>>", "into_dictionary"),
        Shape::Field => ("Option<Vec<u8>>", "into_field"),
        Shape::Fields => ("Option<Vec<(Vec<u8>, Option<Vec<u8>>)>>", "into_fields"),
        Shape::Length => ("Option<u64>", "into_length"),
        Shape::ListLength => ("u64", "into_list_length"),
        Shape::Total => ("u64", "into_total"),
        Shape::Set => ("Option<Vec<Vec<u8>>>", "into_set"),
        Shape::List => ("Option<Vec<Vec<u8>>>", "into_list"),
        Shape::Contains => ("Option<bool>", "into_contains"),
        Shape::ContainsAll => ("Option<Vec<(Vec<u8>, bool)>>", "into_contains_all"),
        Shape::SortedSet => ("Option<Vec<(Vec<u8>, f64)>>", "into_sorted_set"),
        Shape::ElementScore => ("Option<f64>", "into_element_score"),
        Shape::Scores => ("Option<Vec<(Vec<u8>, Option<f64>)>>", "into_scores"),
        Shape::Rank => ("Option<u64>", "into_rank"),
        Shape::Score => ("f64", "into_score"),
    }
}

/// What comes back, in words.
fn meaning(shape: Shape) -> &'static str {
    match shape {
        Shape::Success => "Nothing but that it is done.",
        Shape::Created => "Whether it was created or was there.",
        Shape::Caches => "The caches.",
        Shape::SigningKey => "The key.",
        Shape::SigningKeys => "The keys.",
        Shape::Value => "The value; `None` is a miss.",
        Shape::HashedValue => "The value and its hash; `None` is a miss.",
        Shape::Values => "Each key with its value, `None` for a miss, or why there is neither.",
        Shape::Results => "For each item whether it is stored, in order.",
        Shape::Stored => "Whether the condition held and the item is stored.",
        Shape::StoredWithHash => {
            "The hash of the value stored; `None` where the condition did not hold."
        }
        Shape::Integer => "The number as it is now.",
        Shape::Exists => "Whether there is such an item.",
        Shape::AllExist => "Each key with whether there is such an item, in order.",
        Shape::TtlSet => "Whether the time was set; `NotSet` does not come.",
        Shape::TtlChanged => "Whether the time was set.",
        Shape::RemainingTtl => "The time left; `None` is a miss.",
        Shape::ItemType => "The type; `None` is a miss.",
        Shape::Dictionary => "Fields and values in no order; `None` is a miss.",
        Shape::Field => "The field's value; `None` where there is no such dictionary or field.",
        Shape::Fields => {
            "Each field with its value, in order; `None` where there is no such dictionary."
        }
        Shape::Length => "How many; `None` is a miss.",
        Shape::ListLength => "The list's length as it is now.",
        Shape::Total => "How many elements the new sorted set has.",
        Shape::Set => "The elements in no order; `None` is a miss.",
        Shape::List => "The values in order; `None` is a miss.",
        Shape::Contains => "Whether it is in the set; `None` where there is no such set.",
        Shape::ContainsAll => {
            "Each element with whether it is in the set, in order; `None` where there is no such set."
        }
        Shape::SortedSet => "Values and scores in order; `None` is a miss.",
        Shape::ElementScore => "The score; `None` where there is no such sorted set or element.",
        Shape::Scores => {
            "Each value with its score, in order; `None` where there is no such sorted set."
        }
        Shape::Rank => "The rank; `None` is a miss.",
        Shape::Score => "The score as it is now.",
    }
}

/// What an example needs around it to be run.
const EXAMPLE_BEFORE: [&str; 7] = [
    "use momento_lambda_core::{CacheClient, ClientOptions, operation::*, token::Credential};",
    "use std::time::Duration;",
    "#[tokio::main(flavor = \"current_thread\")]",
    "async fn main() -> Result<(), Box<dyn std::error::Error>> {",
    "let server = momento_lambda_local::Server::start(Default::default()).await?;",
    "let client = CacheClient::new(ClientOptions::new(Credential::local(\"127.0.0.1\", server.address().port())))?;",
    "client.create_cache(\"cache\").await?;",
];

fn methods(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
use super::{{
    Aggregate, BatchItem, CacheInfo, CollectionTtl, Creation, Hashed, ItemType, KeyedValue, ListedSigningKey, Request, ScoreBound,
    SigningKey, SortOrder, SortedSetSource, TtlChange,
}};
use crate::client::CacheClient;
use crate::error::Result;
use std::time::Duration;

/// The operations. Each fails with the official error code; for options that a method leaves out
/// (compression per call), build a [`Request`] and [`execute`](CacheClient::execute) it.
impl CacheClient {{
"
    );
    for operation in &table.operation {
        let (result, unwrap) = result(operation.reply);
        let (flags, arguments): (Vec<_>, Vec<_>) = operation
            .arguments
            .iter()
            .partition(|argument| argument.kind == Kind::Flag);
        let _ = writeln!(text, "/// {}\n///", operation.doc);
        for argument in &arguments {
            let _ = writeln!(text, "/// * `{}`: {}", argument.name, argument.doc);
        }
        let _ = writeln!(text, "///\n/// {}\n///\n/// ```", meaning(operation.reply));
        for line in EXAMPLE_BEFORE {
            let _ = writeln!(text, "/// # {line}");
        }
        let _ = write!(
            text,
            "/// {}/// # Ok(())\n/// # }}\n/// ```\n",
            examples::example(operation, Language::Rust)
        );
        if arguments.len() > 6 {
            text.push_str("#[expect(clippy::too_many_arguments, reason = \"as many as the operation has\")]\n");
        }
        let _ = writeln!(text, "pub async fn {}(&self,", operation.name);
        for argument in &arguments {
            let _ = write!(text, "{}: {},", argument.name, parameter(argument.kind).0);
        }
        let _ = writeln!(
            text,
            ") -> Result<{result}> {{ self.execute(Request::{} {{",
            operation.pascal()
        );
        for argument in &arguments {
            let name = &argument.name;
            let _ = match parameter(argument.kind).1 {
                "" => writeln!(text, "{name},"),
                conversion => writeln!(text, "{name}: {name}{conversion},"),
            };
        }
        for flag in flags {
            let _ = writeln!(text, "{}: None,", flag.name);
        }
        let _ = writeln!(text, "}}).await?.{unwrap}() }}\n");
    }
    text.push_str("}\n");
    text
}
