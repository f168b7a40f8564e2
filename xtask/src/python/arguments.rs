//! What each kind of argument is in Python: its type, its default, its converter in
//! bindings-python/src/convert, and how an example writes it.

use crate::table::{Argument, Kind, Operation};

/// The type in a public signature.
pub fn annotation(argument: &Argument) -> String {
    let kind = match argument.kind {
        Kind::CacheName | Kind::Name | Kind::Text => "str",
        Kind::Bytes => "str | bytes",
        Kind::Hash => "bytes",
        Kind::BytesList => "Iterable[str | bytes]",
        Kind::Dictionary => "TDictionaryItems",
        Kind::Scored => "TSortedSetElements",
        Kind::Items => "TSetBatchItems",
        Kind::Sources => "Iterable[SortedSetSource]",
        Kind::Ttl | Kind::NewTtl | Kind::KeyTtl => "timedelta",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::Amount
        | Kind::Limit
        | Kind::PopCount
        | Kind::Index
        | Kind::Offset
        | Kind::Count
        | Kind::Size => "int",
        Kind::Score | Kind::ScoreBound => "float",
        Kind::Order => "SortOrder",
        Kind::Aggregate => "SortedSetAggregate",
        Kind::Flag => "bool",
    };
    if default(argument) == Some("None") {
        format!("{kind} | None")
    } else {
        kind.to_owned()
    }
}

/// What an argument is where it is left out; `None`: it can't be.
pub fn default(argument: &Argument) -> Option<&str> {
    match argument.kind {
        Kind::CollectionTtl => Some("_FROM_CACHE_TTL"),
        Kind::Order => Some("_ASCENDING"),
        Kind::Aggregate => Some("_SUM"),
        _ => match &argument.default {
            Some(default) => Some(default),
            None => argument.optional.then_some("None"),
        },
    }
}

/// The parameters of a public method, `self` and `*` among them.
pub fn parameters(operation: &Operation) -> Vec<String> {
    let mut parameters = vec!["self".to_owned()];
    for argument in &operation.arguments {
        if argument.kind.is_keyword_only() && !parameters.iter().any(|parameter| parameter == "*") {
            parameters.push("*".to_owned());
        }
        let default = default(argument).map_or(String::new(), |default| format!(" = {default}"));
        let name = &argument.name;
        parameters.push(format!("{name}: {}{default}", annotation(argument)));
    }
    parameters
}

/// Whether the converter takes `Option<&Bound>`: `None` is a value of its own.
pub fn may_be_none(argument: &Argument) -> bool {
    default(argument) == Some("None") || argument.kind == Kind::CollectionTtl
}

/// The call of the converter, which knows the argument by the official texts' name for it.
pub fn converter(operation: &Operation, argument: &Argument) -> String {
    let name = &argument.name;
    match argument.kind {
        Kind::CacheName | Kind::Name => {
            let words = name.replace('_', " ");
            let (first, rest) = words.split_at(1);
            format!(
                "convert::text({name}, \"{}{rest}\")",
                first.to_ascii_uppercase()
            )
        }
        Kind::Text => format!("convert::text({name}, {name:?})"),
        Kind::Bytes => format!(
            "convert::bytes({name}, {name:?}, {:?})",
            refusal(operation, argument)
        ),
        Kind::BytesList => format!(
            "convert::bytes_list({name}, {:?})",
            refusal(operation, argument)
        ),
        Kind::Dictionary => {
            format!("convert::dictionary({name}, \"Unsupported type for items: \")")
        }
        Kind::Scored => {
            format!("convert::scored({name}, \"Unsupported type for sorted set elements: \")")
        }
        Kind::Ttl => format!("convert::ttl({name})"),
        Kind::CollectionTtl => format!("convert::collection_ttl({name})"),
        Kind::NewTtl | Kind::KeyTtl => format!("convert::duration({name}, \"TTL\")"),
        Kind::Amount => format!("convert::amount({name}, {name:?})"),
        Kind::Score => format!("convert::score({name})"),
        Kind::Limit => format!("convert::limit({name}, {name:?})"),
        Kind::PopCount => format!("convert::pop_count({name}, {name:?})"),
        Kind::Hash
        | Kind::Items
        | Kind::Sources
        | Kind::Index
        | Kind::ScoreBound
        | Kind::Offset
        | Kind::Count
        | Kind::Size
        | Kind::Order
        | Kind::Aggregate
        | Kind::Flag => {
            let converter = match argument.kind {
                Kind::Hash => "hash",
                Kind::Items => "items",
                Kind::Sources => "sources",
                Kind::Index => "index",
                Kind::ScoreBound => "score_bound",
                Kind::Offset => "offset",
                Kind::Count => "count",
                Kind::Size => "size",
                Kind::Order => "order",
                Kind::Aggregate => "aggregate",
                _ => "flag",
            };
            format!("convert::{converter}({name}, {name:?})")
        }
    }
}

