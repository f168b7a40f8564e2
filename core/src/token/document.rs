//! The value of a secret: a plain key, or a JSON object with the key and its endpoint.
//!
//! One look-up gives both, so a rotated secret can't pair a new key with an old endpoint.

use super::credential::Credential;
use super::endpoint::Endpoints;
use super::key::{Fields, Key};
use crate::error::{Error, Result};
use zeroize::Zeroizing;

/// The fields tried for the key, in this order, where the source names none.
const KEY_FIELDS: [&str; 3] = ["MOMENTO_AUTH_TOKEN", "MOMENTO_API_KEY", "apiKey"];
/// The fields tried for the endpoint, in this order.
const ENDPOINT_FIELDS: [&str; 2] = ["MOMENTO_ENDPOINT", "endpoint"];

/// What else is known when a value is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct EndpointChoice {
    /// Given by the caller: outranks everything.
    pub explicit: Option<Endpoints>,
    /// From the variable `MOMENTO_ENDPOINT`: serves where the value has none.
    pub variable: Option<String>,
}

/// What was found in a value, without anything that is secret.
#[derive(Debug)]
pub(crate) struct Description {
    /// The field of the JSON object that held the key; `None` where the value is the key.
    pub(crate) field: Option<String>,
    /// The key's format, in a few words.
    pub(crate) key: &'static str,
    /// What named the endpoint.
    pub(crate) endpoint: String,
}

/// Reads the value of `origin` (`secretsmanager:NAME`, `env:VAR`, ...).
pub(crate) fn read(
    value: &str,
    field: Option<&str>,
    choice: &EndpointChoice,
    origin: &str,
) -> Result<Credential> {
    describe(value, field, choice, origin).map(|(credential, _)| credential)
}

/// The same, with what was found.
pub(crate) fn describe(
    value: &str,
    field: Option<&str>,
    choice: &EndpointChoice,
    origin: &str,
) -> Result<(Credential, Description)> {
    let value = value.trim();
    if !value.starts_with('{') {
        if let Some(field) = field {
            return Err(Error::invalid_argument(format!(
                "{origin}: the value is not a JSON object, so it has no field {field:?}; leave out #{field} if the value is the API key itself"
            )));
        }
        return credential(value, None, choice, origin);
    }
    let mut fields = Fields::read(value.as_bytes()).ok_or_else(|| {
        let position = serde_json::from_str::<serde::de::IgnoredAny>(value)
            .err()
            .map_or_else(String::new, |error| format!(" (line {}, column {})", error.line(), error.column()));
        Error::invalid_argument(format!(
            "{origin}: the value starts like a JSON object but is malformed{position}; store an object such as {{\"MOMENTO_API_KEY\": \"...\", \"MOMENTO_ENDPOINT\": \"...\"}} or the API key alone"
        ))
    })?;
    let (name, key) = find_key(&mut fields, field, origin)?;
    let endpoint = ENDPOINT_FIELDS
        .iter()
        .find_map(|name| Some((*name, fields.take(name)?)));
    let endpoint = endpoint.as_ref().map(|(name, text)| (*name, text.as_str()));
    let (credential, description) = credential(&key, endpoint, choice, origin)?;
    let field = Some(name);
    Ok((
        credential,
        Description {
            field,
            ..description
        },
    ))
}

/// The field's name and the key in it.
fn find_key(
    fields: &mut Fields,
    field: Option<&str>,
    origin: &str,
) -> Result<(String, Zeroizing<String>)> {
    let wanted: &[&str] = match &field {
        Some(field) => std::slice::from_ref(field),
        None => &KEY_FIELDS,
    };
    let found = wanted
        .iter()
        .find_map(|name| Some(((*name).to_owned(), fields.take(name)?)));
    if let Some(found) = found {
        return Ok(found);
    }
    let names = wanted.join(", ");
    Err(Error::invalid_argument(
        match wanted.iter().find(|name| fields.has(name)) {
            Some(name) => format!(
                "{origin}: the field {name:?} is not a text; store the API key as a JSON string"
            ),
            None => format!(
                "{origin}: the JSON object has no field {names}; add one, or name the field with #field"
            ),
        },
    ))
}

