//! Momento's key formats, told apart by their shape.
//!
//! | format | shape | brings its endpoint |
//! | --- | --- | --- |
//! | v1, disposable | base64 of `{"endpoint", "api_key"}` | yes |
//! | v2 | JWT with the claim `t` = `g` | no |
//! | legacy | JWT with the claims `c` (cache host) and `cp` (control host) | yes |
//!
//! The official Rust crate decodes v1 keys with the URL alphabet only and knows no legacy keys;
//! both alphabets, with or without padding, are read here. Signatures are for the server to check.

use super::credential::Credential;
use super::endpoint::{Endpoint, Endpoints};
use crate::error::{Error, Result};
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::SecretString;
use serde_json::{Map, Value};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use zeroize::{Zeroize, Zeroizing};

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// A key, read and told apart.
#[derive(Debug)]
pub enum Key {
    /// v1 and disposable tokens: token and addresses from one text.
    V1(Credential),
    /// v2: the text is the token; the addresses must come from elsewhere.
    V2(SecretString),
    /// Legacy: the text is the token, its claims name the addresses.
    Legacy(Credential),
}

impl Key {
    /// Reads a key of any format. `origin` names where it stood, for the error; the key itself
    /// never gets into one.
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid_argument(format!(
                "{origin}: the API key is empty; store a Momento API key there"
            )));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(malformed(
                origin,
                "holds characters that no key has (a space, a line break, a letter beyond ASCII)",
            ));
        }
        if text.contains('.') {
            Self::parse_jwt(text, origin)
        } else {
            Self::parse_v1(text, origin)
        }
    }

    /// The format in a few words.
    pub(crate) fn format(&self) -> &'static str {
        match self {
            Self::V1(_) => "v1 or disposable",
            Self::V2(_) => "v2",
            Self::Legacy(_) => "legacy",
        }
    }

    /// Whether the text is a v2 key: a JWT whose claim `t` is `g`.
    #[must_use]
    pub fn is_v2(text: &str) -> bool {
        matches!(Self::parse(text, ""), Ok(Self::V2(_)))
    }

    /// Token and addresses; `endpoints`, where given, outrank what the key brings.
    pub fn into_credential(self, endpoints: Option<Endpoints>, origin: &str) -> Result<Credential> {
        match (self, endpoints) {
            (Self::V1(credential) | Self::Legacy(credential), None) => Ok(credential),
            (Self::V1(credential) | Self::Legacy(credential), Some(endpoints)) => {
                Ok(credential.with_endpoints(endpoints))
            }
            (Self::V2(token), Some(endpoints)) => Ok(Credential::new(token, endpoints)),
            (Self::V2(_), None) => Err(Error::invalid_argument(format!(
                "{origin}: a v2 API key needs an endpoint; set MOMENTO_ENDPOINT, or put MOMENTO_ENDPOINT beside the key in the secret"
            ))),
        }
    }

    fn parse_v1(text: &str, origin: &str) -> Result<Self> {
        let decoded = decode(text).ok_or_else(|| {
            malformed(
                origin,
                "is neither base64 (a v1 key or disposable token) nor a JWT (a v2 key)",
            )
        })?;
        let mut fields = Fields::read(&decoded).ok_or_else(|| {
            malformed(origin, "is base64, but not of a JSON object as a v1 key is")
        })?;
        let token = fields
            .take("api_key")
            .ok_or_else(|| malformed(origin, "is a v1 key without its field api_key"))?;
        let host = fields
            .take("endpoint")
            .ok_or_else(|| malformed(origin, "is a v1 key without its field endpoint"))?;
        require_header_value(&token, origin)?;
        let endpoints = Endpoints::parse(&host, &format!("the key in {origin}"))?;
        Ok(Self::V1(Credential::new(
            SecretString::from(token.as_str()),
            endpoints,
        )))
    }

    fn parse_jwt(text: &str, origin: &str) -> Result<Self> {
        let payload = payload(text)
            .ok_or_else(|| malformed(origin, "has dots, but not the three parts of a JWT"))?;
        let decoded = decode(payload)
            .ok_or_else(|| malformed(origin, "is a JWT whose payload is not base64"))?;
        let mut claims = Fields::read(&decoded)
            .ok_or_else(|| malformed(origin, "is a JWT whose payload is not a JSON object"))?;
        let token = SecretString::from(text);
        if claims.take("t").is_some_and(|kind| kind.as_str() == "g") {
            return Ok(Self::V2(token));
        }
        let (Some(cache), Some(control)) = (claims.take("c"), claims.take("cp")) else {
            return Err(malformed(
                origin,
                "is a JWT, but neither a v2 key (claim t) nor a legacy key (claims c and cp)",
            ));
        };
        let endpoint = |host: &str| Endpoint {
            host: host.to_owned(),
            port: 443,
            secure: true,
        };
        let endpoints = Endpoints {
            cache: endpoint(&cache),
            control: endpoint(&control),
            token: endpoint(&format!("token.{}", cache.as_str())),
        };
        Ok(Self::Legacy(Credential::new(token, endpoints)))
    }
}

