//! Arguments as the vectors write them (tests/vectors/README.md), in Rust's types: one reader per
//! kind in core/operations.toml. `None` is what those types can't hold; such a case is skipped.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use momento_lambda_core::operation::{
    Aggregate, BatchItem, CollectionTtl, ScoreBound, SortOrder, SortedSetSource,
};
use serde_json::{Map, Value};
use std::time::Duration;

/// The arguments of one call.
pub struct Arguments<'a>(pub &'a Map<String, Value>);

#[expect(
    clippy::option_option,
    reason = "left out and can't be expressed are two things here"
)]
impl Arguments<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// `Some(None)` where the argument is left out.
    fn optional<T>(&self, name: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
        self.get(name)
            .map_or(Some(None), |value| read(value).map(Some))
    }

    pub fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name)?).ok()
    }

    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        bytes(self.get(name)?)
    }

    pub fn hash(&self, name: &str) -> Option<Vec<u8>> {
        self.bytes(name)
    }

    pub fn bytes_list(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        list(self.get(name)?)
    }

    pub fn dictionary(&self, name: &str) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
        dictionary(self.get(name)?)
    }

    pub fn scored(&self, name: &str) -> Option<Vec<(Vec<u8>, f64)>> {
        scored(self.get(name)?)
    }

    pub fn items(&self, name: &str) -> Option<Vec<BatchItem>> {
        let items = self.get(name)?.get("items")?.as_array()?;
        let item = |item: &Value| {
            Some(BatchItem {
                key: bytes(&item["key"])?,
                value: bytes(&item["value"])?,
                ttl: match item.get("ttl") {
                    Some(ttl) => Some(seconds(ttl)?),
                    None => None,
                },
            })
        };
        items.iter().map(item).collect()
    }

    pub fn sources(&self, name: &str) -> Option<Vec<SortedSetSource>> {
        let sources = self.get(name)?.get("sources")?.as_array()?;
        let source = |source: &Value| {
            Some(SortedSetSource {
                sorted_set_name: source["name"].as_str()?.to_owned(),
                #[expect(clippy::cast_possible_truncation, reason = "as the wire has it")]
                weight: number(&source["weight"])? as f32,
            })
        };
        sources.iter().map(source).collect()
    }

    pub fn ttl(&self, name: &str) -> Option<Option<Duration>> {
        self.optional(name, seconds)
    }

    pub fn time(&self, name: &str) -> Option<Duration> {
        seconds(self.get(name)?)
    }

    pub fn collection_ttl(&self, name: &str) -> Option<CollectionTtl> {
        let Some(value) = self.get(name) else {
            return Some(CollectionTtl::default());
        };
        if value.get("raw").is_some() {
            return None;
        }
        Some(CollectionTtl {
            ttl: match value.get("seconds") {
                Some(_) => Some(seconds(value)?),
                None => None,
            },
            refresh: value.get("refresh").is_none_or(|refresh| refresh == true),
        })
    }

    pub fn amount(&self, name: &str, default: Option<i64>) -> Option<i64> {
        match self.get(name) {
            Some(value) => integer(value),
            None => default,
        }
    }

    pub fn score(&self, name: &str, default: Option<f64>) -> Option<f64> {
        match self.get(name) {
            Some(value) => number(value),
            None => default,
        }
    }

    pub fn limit(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    pub fn pop_count(&self, name: &str) -> Option<u32> {
        whole(self.get(name)?)
    }

    pub fn index(&self, name: &str) -> Option<Option<i32>> {
        self.optional(name, whole)
    }

    pub fn score_bound(&self, name: &str) -> Option<Option<ScoreBound>> {
        self.optional(name, |value| match value.get("exclusive") {
            Some(score) => number(score).map(ScoreBound::Exclusive),
            None => number(value).map(ScoreBound::Inclusive),
        })
    }

    pub fn offset(&self, name: &str) -> Option<Option<u32>> {
        self.optional(name, whole)
    }

    pub fn count(&self, name: &str) -> Option<Option<u32>> {
        self.optional(name, whole)
    }

    pub fn size(&self, name: &str) -> Option<Option<u32>> {
        self.optional(name, whole)
    }

    pub fn order(&self, name: &str) -> Option<SortOrder> {
        match self.get(name).map(Value::as_str) {
            None | Some(Some("ascending")) => Some(SortOrder::Ascending),
            Some(Some("descending")) => Some(SortOrder::Descending),
            Some(_) => None,
        }
    }

    pub fn aggregate(&self, name: &str) -> Option<Aggregate> {
        match self.get(name).map(Value::as_str) {
            None | Some(Some("sum")) => Some(Aggregate::Sum),
            Some(Some("min")) => Some(Aggregate::Min),
            Some(Some("max")) => Some(Aggregate::Max),
            Some(_) => None,
        }
    }

    pub fn flag(&self, name: &str) -> Option<Option<bool>> {
        self.optional(name, Value::as_bool)
    }
}

/// The bytes of a text, `{"base64"}` or `{"repeat", "times"}`.
pub fn bytes(value: &Value) -> Option<Vec<u8>> {
    if let Some(text) = value.as_str() {
        return Some(text.as_bytes().to_vec());
    }
    if let Some(text) = value.get("base64").and_then(Value::as_str) {
        return STANDARD.decode(text).ok();
    }
    let text = value.get("repeat")?.as_str()?;
    let times = usize::try_from(value.get("times")?.as_u64()?).ok()?;
    Some(text.repeat(times).into_bytes())
}

/// `[...]`, or the texts that `{"numbered", "times"}` stands for.
pub fn list(value: &Value) -> Option<Vec<Vec<u8>>> {
    match value.as_array() {
        Some(values) => values.iter().map(bytes).collect(),
        None => numbered(value),
    }
}

/// `[[FIELD, VALUE], ...]`, behind `"pairs"` or not, or what `{"numbered", "times"}` stands for.
pub fn dictionary(value: &Value) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    match pairs(value) {
        Some(pairs) => pairs
            .iter()
            .map(|pair| Some((bytes(&pair[0])?, bytes(&pair[1])?)))
            .collect(),
        None => Some(
            numbered(value)?
                .into_iter()
                .map(|f| (f.clone(), f))
                .collect(),
        ),
    }
}

/// The same with scores.
pub fn scored(value: &Value) -> Option<Vec<(Vec<u8>, f64)>> {
    match pairs(value) {
        Some(pairs) => pairs
            .iter()
            .map(|pair| Some((bytes(&pair[0])?, number(&pair[1])?)))
            .collect(),
        None => Some(
            numbered(value)?
                .into_iter()
                .zip((0..).map(f64::from))
                .collect(),
        ),
    }
}

fn pairs(value: &Value) -> Option<&Vec<Value>> {
    value.get("pairs").unwrap_or(value).as_array()
}

fn numbered(value: &Value) -> Option<Vec<Vec<u8>>> {
    let text = value.get("numbered")?.as_str()?;
    let name = |number| format!("{text}{number}").into_bytes();
    Some((0..value.get("times")?.as_u64()?).map(name).collect())
}

fn seconds(value: &Value) -> Option<Duration> {
    Duration::try_from_secs_f64(value.get("seconds")?.as_f64()?).ok()
}

fn whole<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_i64()?).ok()
}

/// A whole number, or its text.
pub fn integer(value: &Value) -> Option<i64> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.as_i64(),
    }
}

/// A number, or the text of one that JSON has not.
pub fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => value.as_f64(),
    }
}
