//! core/src/operation/methods.rs: the Rust client's methods, each with an example that is run.

use super::field_type;
use crate::examples::{self, Language};
use crate::files::MARK;
use crate::table::{Kind, Shape, Table};
use std::fmt::Write as _;

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

pub fn text(table: &Table) -> String {
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
