//! A request's metadata as a middleware sees and changes it.

use crate::error::{Error, Result};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Headers that a middleware may not touch: they belong to the protocol or hold the token.
const RESERVED: [&str; 6] = [
    "authorization",
    "content-type",
    "te",
    "grpc-timeout",
    "grpc-encoding",
    "host",
];

/// What a middleware may see.
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

    const CACHE: HeaderName = HeaderName::from_static("cache");

    #[test]
    fn a_middleware_may_change_metadata_but_not_the_protocol() {
        let mut headers = HeaderMap::new();
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CACHE, HeaderValue::from_static("a"));
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
