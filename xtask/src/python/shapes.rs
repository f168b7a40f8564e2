//! What each shape of reply is in Python: its variants, and the class that holds what one carries.
//! Those classes are written by hand, in `momento_lambda/responses/shapes` and `response.py`.

use crate::table::Shape;

/// One of the classes inside a response class.
pub struct Variant {
    pub name: &'static str,
    /// The module below `momento_lambda.responses`, and its class that holds what the variant carries.
    pub holds: Option<(&'static str, &'static str)>,
    pub doc: &'static str,
}

const fn bare(name: &'static str, doc: &'static str) -> Variant {
    Variant {
        name,
        holds: None,
        doc,
    }
}

const fn with(
    name: &'static str,
    module: &'static str,
    class: &'static str,
    doc: &'static str,
) -> Variant {
    Variant {
        name,
        holds: Some((module, class)),
        doc,
    }
}

const SUCCESS: Variant = bare("Success", "It is done.");
const NO_ITEM: Variant = bare("Miss", "There is no such item.");
const NO_COLLECTION: Variant = bare("Miss", "There is no such collection.");

/// The variants besides `Error`.
#[expect(clippy::too_many_lines, reason = "a table: one arm per shape")]
pub fn variants(shape: Shape) -> Vec<Variant> {
    match shape {
        Shape::Success => vec![SUCCESS],
        Shape::Created => vec![
            SUCCESS,
            bare(
                "CacheAlreadyExists",
                "The cache was there already; nothing was done.",
            ),
        ],
        Shape::Caches => vec![with(
            "Success",
            "shapes.control",
            "Caches",
            "The caches are in `caches`.",
        )],
        Shape::SigningKey => vec![with(
            "Success",
            "shapes.control",
            "NewSigningKey",
            "The new key: `key`, with `key_id`, `endpoint` and `expires_at`.",
        )],
        Shape::SigningKeys => vec![with(
            "Success",
            "shapes.control",
            "SigningKeys",
            "The keys are in `signing_keys`.",
        )],
        Shape::Value => vec![
            with(
                "Hit",
                "response",
                "Value",
                "The item is there: `value_bytes`, or `value_string` where it is UTF-8.",
            ),
            NO_ITEM,
        ],
        Shape::HashedValue => vec![
            with(
                "Hit",
                "shapes.scalar",
                "HashedValue",
                "The item is there: `value_bytes` or `value_string`, and `hash_bytes`.",
            ),
            NO_ITEM,
        ],
        Shape::Values => vec![with(
            "Success",
            "shapes.scalar",
            "Values",
            "The answer for each key is in `responses`; the values that are there, by key, in `value_dictionary_...`.",
        )],
        Shape::Results => vec![with(
            "Success",
            "shapes.scalar",
            "Results",
            "The answer for each item is in `responses`.",
        )],
        Shape::Stored => vec![
            bare("Stored", "The item has been stored."),
            bare(
                "NotStored",
                "The condition did not hold; nothing has changed.",
            ),
        ],
        Shape::StoredWithHash => vec![
            with(
                "Stored",
                "shapes.scalar",
                "Hash",
                "The item has been stored; `hash_bytes` is its value's hash.",
            ),
            bare(
                "NotStored",
                "The condition did not hold; nothing has changed.",
            ),
        ],
        Shape::Integer => vec![with(
            "Success",
            "shapes.scalar",
            "Integer",
            "The number after the change is in `value`.",
        )],
        Shape::Exists => vec![with(
            "Success",
            "shapes.scalar",
            "Exists",
            "`exists` says whether it is there.",
        )],
        Shape::AllExist => vec![with(
            "Success",
            "shapes.scalar",
            "AllExist",
            "`exists` says for each key whether it is there; `value_dictionary_...` by key.",
        )],
        Shape::TtlSet => vec![bare("Set", "The time to live has changed."), NO_ITEM],
        Shape::TtlChanged => vec![
            bare("Set", "The time to live has changed."),
            bare(
                "NotSet",
                "The time to live is as it was: the change would have been the other way.",
            ),
            NO_ITEM,
        ],
        Shape::RemainingTtl => vec![
            with(
                "Hit",
                "shapes.scalar",
                "RemainingTtl",
                "The time that is left: `remaining_ttl`, or `remaining_ttl_millis`.",
            ),
            NO_ITEM,
        ],
        Shape::ItemType => vec![
            with(
                "Hit",
                "shapes.scalar",
                "TypeOfItem",
                "What it is, in `item_type`.",
            ),
            NO_ITEM,
        ],
        Shape::Dictionary => vec![
            with(
                "Hit",
                "shapes.dictionary",
                "Dictionary",
                "The fields and values are in `value_dictionary_...`.",
            ),
            NO_COLLECTION,
        ],
        Shape::Field => vec![
            with(
                "Hit",
                "shapes.dictionary",
                "Field",
                "The field is there: `value_bytes` or `value_string`, and `field_bytes` or `field_string`.",
            ),
            with(
                "Miss",
                "shapes.dictionary",
                "MissingField",
                "There is no such field; `field_bytes` or `field_string` says which.",
            ),
        ],
        Shape::Fields => vec![
            with(
                "Hit",
                "shapes.dictionary",
                "Fields",
                "The answer for each field is in `responses`; the values that are there in `value_dictionary_...`.",
            ),
            NO_COLLECTION,
        ],
        Shape::Length => vec![
            with(
                "Hit",
                "shapes.length",
                "Length",
                "How many there are: `length`.",
            ),
            NO_COLLECTION,
        ],
        Shape::ListLength => vec![with(
            "Success",
            "shapes.length",
            "ListLength",
            "It is done; the list has `list_length` values now.",
        )],
        Shape::Total => vec![with(
            "Success",
            "shapes.length",
            "Length",
            "It is done; the sorted set has `length` elements now.",
        )],
        Shape::Set => vec![
            with(
                "Hit",
                "shapes.set",
                "ValueSet",
                "The elements: `value_set_bytes` or `value_set_string`.",
            ),
            NO_COLLECTION,
        ],
        Shape::List => vec![
            with(
                "Hit",
                "shapes.list",
                "ValueList",
                "The values in order: `value_list_bytes` or `value_list_string`.",
            ),
            NO_COLLECTION,
        ],
        Shape::Contains => vec![
            with(
                "Hit",
                "shapes.set",
                "Contains",
                "`contains_element` says whether the set has the element.",
            ),
            NO_COLLECTION,
        ],
        Shape::ContainsAll => vec![
            with(
                "Hit",
                "shapes.set",
                "ContainsAll",
                "`contains_elements` says for each element whether the set has it; `value_dictionary_...` by element.",
            ),
            NO_COLLECTION,
        ],
        Shape::SortedSet => vec![
            with(
                "Hit",
                "shapes.sorted_set",
                "Elements",
                "Values and scores in order: `value_list_bytes` or `value_list_string`.",
            ),
            NO_COLLECTION,
        ],
        Shape::ElementScore => vec![
            with(
                "Hit",
                "shapes.sorted_set",
                "ElementScore",
                "The element has `score`; `value_bytes` or `value_string` says which.",
            ),
            with(
                "Miss",
                "shapes.sorted_set",
                "MissingElement",
                "There is no such element; `value_bytes` or `value_string` says which.",
            ),
        ],
        Shape::Scores => vec![
            with(
                "Hit",
                "shapes.sorted_set",
                "Scores",
                "The answer for each value is in `responses`; the scores that are there in `value_dictionary_...`.",
            ),
            NO_COLLECTION,
        ],
        Shape::Rank => vec![
            with(
                "Hit",
                "shapes.sorted_set",
                "Rank",
                "Its place: `rank`, from 0.",
            ),
            bare("Miss", "There is no such element."),
        ],
        Shape::Score => vec![with(
            "Success",
            "shapes.sorted_set",
            "Score",
            "The score after the change is in `score`.",
        )],
    }
}

