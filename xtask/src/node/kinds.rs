//! What each kind of argument is in TypeScript, on the way to the addon, and in Rust.

use crate::table::{Argument, Kind};

/// An argument's value on its way into the addon, which may take several parameters.
pub struct Parameter {
    /// What stands behind the argument's name: `_lengths`.
    pub suffix: &'static str,
    pub typescript: &'static str,
    pub rust: &'static str,
}

const fn one(typescript: &'static str, rust: &'static str) -> Parameter {
    Parameter {
        suffix: "",
        typescript,
        rust,
    }
}

const BYTES: Parameter = one("Uint8Array", "Uint8ArraySlice<'_>");
const LENGTHS: Parameter = Parameter {
    suffix: "_lengths",
    typescript: "Uint32Array",
    rust: "Uint32ArraySlice<'_>",
};
const NUMBERS: Parameter = Parameter {
    suffix: "_numbers",
    typescript: "Float64Array",
    rust: "Float64ArraySlice<'_>",
};

/// The type that users see.
pub fn public_type(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => "string",
        Kind::Bytes => "Bytes",
        Kind::Hash => "Uint8Array",
        Kind::BytesList => "readonly Bytes[]",
        Kind::Dictionary => "DictionaryElements",
        Kind::Scored => "ScoredElements",
        Kind::Items => "BatchItems",
        Kind::Sources => "readonly SortedSetSource[]",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::Amount => "number | bigint",
        Kind::Order => "SortedSetOrder",
        Kind::Aggregate => "SortedSetAggregate",
        Kind::Flag => "boolean",
        Kind::Ttl
        | Kind::NewTtl
        | Kind::KeyTtl
        | Kind::Score
        | Kind::Limit
        | Kind::PopCount
        | Kind::Index
        | Kind::ScoreBound
        | Kind::Offset
        | Kind::Count
        | Kind::Size => "number",
    }
}

/// Types above that have to be imported.
pub fn named_type(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Bytes | Kind::BytesList => "Bytes",
        Kind::Dictionary => "DictionaryElements",
        Kind::Scored => "ScoredElements",
        Kind::Items => "BatchItems",
        Kind::Sources => "SortedSetSource",
        Kind::CollectionTtl => "CollectionTtl",
        Kind::Order => "SortedSetOrder",
        Kind::Aggregate => "SortedSetAggregate",
        _ => return None,
    })
}

/// The call of lib/arguments.ts that judges `value`.
pub fn converter(argument: &Argument, value: &str) -> String {
    let name = argument.node_name();
    let words = argument.name.replace('_', " ");
    match argument.kind {
        Kind::CacheName | Kind::Name => format!("check.text('{words}', {value})"),
        Kind::Text => format!("check.text('{name}', {value})"),
        Kind::Bytes => format!("check.bytes('{name}', {value})"),
        Kind::Hash => format!("check.hash('{name}', {value})"),
        Kind::BytesList => format!("...check.bytesList('{name}', {value})"),
        Kind::Dictionary => format!("...check.dictionary('{name}', {value})"),
        Kind::Scored => format!("...check.scored('{name}', {value})"),
        Kind::Items => format!("...check.items('{name}', {value})"),
        Kind::Sources => format!("...check.sources({value})"),
        Kind::Ttl => format!("check.ttl({value})"),
        Kind::CollectionTtl => format!("...check.collectionTtl({value})"),
        Kind::NewTtl => format!("check.newTtl({value})"),
        Kind::KeyTtl => format!("check.minutes('{name}', {value})"),
        Kind::Amount => format!("check.amount('{name}', {value})"),
        Kind::Score => format!("check.score('{name}', {value})"),
        Kind::Limit => format!("check.limit('{name}', {value})"),
        Kind::PopCount => format!("check.popCount('{name}', {value})"),
        Kind::Index => format!("check.index('{name}', {value})"),
        Kind::ScoreBound => format!("check.scoreBound('{name}', {value})"),
        Kind::Offset => format!("check.offset('{name}', {value})"),
        Kind::Count => format!("check.count('{name}', {value})"),
        Kind::Size => format!("check.size('{name}', {value})"),
        Kind::Order => format!("check.descending('{name}', {value})"),
        Kind::Aggregate => format!("check.aggregate('{name}', {value})"),
        Kind::Flag => format!("check.flag('{name}', {value})"),
    }
}

/// The addon's parameters for an argument.
pub fn parameters(kind: Kind) -> Vec<Parameter> {
    match kind {
        Kind::CacheName | Kind::Name | Kind::Text => vec![one("string", "String")],
        Kind::Bytes | Kind::Hash => vec![one("Bytes", "Bytes<'_>")],
        Kind::BytesList | Kind::Dictionary => vec![BYTES, LENGTHS],
        Kind::Scored | Kind::Items | Kind::Sources => vec![BYTES, LENGTHS, NUMBERS],
        Kind::Ttl | Kind::ScoreBound => vec![one("number | undefined", "Option<f64>")],
        Kind::CollectionTtl => vec![
            one("number | undefined", "Option<f64>"),
            Parameter {
                suffix: "_refresh",
                typescript: "boolean",
                rust: "bool",
            },
        ],
        Kind::NewTtl | Kind::KeyTtl | Kind::Score | Kind::Limit => vec![one("number", "f64")],
        Kind::Amount => vec![one("number | bigint", "Amount")],
        Kind::PopCount | Kind::Aggregate => vec![one("number", "u32")],
        Kind::Index => vec![one("number | undefined", "Option<i32>")],
        Kind::Offset | Kind::Count | Kind::Size => vec![one("number | undefined", "Option<u32>")],
        Kind::Order => vec![one("boolean", "bool")],
        Kind::Flag => vec![one("boolean | undefined", "Option<bool>")],
    }
}

/// The field of the `Request`, from the addon's parameters.
pub fn field(argument: &Argument) -> String {
    let name = &argument.name;
    let value = match argument.kind {
        Kind::CacheName
        | Kind::Name
        | Kind::Text
        | Kind::Score
        | Kind::PopCount
        | Kind::Index
        | Kind::Offset
        | Kind::Count
        | Kind::Size
        | Kind::Flag => return format!("{name},"),
        Kind::Bytes | Kind::Hash => format!("convert::bytes({name})"),
        Kind::BytesList => format!("convert::list(&{name}, &{name}_lengths)?"),
        Kind::Dictionary => format!("convert::pairs(&{name}, &{name}_lengths)?"),
        Kind::Scored => format!("convert::scored(&{name}, &{name}_lengths, &{name}_numbers)?"),
        Kind::Items => format!("convert::items(&{name}, &{name}_lengths, &{name}_numbers)?"),
        Kind::Sources => format!("convert::sources(&{name}, &{name}_lengths, &{name}_numbers)?"),
        Kind::Ttl => format!("convert::ttl({name})?"),
        Kind::CollectionTtl => format!("convert::collection_ttl({name}, {name}_refresh)?"),
        Kind::NewTtl => format!("convert::milliseconds({name})?"),
        Kind::KeyTtl => format!("convert::minutes({name})?"),
        Kind::Amount => format!("convert::amount({name})?"),
        Kind::Limit => format!("convert::limit({name})"),
        Kind::ScoreBound => format!("{name}.map(ScoreBound::Inclusive)"),
        Kind::Order => format!("convert::order({name})"),
        Kind::Aggregate => format!("convert::aggregate({name})?"),
    };
    format!("{name}: {value},")
}
