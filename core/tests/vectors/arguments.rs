//! Arguments as the vectors write them (tests/vectors/README.md), in Rust's types.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use std::time::Duration;

/// The names a case may use for caches.
pub struct Names {
    /// A fresh cache.
    pub cache: String,
    /// A name that no cache has.
    pub other: String,
}

/// The arguments of one call.
pub struct Arguments<'a> {
    pub fields: &'a Map<String, Value>,
    pub names: &'a Names,
}

impl Arguments<'_> {
    pub fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(self.bytes(name)?).ok()
    }

    pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        bytes(self.fields.get(name)?, self.names)
    }

    /// `Some(None)` where the argument is left out.
    #[expect(
        clippy::option_option,
        reason = "left out and can't be expressed are two things here"
    )]
    pub fn optional_seconds(&self, name: &str) -> Option<Option<Duration>> {
        let Some(value) = self.fields.get(name) else {
            return Some(None);
        };
        let seconds = value.get("seconds")?.as_f64()?;
        Duration::try_from_secs_f64(seconds).ok().map(Some)
    }
}

/// The bytes of a text, `{"base64"}` or `{"repeat", "times"}`.
pub fn bytes(value: &Value, names: &Names) -> Option<Vec<u8>> {
    if let Some(text) = value.as_str() {
        return Some(match text {
            "$cache" => names.cache.clone().into_bytes(),
            "$other" => names.other.clone().into_bytes(),
            text => text.as_bytes().to_vec(),
        });
    }
    if let Some(text) = value.get("base64").and_then(Value::as_str) {
        return STANDARD.decode(text).ok();
    }
    let text = value.get("repeat")?.as_str()?;
    let times = usize::try_from(value.get("times")?.as_u64()?).ok()?;
    Some(text.repeat(times).into_bytes())
}