/// How the official SDK begins its refusal of a type. It makes most calls on one element into calls
/// on many, whose elements it calls by no name.
fn refusal(operation: &Operation, argument: &Argument) -> String {
    let one_of_many = matches!(
        operation.name.as_str(),
        "dictionary_get_field"
            | "dictionary_set_field"
            | "dictionary_remove_field"
            | "set_add_element"
            | "set_remove_element"
            | "set_contains_element"
            | "sorted_set_put_element"
            | "sorted_set_get_score"
            | "sorted_set_increment_score"
            | "sorted_set_remove_element"
    );
    let of_sorted_set = operation.group() == "sorted_set";
    match (argument.kind, argument.name.as_str()) {
        (Kind::Bytes, _) if one_of_many => "Could not convert the given type to bytes: ".to_owned(),
        (_, name) if of_sorted_set => format!("Unsupported type for sorted set {name}: "),
        (_, name) => format!("Unsupported type for {name}: "),
    }
}

/// What a docstring adds to the table's words.
pub fn units(kind: Kind) -> &'static str {
    match kind {
        Kind::Bytes => " A string is sent as UTF-8.",
        Kind::BytesList | Kind::Dictionary => " Strings are sent as UTF-8.",
        Kind::Scored => " Scores are floats, not ints.",
        Kind::Ttl | Kind::NewTtl => " A positive timedelta, to the millisecond.",
        Kind::KeyTtl => " A timedelta of a minute or more.",
        Kind::Score => " A float, not an int.",
        Kind::Items => " A mapping, or `SetBatchItem`s.",
        _ => "",
    }
}

/// How the example of a docstring writes it; `None`: it leaves it out.
pub fn example(argument: &Argument) -> Option<String> {
    let name = argument.name.as_str();
    let written = match argument.kind {
        Kind::CacheName => "\"cache\"".to_owned(),
        Kind::Name => format!("\"{}\"", name.trim_end_matches("_name").replace('_', "-")),
        Kind::Text => "\"identity\"".to_owned(),
        Kind::Bytes if name == "equal" || name == "not_equal" => "\"value\"".to_owned(),
        Kind::Bytes => format!("\"{name}\""),
        Kind::Hash => "b\"hash\"".to_owned(),
        Kind::BytesList => "[\"one\", \"two\"]".to_owned(),
        Kind::Dictionary => "{\"field\": \"value\"}".to_owned(),
        Kind::Scored => "{\"one\": 1.0, \"two\": 2.0}".to_owned(),
        Kind::Items => "{\"key\": \"value\"}".to_owned(),
        Kind::Sources => "[SortedSetSource(\"sorted-set\", 2.0)]".to_owned(),
        Kind::Ttl | Kind::NewTtl => "timedelta(minutes=5)".to_owned(),
        Kind::KeyTtl => "timedelta(days=1)".to_owned(),
        Kind::CollectionTtl => "ttl=CollectionTtl.of(timedelta(minutes=5))".to_owned(),
        Kind::Score => "1.5".to_owned(),
        Kind::Index if name.starts_with("start") => "0".to_owned(),
        Kind::Limit | Kind::PopCount | Kind::Index => "10".to_owned(),
        Kind::Amount
        | Kind::ScoreBound
        | Kind::Offset
        | Kind::Count
        | Kind::Size
        | Kind::Order
        | Kind::Aggregate
        | Kind::Flag => return None,
    };
    Some(written)
}
