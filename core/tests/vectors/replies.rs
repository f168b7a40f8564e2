//! Whether an answer is the one that a case wants.

use crate::arguments::{bytes, dictionary, integer, list, number, scored};
use momento_lambda_core::Result;
use momento_lambda_core::operation::Reply;
use serde_json::Value;

/// `Err` with what is wrong.
pub fn judge(expected: &Value, outcome: &Result<Reply>) -> Result<(), String> {
    if let Some(error) = expected.get("error") {
        return judge_error(error, outcome);
    }
    if expected["accepted"] == true {
        return match outcome {
            Err(error) if error.code().name() == "INVALID_ARGUMENT_ERROR" => {
                Err(format!("refused: {error}"))
            }
            _ => Ok(()),
        };
    }
    let reply = outcome.as_ref().map_err(ToString::to_string)?;
    if fits(reply, &expected["reply"]) == Some(true) {
        Ok(())
    } else {
        let mut told = format!("{reply:?}");
        told.truncate(told.floor_char_boundary(300));
        Err(format!("another reply came: {told}"))
    }
}

fn judge_error(expected: &Value, outcome: &Result<Reply>) -> Result<(), String> {
    let Err(error) = outcome else {
        return Err("no error came".to_owned());
    };
    if expected["code"] != error.code().name() {
        return Err(format!("another error came: {error}"));
    }
    // The texts of limits stand in the bindings; here the limit itself is told.
    let said = format!(
        "{} {} size limit exceeded",
        error.details(),
        error.limit().name().replace("_size", "")
    );
    let part = expected["message"].as_str().unwrap_or_default();
    if said.to_lowercase().contains(&part.to_lowercase()) {
        Ok(())
    } else {
        Err(format!("{said:?} does not hold {part:?}"))
    }
}

/// `None` where the case can't be read, which is as wrong as `Some(false)`.
fn fits(reply: &Reply, expected: &Value) -> Option<bool> {
    let variant = expected["variant"].as_str()?;
    Some(match (variant, reply) {
        (
            "Success",
            Reply::Success | Reply::Created | Reply::SigningKey(_) | Reply::SigningKeys(_),
        )
        | ("AlreadyExists", Reply::AlreadyExists)
        | ("Miss", Reply::Miss)
        | ("Stored", Reply::Stored)
        | ("NotStored", Reply::NotStored)
        | ("Set", Reply::TtlSet)
        | ("NotSet", Reply::TtlNotSet) => true,
        ("Stored", Reply::StoredWithHash(hash)) => !hash.is_empty(),
        ("Success", Reply::Caches(caches)) => {
            let wanted = expected["includes_cache"].as_str()?;
            caches.iter().any(|cache| cache.name == wanted)
        }
        ("Success", Reply::Integer(value)) => *value == integer(&expected["integer"])?,
        ("Success" | "Hit", Reply::Length(length)) => *length == expected["length"].as_u64()?,
        ("Success", Reply::Exists(is)) | ("Hit", Reply::Contains(is)) => {
            *is == expected["is"].as_bool()?
        }
        ("Success", Reply::AllExist(all)) | ("Hit", Reply::ContainsAll(all)) => {
            same(all, &expected["are"], |is, wanted| {
                wanted.as_bool() == Some(*is)
            })?
        }
        ("Success", Reply::Score(score)) => is_score(Some(score), &expected["score"]),
        ("Success", Reply::Values(values)) => same(values, &expected["values"], is_value)?,
        ("Success", Reply::Results(results)) => {
            let wanted = expected["results"].as_array()?;
            results.len() == wanted.len() && results.iter().zip(wanted).all(is_result)
        }
        ("Hit", Reply::Hit(value)) => *value == bytes(&expected["value"])?,
        ("Hit", Reply::Hashed(hashed)) => {
            hashed.value == bytes(&expected["value"])? && hashed.hash == bytes(&expected["hash"])?
        }
        ("Hit", Reply::RemainingTtl(ttl)) => {
            let ttl = ttl.as_secs_f64();
            ttl <= expected["at_most"].as_f64()? && ttl > expected["more_than"].as_f64()?
        }
        ("Hit", Reply::ItemType(kind)) => kind.name() == expected["item_type"].as_str()?,
        ("Hit", Reply::Dictionary(fields)) => {
            sorted(fields.clone()) == sorted(dictionary(&expected["dictionary"])?)
        }
        ("Hit", Reply::Field(field, Some(value))) => {
            *field == bytes(&expected["field"])? && *value == bytes(&expected["value"])?
        }
        ("Miss", Reply::Field(field, None)) => *field == bytes(&expected["field"])?,
        ("Hit", Reply::Fields(fields)) => same(fields, &expected["fields"], |value, wanted| {
            is_bytes(value.as_ref(), wanted)
        })?,
        ("Hit", Reply::Elements(elements)) => {
            let elements: Vec<_> = elements.iter().map(|element| element.to_vec()).collect();
            is_elements(&elements, expected)?
        }
        ("Hit", Reply::SortedSet(elements)) => *elements == scored(&expected["sorted_set"])?,
        ("Hit", Reply::ElementScore(element, Some(score))) => {
            *element == bytes(&expected["element"])? && is_score(Some(score), &expected["score"])
        }
        ("Miss", Reply::ElementScore(element, None)) => *element == bytes(&expected["element"])?,
        ("Hit", Reply::Scores(scores)) => same(scores, &expected["scores"], |score, wanted| {
            is_score(score.as_ref(), wanted)
        })?,
        ("Hit", Reply::Rank(rank)) => *rank == expected["rank"].as_u64()?,
        _ => false,
    })
}

