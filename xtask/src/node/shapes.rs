//! The response classes of each shape of reply: what they are made of in lib/responses/.

use crate::table::Shape;

/// A variant besides `Error`.
pub struct Variant {
    pub name: &'static str,
    /// Its base class.
    pub base: &'static str,
    /// Accessors of other variants that this one answers with undefined, as users' narrowing expects.
    pub absent: &'static [&'static str],
}

const fn variant(name: &'static str, base: &'static str) -> Variant {
    Variant {
        name,
        base,
        absent: &[],
    }
}

const fn miss(absent: &'static [&'static str]) -> Variant {
    Variant {
        name: "Miss",
        base: "BaseResponseMiss",
        absent,
    }
}

const fn success(base: &'static str) -> Vec1 {
    [variant("Success", base)]
}

type Vec1 = [Variant; 1];

const DONE: &str = "BaseResponseSuccess";
const PLAIN: &str = "ResponseBase";

pub fn variants(shape: Shape) -> Vec<Variant> {
    let hit = |base, absent| vec![variant("Hit", base), miss(absent)];
    match shape {
        Shape::Success => success(DONE).into(),
        Shape::Created => vec![variant("Success", DONE), variant("AlreadyExists", PLAIN)],
        Shape::Caches => success("CachesBase").into(),
        Shape::SigningKey => success("SigningKeyBase").into(),
        Shape::SigningKeys => success("SigningKeysBase").into(),
        Shape::Value => hit("ValueBase", &["value"]),
        Shape::HashedValue => hit("HashedValueBase", &["value", "hash"]),
        Shape::Values => success("ValuesBase").into(),
        Shape::Results => success("ResultsBase").into(),
        Shape::Stored => vec![variant("Stored", PLAIN), variant("NotStored", PLAIN)],
        Shape::StoredWithHash => vec![variant("Stored", "HashBase"), variant("NotStored", PLAIN)],
        Shape::Integer => success("IntegerBase").into(),
        Shape::Exists => success("ExistsBase").into(),
        Shape::AllExist => success("AllExistBase").into(),
        Shape::TtlSet => vec![variant("Set", PLAIN), miss(&[])],
        Shape::TtlChanged => vec![variant("Set", PLAIN), variant("NotSet", PLAIN), miss(&[])],
        Shape::RemainingTtl => hit("RemainingTtlBase", &["remainingTtlMillis"]),
        Shape::ItemType => hit("ItemTypeBase", &["itemType"]),
        Shape::Dictionary => hit("DictionaryBase", &["value"]),
        Shape::Field => vec![
            variant("Hit", "FieldBase"),
            Variant {
                base: "FieldMissBase",
                ..miss(&["value"])
            },
        ],
        Shape::Fields => hit("FieldsBase", &["value"]),
        Shape::Length => hit("LengthBase", &["length", "value"]),
        Shape::ListLength => success("ListLengthBase").into(),
        Shape::Total => success("TotalBase").into(),
        Shape::Set => hit("SetBase", &["value"]),
        Shape::List => hit("ListBase", &["value"]),
        Shape::Contains => hit("ContainsBase", &["containsElement"]),
        Shape::ContainsAll => hit("ContainsAllBase", &["containsElements"]),
        Shape::SortedSet => hit("SortedSetBase", &["value"]),
        Shape::ElementScore => vec![
            variant("Hit", "ElementScoreBase"),
            Variant {
                base: "ElementMissBase",
                ..miss(&["score"])
            },
        ],
        Shape::Scores => hit("ScoresBase", &["value"]),
        Shape::Rank => hit("RankBase", &["rank"]),
        Shape::Score => success("ScoreBase").into(),
    }
}

/// The class `Error` of a shape.
pub fn error(shape: Shape) -> Variant {
    let (base, absent): (_, &'static [_]) = match shape {
        Shape::Field => ("FieldErrorBase", &["value"]),
        Shape::ElementScore => ("ElementErrorBase", &["score"]),
        Shape::Value
        | Shape::Integer
        | Shape::Dictionary
        | Shape::Fields
        | Shape::Set
        | Shape::List
        | Shape::SortedSet
        | Shape::Scores => ("BaseResponseError", &["value"]),
        Shape::HashedValue => ("BaseResponseError", &["value", "hash"]),
        Shape::Values => ("BaseResponseError", &["values"]),
        Shape::Exists | Shape::AllExist => ("BaseResponseError", &["exists"]),
        Shape::RemainingTtl => ("BaseResponseError", &["remainingTtlMillis"]),
        Shape::ItemType => ("BaseResponseError", &["itemType"]),
        Shape::Length => ("BaseResponseError", &["length", "value"]),
        Shape::Contains => ("BaseResponseError", &["containsElement"]),
        Shape::ContainsAll => ("BaseResponseError", &["containsElements"]),
        Shape::Rank => ("BaseResponseError", &["rank"]),
        Shape::Score => ("BaseResponseError", &["score"]),
        _ => ("BaseResponseError", &[]),
    };
    Variant {
        name: "Error",
        base,
        absent,
    }
}

/// Bases that stand in lib/responses/base.ts; the others are in the group's own file.
pub fn is_common(base: &str) -> bool {
    base.starts_with("BaseResponse") || base == PLAIN
}