/// When a token ends, by the claim `exp` of a JWT: v2 and legacy keys, and what most v1 keys and
/// disposable tokens hold. Anything else says nothing.
pub(super) fn expiry(token: &str) -> Option<SystemTime> {
    let seconds = Fields::read(&decode(payload(token)?)?)?.number("exp")?;
    // Beyond what a clock can tell is never.
    let since_epoch = Duration::try_from_secs_f64(seconds).ok()?;
    UNIX_EPOCH
        .checked_add(since_epoch)
        .filter(|_| !since_epoch.is_zero())
}

/// The second of the three parts of a JWT.
fn payload(text: &str) -> Option<&str> {
    let mut parts = text.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(_), Some(payload), Some(_), None) => Some(payload),
        _ => None,
    }
}

fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let decoded = STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text));
    decoded.map(Zeroizing::new).ok()
}

fn malformed(origin: &str, what: &str) -> Error {
    Error::invalid_argument(format!(
        "{origin}: the API key {what}; check that the whole key was stored, and nothing else"
    ))
}

fn require_header_value(token: &str, origin: &str) -> Result<()> {
    http::HeaderValue::from_str(token)
        .map(drop)
        .map_err(|_| malformed(origin, "holds characters that can't be sent"))
}

/// A JSON object of texts that is wiped when it is let go.
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn read(json: &[u8]) -> Option<Self> {
        match serde_json::from_slice(json) {
            Ok(Value::Object(fields)) => Some(Self(fields)),
            Ok(mut other) => {
                wipe(&mut other);
                None
            }
            Err(_) => None,
        }
    }

    /// The text of a field, or `None` where there is no such field or it is no text.
    pub(super) fn take(&mut self, name: &str) -> Option<Zeroizing<String>> {
        match self.0.get_mut(name) {
            Some(Value::String(text)) => Some(Zeroizing::new(std::mem::take(text))),
            _ => None,
        }
    }

    /// The object in a field, or `None` where there is no such field or it is no object.
    pub(super) fn take_object(&mut self, name: &str) -> Option<Self> {
        match self.0.get_mut(name) {
            Some(Value::Object(fields)) => Some(Self(std::mem::take(fields))),
            _ => None,
        }
    }

    /// The number in a field, or `None` where there is no such field or it is no number.
    fn number(&self, name: &str) -> Option<f64> {
        self.0.get(name)?.as_f64()
    }

    /// Whether there is such a field, of whatever kind.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.values_mut().for_each(wipe);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(fields) => fields.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(payload: &str) -> String {
        format!(
            "{}.{}.c2ln",
            URL_SAFE.encode(r#"{"alg":"none"}"#),
            URL_SAFE.encode(payload)
        )
    }

    #[test]
    fn v1_keys_are_read_in_both_alphabets_with_and_without_padding() {
        // The '?' and '~' make base64 use the characters that differ between the alphabets.
        let json = r#"{"endpoint":"cell.example.com","api_key":"a?~b>>??"}"#;
        for text in [
            STANDARD.encode(json),
            URL_SAFE.encode(json),
            STANDARD.encode(json).trim_end_matches('=').to_owned(),
            format!("{}\n", STANDARD.encode(json)),
        ] {
            let credential = Key::parse(&text, "env:KEY")
                .and_then(|key| key.into_credential(None, "env:KEY"))
                .expect("a v1 key");
            assert_eq!(credential.expose_token(), "a?~b>>??");
            assert_eq!(credential.endpoints().cache.host, "cache.cell.example.com");
        }
    }

    #[test]
    fn v2_keys_need_an_endpoint_and_keep_their_text() {
        let text = jwt(r#"{"t":"g","jti":"x"}"#);
        let missing =
            Key::parse(&text, "env:KEY").and_then(|key| key.into_credential(None, "env:KEY"));
        assert!(
            missing
                .expect_err("no endpoint")
                .details()
                .contains("MOMENTO_ENDPOINT")
        );
        let endpoints = Endpoints::parse("cell.example.com", "the test").ok();
        let credential = Key::parse(&text, "env:KEY")
            .and_then(|key| key.into_credential(endpoints, "env:KEY"))
            .expect("a v2 key");
        assert_eq!(credential.expose_token(), text);
        assert!(Key::is_v2(&text));
    }

    #[test]
    fn legacy_keys_name_their_hosts() {
        let text = jwt(r#"{"c":"cache.old.example.com","cp":"control.old.example.com"}"#);
        let credential = Key::parse(&text, "env:KEY")
            .and_then(|key| key.into_credential(None, "env:KEY"))
            .expect("a legacy key");
        assert_eq!(credential.endpoints().cache.host, "cache.old.example.com");
        assert_eq!(
            credential.endpoints().control.host,
            "control.old.example.com"
        );
        assert_eq!(
            credential.endpoints().token.host,
            "token.cache.old.example.com"
        );
    }

    #[test]
    fn a_key_of_any_format_says_when_it_ends() {
        let endpoints = || Endpoints::parse("cell.example.com", "the test").ok();
        let expires = |text: &str| {
            let key = Key::parse(text, "env:KEY").expect("a key");
            let credential = key.into_credential(endpoints(), "env:KEY");
            credential.expect("whole").expires_at()
        };
        let v1 = |api_key: &str| {
            STANDARD.encode(format!(
                "{{\"endpoint\":\"e.example.com\",\"api_key\":\"{api_key}\"}}"
            ))
        };
        let end = UNIX_EPOCH + Duration::from_secs(1_900_000_000);
        for (text, expected) in [
            (jwt(r#"{"t":"g","exp":1900000000}"#), Some(end)),
            (
                jwt(r#"{"c":"c.e","cp":"d.e","exp":1900000000.0}"#),
                Some(end),
            ),
            (v1(&jwt(r#"{"exp":1900000000}"#)), Some(end)),
            (v1("opaque"), None),
            (v1("a.b.c"), None),
            (jwt(r#"{"t":"g"}"#), None),
            (jwt(r#"{"t":"g","exp":0}"#), None),
            (jwt(r#"{"t":"g","exp":-1}"#), None),
            (jwt(r#"{"t":"g","exp":1e300}"#), None),
            (jwt(r#"{"t":"g","exp":"1900000000"}"#), None),
        ] {
            assert_eq!(expires(&text), expected, "{text}");
        }
    }

    #[test]
    fn malformed_keys_say_what_is_wrong_and_never_what_they_hold() {
        let canary = "CANARYCANARYCANARYAA";
        for (text, part) in [
            (String::new(), "empty"),
            (format!("{canary}!"), "neither base64"),
            (canary.to_owned(), "not of a JSON object"),
            (
                STANDARD.encode(format!("{{\"endpoint\":\"{canary}\"}}")),
                "api_key",
            ),
            (
                STANDARD.encode(format!("{{\"api_key\":\"{canary}\"}}")),
                "endpoint",
            ),
            (format!("{canary}.{canary}"), "three parts"),
            (format!("{canary}.!!.{canary}"), "not base64"),
            (jwt("[]"), "not a JSON object"),
            (jwt(&format!("{{\"x\":\"{canary}\"}}")), "neither a v2 key"),
            (format!("{canary} {canary}"), "characters"),
        ] {
            let error = Key::parse(&text, "env:KEY").expect_err("malformed");
            assert!(error.details().contains(part), "{error}");
            assert!(!error.to_string().contains("CANARY"), "{error}");
            assert!(error.details().starts_with("env:KEY"), "{error}");
        }
    }
}
