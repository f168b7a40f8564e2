//! From JavaScript values to arguments: one converter per kind in core/operations.toml.
//!
//! Each parameter takes any value, and a wrong one becomes an error here: what `N-API` itself throws
//! for it would not be one of the official errors. Texts and bytes are copied once, into the message.

use momento_lambda_core::{Error, Result};
use napi::ValueType;
use napi::bindgen_prelude::{Either, Either3, Uint8ArraySlice, Unknown};
use std::time::Duration;

/// A parameter that should be a string.
pub type Text<'a> = Either<String, Unknown<'a>>;

/// A parameter that should be a string or a `Uint8Array`, which a `Buffer` is too.
pub type Bytes<'a> = Either3<String, Uint8ArraySlice<'a>, Unknown<'a>>;

/// A parameter that should be a number of seconds or be left out.
pub type Seconds<'a> = Either3<f64, String, Unknown<'a>>;

pub fn cache_name(value: Text<'_>) -> Result<String> {
    match value {
        Either::A(name) => Ok(name),
        Either::B(other) => Err(Error::invalid_argument(format!(
            "cache name must be a string, not {}",
            type_name(&other)
        ))),
    }
}

pub fn key(value: Bytes<'_>) -> Result<Vec<u8>> {
    bytes(value, "key")
}

pub fn value(value: Bytes<'_>) -> Result<Vec<u8>> {
    bytes(value, "value")
}

fn bytes(value: Bytes<'_>, what: &str) -> Result<Vec<u8>> {
    match value {
        Either3::A(text) => Ok(text.into_bytes()),
        Either3::B(bytes) => Ok(bytes.to_vec()),
        Either3::C(other) => Err(Error::invalid_argument(format!(
            "Unsupported type for {what}: {}; pass a string or a Uint8Array",
            type_name(&other)
        ))),
    }
}

/// Seconds, also parts of one: the official SDK takes whole numbers only, and takes 0 to mean the
/// default, which hides a mistake and is refused here.
pub fn ttl(value: Seconds<'_>) -> Result<Option<Duration>> {
    match value {
        Either3::A(number) => seconds(number).map(Some),
        Either3::B(text) => Err(no_ttl(&format!("{text:?}"))),
        Either3::C(other) => match other.get_type() {
            Ok(ValueType::Undefined | ValueType::Null) => Ok(None),
            _ => Err(no_ttl(type_name(&other))),
        },
    }
}

/// A number of seconds as a TTL.
pub fn seconds(number: f64) -> Result<Duration> {
    match Duration::try_from_secs_f64(number) {
        Ok(ttl) if !ttl.is_zero() => Ok(ttl),
        _ => Err(no_ttl(&written(number))),
    }
}

fn no_ttl(received: &str) -> Error {
    Error::invalid_argument(format!(
        "ttl must be a positive integer, received {received}"
    ))
}

/// As JavaScript writes it.
fn written(value: f64) -> String {
    if value.is_infinite() {
        format!("{}Infinity", if value < 0.0 { "-" } else { "" })
    } else {
        value.to_string()
    }
}

/// What `typeof` says, but null for null.
fn type_name(value: &Unknown<'_>) -> &'static str {
    match value.get_type() {
        Ok(ValueType::Undefined) => "undefined",
        Ok(ValueType::Null) => "null",
        Ok(ValueType::Boolean) => "boolean",
        Ok(ValueType::Number) => "number",
        Ok(ValueType::String) => "string",
        Ok(ValueType::Symbol) => "symbol",
        Ok(ValueType::Function) => "function",
        Ok(ValueType::BigInt) => "bigint",
        _ => "object",
    }
}