fn credential(
    key: &str,
    endpoint: Option<(&str, &str)>,
    choice: &EndpointChoice,
    origin: &str,
) -> Result<(Credential, Description)> {
    let (endpoints, named_by) = match (&choice.explicit, endpoint, &choice.variable) {
        (Some(endpoints), _, _) => (Some(endpoints.clone()), "an argument".to_owned()),
        (None, Some((field, text)), _) => (
            Some(Endpoints::parse(text, origin)?),
            format!("the field {field} beside the key"),
        ),
        (None, None, Some(text)) => (
            Some(Endpoints::parse(text, "MOMENTO_ENDPOINT")?),
            "the variable MOMENTO_ENDPOINT".to_owned(),
        ),
        (None, None, None) => (None, "the key itself".to_owned()),
    };
    let key = Key::parse(key, origin)?;
    let description = Description {
        field: None,
        key: key.format(),
        endpoint: named_by,
    };
    Ok((key.into_credential(endpoints, origin)?, description))
}

#[cfg(test)]
mod tests {
    use super::*;

    const V2: &str = "eyJhbGciOiJub25lIn0.eyJ0IjoiZyJ9.c2ln";

    fn choice() -> EndpointChoice {
        EndpointChoice {
            explicit: None,
            variable: Some("variable.example.com".to_owned()),
        }
    }

    fn host(value: &str, field: Option<&str>) -> Result<String> {
        read(value, field, &choice(), "file:f")
            .map(|credential| credential.endpoints().cache.host.clone())
    }

    #[test]
    fn the_endpoint_comes_from_the_value_before_the_variable() {
        let inside = format!("{{\"apiKey\":\"{V2}\",\"endpoint\":\"inside.example.com\"}}");
        assert_eq!(
            host(&inside, None).ok().as_deref(),
            Some("cache.inside.example.com")
        );
        let bare = format!("{{\"apiKey\":\"{V2}\"}}");
        assert_eq!(
            host(&bare, None).ok().as_deref(),
            Some("cache.variable.example.com")
        );
        assert_eq!(
            host(V2, None).ok().as_deref(),
            Some("cache.variable.example.com")
        );
        let explicit = EndpointChoice {
            explicit: Endpoints::parse("explicit.example.com", "the test").ok(),
            ..choice()
        };
        let credential = read(&inside, None, &explicit, "file:f").expect("readable");
        assert_eq!(
            credential.endpoints().cache.host,
            "cache.explicit.example.com"
        );
    }

    #[test]
    fn a_named_field_is_the_only_one_tried() {
        let value = format!("{{\"MOMENTO_API_KEY\":\"other\",\"mine\":\"{V2}\"}}");
        assert!(host(&value, Some("mine")).is_ok());
        let error = host(&value, Some("absent")).expect_err("absent");
        assert!(error.details().contains("no field absent"), "{error}");
        let error = host(V2, Some("mine")).expect_err("plain text");
        assert!(error.details().contains("not a JSON object"), "{error}");
    }

    #[test]
    fn malformed_values_say_where() {
        let error = host("{\"apiKey\": CANARY}", None).expect_err("malformed");
        assert!(error.details().contains("line 1, column"), "{error}");
        assert!(!error.details().contains("CANARY"), "{error}");
        let error = host("{\"apiKey\": 7}", None).expect_err("a number");
        assert!(error.details().contains("not a text"), "{error}");
        let error = host("{}", None).expect_err("no field");
        assert!(
            error
                .details()
                .contains("MOMENTO_AUTH_TOKEN, MOMENTO_API_KEY, apiKey"),
            "{error}"
        );
    }
}
