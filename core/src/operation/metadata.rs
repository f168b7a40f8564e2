//! The headers of a request as others see them: the service the deadline, a middleware what is its
//! to read and to change.

use crate::error::{Error, Result};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::Duration;

/// Headers that a middleware may not touch: they belong to the protocol or hold the token.
const RESERVED: [&str; 6] = [
    "authorization",
    "content-type",
    "te",
    "grpc-timeout",
    "grpc-encoding",
    "host",
];

/// At most eight digits, says the gRPC protocol: milliseconds reach a day.
pub(super) fn timeout(left: Duration) -> HeaderValue {
    let millis = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
    let (mut number, unit) = if millis < 100_000_000 {
        (millis.max(1), b'm')
    } else {
        (left.as_secs().min(99_999_999), b'S')
    };
    // Written from its end, without the machinery of format!, for every call has one.
    let mut text = [0; 9];
    let mut start = text.len() - 1;
    text[start] = unit;
    while number > 0 {
        start -= 1;
        text[start] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    HeaderValue::from_bytes(&text[start..]).unwrap_or_else(|_| HeaderValue::from_static("1S"))
}

/// What a middleware may read.
pub(super) fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| !RESERVED.contains(&name.as_str()))
        .filter_map(|(name, value)| {
            let value = value.to_str().ok()?.to_owned();
            Some((name.as_str().to_owned(), value))
        })
        .collect()
}

/// Sets what a middleware made of the metadata; what it took out goes.
pub(super) fn replace(headers: &mut HeaderMap, metadata: &[(String, String)]) -> Result<()> {
    let gone: Vec<HeaderName> = headers
        .keys()
        .filter(|name| !RESERVED.contains(&name.as_str()))
        .cloned()
        .collect();
    for name in gone {
        headers.remove(name);
    }
    for (name, value) in metadata {
        let unfit = |what: &str| {
            Error::invalid_argument(format!("request metadata {name:?} of a middleware {what}"))
        };
        if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(unfit("is not its to set"));
        }
        let name = HeaderName::try_from(name).map_err(|_| unfit("is no header name"))?;
        let value =
            HeaderValue::try_from(value).map_err(|_| unfit("has a value that can't be sent"))?;
        headers.append(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::TE;

    #[test]
    fn a_timeout_has_at_most_eight_digits() {
        for (left, text) in [
            (Duration::ZERO, "1m"),
            (Duration::from_millis(1_100), "1100m"),
            (Duration::from_secs(99_999), "99999000m"),
            (Duration::from_secs(100_000), "100000S"),
            (Duration::MAX, "99999999S"),
        ] {
            assert_eq!(timeout(left), text);
        }
    }

    #[test]
    fn a_middleware_may_change_metadata_but_not_the_protocol() {
        let mut headers = HeaderMap::new();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert("cache", HeaderValue::from_static("a"));
        let given = [
            ("cache".to_owned(), "b".to_owned()),
            ("x".to_owned(), "1".to_owned()),
        ];
        replace(&mut headers, &given).expect("fit metadata");
        assert_eq!(texts(&headers), given);
        assert_eq!(headers[TE], "trailers");
        for (name, value) in [("authorization", "x"), ("a b", "x"), ("a", "x\n")] {
            let given = [(name.to_owned(), value.to_owned())];
            assert!(replace(&mut headers, &given).is_err(), "{name} {value}");
        }
    }
}