/// Whether pairs are those of `[[KEY, WANTED], ...]`, in order.
fn same<T>(
    pairs: &[(Vec<u8>, T)],
    expected: &Value,
    is: impl Fn(&T, &Value) -> bool,
) -> Option<bool> {
    let wanted = expected.as_array()?;
    let fits = |((key, value), wanted): (&(Vec<u8>, T), &Value)| {
        bytes(&wanted[0]).as_ref() == Some(key) && is(value, &wanted[1])
    };
    Some(pairs.len() == wanted.len() && pairs.iter().zip(wanted).all(fits))
}

fn is_bytes(value: Option<&Vec<u8>>, wanted: &Value) -> bool {
    match value {
        Some(value) => bytes(wanted).as_ref() == Some(value),
        None => wanted.is_null(),
    }
}

fn is_score(score: Option<&f64>, wanted: &Value) -> bool {
    match score {
        Some(score) => number(wanted).as_ref() == Some(score),
        None => wanted.is_null(),
    }
}

fn is_value(value: &Result<Option<Vec<u8>>>, wanted: &Value) -> bool {
    match value {
        Ok(value) => is_bytes(value.as_ref(), wanted),
        Err(error) => wanted["error"] == error.code().name(),
    }
}

fn is_result((result, wanted): (&Result<()>, &Value)) -> bool {
    match result {
        Ok(()) => wanted == "Success",
        Err(error) => wanted["error"] == error.code().name(),
    }
}

/// A list is in order, a set in any.
fn is_elements(elements: &[Vec<u8>], expected: &Value) -> Option<bool> {
    if let Some(wanted) = expected.get("list") {
        return Some(elements == list(wanted)?);
    }
    let elements = sorted(elements.to_vec());
    if let Some(wanted) = expected.get("set") {
        return Some(elements == sorted(list(wanted)?));
    }
    let allowed = list(&expected["some_of"])?;
    let mut different = elements.clone();
    different.dedup();
    Some(
        different.len() == elements.len()
            && elements.len() as u64 == expected["size"].as_u64()?
            && elements.iter().all(|element| allowed.contains(element)),
    )
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}
