//! An example of each operation in each language, as docs/operations.md shows it and the tests run it.
//!
//! The tests make a cache named `cache` with an item `key`, a `dictionary`, a `list`, a `set` and a
//! `sorted-set` in it, so that most examples end in a hit.

use crate::table::{Argument, Kind, Operation, Shape};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Python,
    Node,
    Rust,
}

pub fn example(operation: &Operation, language: Language) -> String {
    let shown = |argument: &&Argument| argument.kind != Kind::Flag;
    let arguments = operation.arguments.iter().filter(shown);
    let (variant, accessor) = accessor(operation.reply, language);
    let class = &operation.response;
    match language {
        Language::Python => {
            let arguments: Vec<_> = arguments
                .map(|argument| {
                    let value = python(argument);
                    if argument.kind.is_keyword_only() {
                        format!("{}={value}", argument.name)
                    } else {
                        value
                    }
                })
                .collect();
            let call = format!("client.{}({})", operation.name, arguments.join(", "));
            match accessor {
                "" => format!(
                    "response = {call}\nif isinstance(response, {class}.Error):\n    print(response.error_code, response.message)\n"
                ),
                accessor => format!(
                    "response = {call}\nif isinstance(response, {class}.{variant}):\n    print(response.{accessor})\n"
                ),
            }
        }
        Language::Node => {
            let (options, positional): (Vec<_>, Vec<_>) =
                arguments.partition(|argument| argument.optional);
            let mut given: Vec<_> = positional.into_iter().map(node).collect();
            if !options.is_empty() {
                let options: Vec<_> = options
                    .into_iter()
                    .map(|argument| format!("{}: {}", argument.node_name(), node(argument)))
                    .collect();
                given.push(format!("{{ {} }}", options.join(", ")));
            }
            let call = format!("await client.{}({})", operation.camel(), given.join(", "));
            match accessor {
                "" => format!(
                    "const response = {call};\nif (response instanceof {class}.Error) {{\n  console.log(response.errorCode(), response.message());\n}}\n"
                ),
                accessor => format!(
                    "const response = {call};\nif (response instanceof {class}.{variant}) {{\n  console.log(response.{accessor});\n}}\n"
                ),
            }
        }
        Language::Rust => {
            let arguments: Vec<_> = arguments.map(rust).collect();
            let call = format!("client.{}({}).await?", operation.name, arguments.join(", "));
            match operation.reply {
                Shape::Success => format!("{call};\n"),
                _ => format!("println!(\"{{:?}}\", {call});\n"),
            }
        }
    }
}

/// A variant and what to ask it for; an empty accessor where there is nothing to ask.
fn accessor(shape: Shape, language: Language) -> (&'static str, &'static str) {
    let (variant, python, node) = match shape {
        Shape::Success | Shape::Created => ("Success", "", ""),
        Shape::Caches => (
            "Success",
            "caches",
            "getCaches().map(cache => cache.getName())",
        ),
        Shape::SigningKey => ("Success", "key_id", "getKeyId()"),
        Shape::SigningKeys => ("Success", "signing_keys", "getSigningKeys()"),
        Shape::Value | Shape::Field => ("Hit", "value_string", "valueString()"),
        Shape::HashedValue => (
            "Hit",
            "value_string, response.hash_bytes",
            "valueString(), response.hashUint8Array()",
        ),
        Shape::Values => ("Success", "value_dictionary_string_string", "values()"),
        Shape::Results => ("Success", "results", "results()"),
        Shape::Stored => ("Stored", "", ""),
        Shape::StoredWithHash => ("Stored", "hash_bytes", "hashUint8Array()"),
        Shape::Integer => ("Success", "value", "value()"),
        Shape::Exists | Shape::AllExist => ("Success", "exists", "exists()"),
        Shape::TtlSet | Shape::TtlChanged => ("Set", "", ""),
        Shape::RemainingTtl => ("Hit", "remaining_ttl", "remainingTtlMillis()"),
        Shape::ItemType => ("Hit", "item_type", "itemType()"),
        Shape::Dictionary | Shape::Fields => {
            ("Hit", "value_dictionary_string_string", "valueRecord()")
        }
        Shape::Length => ("Hit", "length", "length()"),
        Shape::ListLength => ("Success", "list_length", "listLength()"),
        Shape::Total => ("Success", "length", "length()"),
        Shape::Set => ("Hit", "value_set_string", "valueSet()"),
        Shape::List => ("Hit", "value_list_string", "valueList()"),
        Shape::Contains => ("Hit", "contains_element", "containsElement()"),
        Shape::ContainsAll => ("Hit", "contains_elements", "containsElements()"),
        Shape::SortedSet => ("Hit", "value_list_string", "valueArray()"),
        Shape::ElementScore => ("Hit", "score", "score()"),
        Shape::Scores => ("Hit", "value_dictionary_string", "valueRecord()"),
        Shape::Rank => ("Hit", "rank", "rank()"),
        Shape::Score => ("Success", "score", "score()"),
    };
    (
        variant,
        if language == Language::Python {
            python
        } else {
            node
        },
    )
}

