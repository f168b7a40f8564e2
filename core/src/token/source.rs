//! Where the token comes from, as one string, and what holds where nothing was said.

use crate::error::{Error, Result};
use std::fmt;
use std::path::PathBuf;

/// A place to look the token up.
///
/// ```
/// use momento_lambda_core::token::TokenSource;
/// let source: TokenSource = "secretsmanager:momento/token#apiKey".parse()?;
/// assert_eq!(source.to_string(), "secretsmanager:momento/token#apiKey");
/// # Ok::<(), momento_lambda_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenSource {
    /// Which store.
    pub place: Place,
    /// The field of a JSON value that holds the key; `None` tries the usual names.
    pub field: Option<String>,
}

/// The stores a token can stand in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// AWS Secrets Manager: a name or an ARN.
    SecretsManager(String),
    /// AWS Systems Manager Parameter Store: a parameter's name.
    ParameterStore(String),
    /// The Parameters and Secrets Lambda Extension: what follows `extension:`.
    Extension(String),
    /// An environment variable.
    Environment(String),
    /// A file.
    File(PathBuf),
}

const KINDS: &str = "secretsmanager:NAME-or-ARN, ssm:NAME, extension:secretsmanager:NAME, extension:ssm:NAME, env:VARIABLE, file:PATH";

impl TokenSource {
    /// The source that the environment asks for: `MOMENTO_TOKEN_SOURCE`, else
    /// `MOMENTO_SECRET_ID`, `MOMENTO_API_KEY`, `MOMENTO_AUTH_TOKEN`, the first that is set.
    /// `variable` reads one variable; an empty one counts as unset.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        if let Some(source) = set("MOMENTO_TOKEN_SOURCE") {
            return source.parse().map_err(|error: Error| {
                Error::new(
                    error.code(),
                    format!("MOMENTO_TOKEN_SOURCE: {}", error.details()),
                )
            });
        }
        if let Some(secret) = set("MOMENTO_SECRET_ID") {
            return format!("secretsmanager:{secret}").parse();
        }
        for name in ["MOMENTO_API_KEY", "MOMENTO_AUTH_TOKEN"] {
            if set(name).is_some() {
                return Ok(Self {
                    place: Place::Environment(name.to_owned()),
                    field: None,
                });
            }
        }
        Err(Error::invalid_argument(format!(
            "token source is not configured: set MOMENTO_SECRET_ID (a secret in AWS Secrets Manager), MOMENTO_API_KEY with MOMENTO_ENDPOINT, MOMENTO_AUTH_TOKEN, or MOMENTO_TOKEN_SOURCE to one of {KINDS}"
        )))
    }
}

impl std::str::FromStr for TokenSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
        // A path may hold '#': only the other kinds split a field off.
        let (name, field) = match rest.rsplit_once('#') {
            Some((name, field)) if kind != "file" => (name, Some(field.to_owned())),
            _ => (rest, None),
        };
        let place = match kind {
            "secretsmanager" => Place::SecretsManager(name.to_owned()),
            "ssm" => Place::ParameterStore(name.to_owned()),
            "extension" => Place::Extension(name.to_owned()),
            "env" => Place::Environment(name.to_owned()),
            "file" => Place::File(PathBuf::from(name)),
            // Not the text itself: someone may have put the token there.
            _ => {
                return Err(Error::invalid_argument(format!(
                    "token source has an unknown kind; write one of {KINDS}"
                )));
            }
        };
        if name.is_empty() {
            return Err(Error::invalid_argument(format!(
                "token source {kind}: names nothing; write one of {KINDS}"
            )));
        }
        if field.as_deref() == Some("") {
            return Err(Error::invalid_argument(format!(
                "token source {kind}:{name}# names no field; write #FIELD or leave out the #"
            )));
        }
        Ok(Self { place, field })
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::SecretsManager(name) => write!(f, "secretsmanager:{name}")?,
            Place::ParameterStore(name) => write!(f, "ssm:{name}")?,
            Place::Extension(name) => write!(f, "extension:{name}")?,
            Place::Environment(name) => write!(f, "env:{name}")?,
            Place::File(path) => write!(f, "file:{}", path.display())?,
        }
        match &self.field {
            Some(field) => write!(f, "#{field}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Result<String> {
        TokenSource::from_environment(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
        .map(|source| source.to_string())
    }

    #[test]
    fn the_environment_is_asked_in_the_documented_order() {
        let all = [
            ("MOMENTO_TOKEN_SOURCE", "env:A"),
            ("MOMENTO_SECRET_ID", "name#field"),
            ("MOMENTO_API_KEY", "k"),
            ("MOMENTO_AUTH_TOKEN", "t"),
        ];
        let expected = [
            "env:A",
            "secretsmanager:name#field",
            "env:MOMENTO_API_KEY",
            "env:MOMENTO_AUTH_TOKEN",
        ];
        for (skipped, expected) in expected.iter().enumerate() {
            assert_eq!(from(&all[skipped..]).ok().as_deref(), Some(*expected));
        }
        let error = from(&[("MOMENTO_API_KEY", "")]).expect_err("nothing set");
        for name in [
            "MOMENTO_SECRET_ID",
            "MOMENTO_API_KEY",
            "MOMENTO_AUTH_TOKEN",
            "MOMENTO_TOKEN_SOURCE",
        ] {
            assert!(error.details().contains(name), "{error}");
        }
    }

    #[test]
    fn sources_are_told_apart_and_written_back() {
        for text in [
            "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-AbCdEf#k",
            "ssm:/momento/token",
            "extension:ssm:/momento/token",
            "env:VARIABLE#k",
            "file:/run/secrets/a#b",
        ] {
            assert_eq!(
                text.parse::<TokenSource>()
                    .map(|source| source.to_string())
                    .ok()
                    .as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn malformed_sources_never_show_what_they_hold() {
        for text in [
            "CANARY",
            "vault:CANARY",
            "secretsmanager:",
            "env:",
            "file:",
            "env:A#",
            "",
        ] {
            let error = text.parse::<TokenSource>().expect_err(text);
            assert!(!error.details().contains("CANARY"), "{error}");
            assert!(error.details().contains("token source"), "{error}");
        }
    }
}