/// The variant that an example looks for, and what it does with it.
pub fn example(shape: Shape) -> (&'static str, &'static str) {
    match shape {
        Shape::Success | Shape::Created => {
            ("Error", "print(response.error_code, response.message)")
        }
        Shape::Caches => (
            "Success",
            "print([cache.name for cache in response.caches])",
        ),
        Shape::SigningKey => ("Success", "print(response.key_id, response.expires_at)"),
        Shape::SigningKeys => (
            "Success",
            "print([key.key_id for key in response.signing_keys])",
        ),
        Shape::Value | Shape::HashedValue | Shape::Field => ("Hit", "print(response.value_string)"),
        Shape::Values => ("Success", "print(response.value_dictionary_string_string)"),
        Shape::Results => ("Success", "print(response.responses)"),
        Shape::Stored => ("NotStored", "print(\"left as it was\")"),
        Shape::StoredWithHash => ("Stored", "print(response.hash_bytes)"),
        Shape::Integer => ("Success", "print(response.value)"),
        Shape::Exists => ("Success", "print(response.exists)"),
        Shape::AllExist => ("Success", "print(response.value_dictionary_string)"),
        Shape::TtlSet | Shape::TtlChanged => ("Miss", "print(\"no such item\")"),
        Shape::RemainingTtl => ("Hit", "print(response.remaining_ttl)"),
        Shape::ItemType => ("Hit", "print(response.item_type)"),
        Shape::Dictionary | Shape::Fields => {
            ("Hit", "print(response.value_dictionary_string_string)")
        }
        Shape::Length => ("Hit", "print(response.length)"),
        Shape::ListLength => ("Success", "print(response.list_length)"),
        Shape::Total => ("Success", "print(response.length)"),
        Shape::Set => ("Hit", "print(response.value_set_string)"),
        Shape::List | Shape::SortedSet => ("Hit", "print(response.value_list_string)"),
        Shape::Contains => ("Hit", "print(response.contains_element)"),
        Shape::ContainsAll | Shape::Scores => ("Hit", "print(response.value_dictionary_string)"),
        Shape::ElementScore => ("Hit", "print(response.score)"),
        Shape::Rank => ("Hit", "print(response.rank)"),
        Shape::Score => ("Success", "print(response.score)"),
    }
}