/// The words of an argument that are the same in all languages, without quotes.
fn word(argument: &Argument) -> &str {
    match argument.name.as_str() {
        "cache_name" => "cache",
        "dictionary_name" => "dictionary",
        "list_name" => "list",
        "set_name" => "set",
        "sorted_set_name" => "sorted-set",
        "key_id" => "a-key-id",
        "equal" | "not_equal" => "old value",
        other => other,
    }
}

fn python(argument: &Argument) -> String {
    match argument.kind {
        Kind::CacheName | Kind::Name | Kind::Text | Kind::Bytes => {
            format!("\"{}\"", word(argument))
        }
        Kind::Hash => "b\"an earlier hash\"".to_owned(),
        Kind::BytesList => bytes_list(argument, "\"", "[", "]"),
        Kind::Dictionary | Kind::Items => "{\"a\": \"1\", \"b\": \"2\"}".to_owned(),
        Kind::Scored => "{\"a\": 1.0, \"b\": 2.0}".to_owned(),
        Kind::Sources => "[SortedSetSource(\"sorted-set\", 2.0)]".to_owned(),
        Kind::Ttl | Kind::NewTtl => "timedelta(minutes=5)".to_owned(),
        Kind::KeyTtl => "timedelta(hours=1)".to_owned(),
        Kind::CollectionTtl => "CollectionTtl.of(timedelta(minutes=5))".to_owned(),
        Kind::Order => "SortOrder.DESCENDING".to_owned(),
        Kind::Aggregate => "SortedSetAggregate.MAX".to_owned(),
        _ => number(argument).to_owned(),
    }
}

fn node(argument: &Argument) -> String {
    match argument.kind {
        Kind::CacheName | Kind::Name | Kind::Text | Kind::Bytes => format!("'{}'", word(argument)),
        Kind::Hash => "Buffer.from('an earlier hash')".to_owned(),
        Kind::BytesList => bytes_list(argument, "'", "[", "]"),
        Kind::Dictionary | Kind::Items => "{ a: '1', b: '2' }".to_owned(),
        Kind::Scored => "{ a: 1, b: 2 }".to_owned(),
        Kind::Sources => "[{ sortedSetName: 'sorted-set', weight: 2 }]".to_owned(),
        Kind::Ttl => "300".to_owned(),
        Kind::NewTtl => "300_000".to_owned(),
        Kind::KeyTtl => "60".to_owned(),
        Kind::CollectionTtl => "CollectionTtl.of(300)".to_owned(),
        Kind::Order => "SortedSetOrder.Descending".to_owned(),
        Kind::Aggregate => "SortedSetAggregate.MAX".to_owned(),
        _ => number(argument).trim_end_matches(".0").to_owned(),
    }
}

fn rust(argument: &Argument) -> String {
    match argument.kind {
        // Only a key that there is can be revoked.
        Kind::Text => {
            "client.create_signing_key(Duration::from_secs(3_600)).await?.key_id".to_owned()
        }
        Kind::CacheName | Kind::Name | Kind::Bytes => format!("\"{}\"", word(argument)),
        Kind::Hash => "\"an earlier hash\"".to_owned(),
        Kind::BytesList => bytes_list(argument, "\"", "[", "]"),
        Kind::Dictionary => "[(\"a\", \"1\"), (\"b\", \"2\")]".to_owned(),
        Kind::Items => {
            "vec![BatchItem { key: \"a\".into(), value: \"1\".into(), ttl: None }]".to_owned()
        }
        Kind::Scored => "[(\"a\", 1.0), (\"b\", 2.0)]".to_owned(),
        Kind::Sources => {
            "vec![SortedSetSource { sorted_set_name: \"sorted-set\".into(), weight: 2.0 }]"
                .to_owned()
        }
        Kind::Ttl => "Some(Duration::from_secs(300))".to_owned(),
        Kind::NewTtl => "Duration::from_secs(300)".to_owned(),
        Kind::KeyTtl => "Duration::from_secs(3_600)".to_owned(),
        Kind::CollectionTtl => "CollectionTtl::of(Duration::from_secs(300))".to_owned(),
        Kind::Order => "SortOrder::Descending".to_owned(),
        Kind::Aggregate => "Aggregate::Max".to_owned(),
        Kind::ScoreBound => format!("Some(ScoreBound::Inclusive({}))", number(argument)),
        Kind::Index | Kind::Offset | Kind::Count | Kind::Size => {
            format!("Some({})", number(argument))
        }
        _ => number(argument).to_owned(),
    }
}

fn bytes_list(argument: &Argument, quote: &str, open: &str, close: &str) -> String {
    let singular = word(argument).trim_end_matches('s');
    format!("{open}{quote}{singular}{quote}, {quote}other{quote}{close}")
}

fn number(argument: &Argument) -> &'static str {
    match (argument.kind, argument.name.as_str()) {
        (Kind::Amount, _) => "5",
        (Kind::Score, _) => "1.5",
        (Kind::PopCount, _) => "1",
        (Kind::Size, _) => "100",
        (Kind::Index, "start_index" | "start_rank") | (Kind::Offset, _) => "0",
        (Kind::ScoreBound, "min_score") => "0.0",
        (Kind::ScoreBound, _) => "10.0",
        // Limits, counts and ends of ranges.
        _ => "10",
    }
}
