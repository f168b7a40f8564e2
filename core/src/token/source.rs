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
    /// A store of AWS's, asked through its API: a name or an ARN.
    Aws(Store, String),
    /// A store of AWS's, asked through the Parameters and Secrets Lambda Extension, and through its
    /// API where the extension has no answer.
    Extension(Store, String),
    /// An environment variable.
    Environment(String),
    /// A file.
    File(PathBuf),
}

/// The stores of AWS's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Store {
    /// AWS Secrets Manager: a secret's name or ARN.
    SecretsManager,
    /// AWS Systems Manager Parameter Store: a parameter's name or ARN; a version or a label may
    /// follow, `name:3` or `name:label`.
    ParameterStore,
}

impl Store {
    /// As a source names it.
    fn kind(self) -> &'static str {
        match self {
            Self::SecretsManager => "secretsmanager",
            Self::ParameterStore => "ssm",
        }
    }
}

const KINDS: &str = "secretsmanager:NAME-or-ARN, ssm:NAME[:VERSION-or-LABEL], extension:secretsmanager:NAME, extension:ssm:NAME, env:VARIABLE, file:PATH";

const EXTENSION: &str = "extension:";

/// The variables that can name a source; the first that is set counts.
const SETTINGS: [&str; 4] = [
    "MOMENTO_TOKEN_SOURCE",
    "MOMENTO_SECRET_ID",
    "MOMENTO_API_KEY",
    "MOMENTO_AUTH_TOKEN",
];

impl TokenSource {
    /// The source that the environment asks for: `MOMENTO_TOKEN_SOURCE`, else
    /// `MOMENTO_SECRET_ID`, `MOMENTO_API_KEY`, `MOMENTO_AUTH_TOKEN`, the first that is set.
    /// `variable` reads one variable; an empty one counts as unset.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        match Self::setting(variable) {
            Some((name @ "MOMENTO_TOKEN_SOURCE", source)) => {
                source.parse().map_err(|error: Error| {
                    Error::new(error.code(), format!("{name}: {}", error.details()))
                })
            }
            Some(("MOMENTO_SECRET_ID", secret)) => format!("secretsmanager:{secret}").parse(),
            Some((name, _)) => Ok(Self {
                place: Place::Environment(name.to_owned()),
                field: None,
            }),
            None => Err(Error::invalid_argument(format!(
                "token source is not configured: set MOMENTO_SECRET_ID (a secret in AWS Secrets Manager), MOMENTO_API_KEY with MOMENTO_ENDPOINT, MOMENTO_AUTH_TOKEN, or MOMENTO_TOKEN_SOURCE to one of {KINDS}"
            ))),
        }
    }

    /// Whether the store keeps the value before the current one, as Secrets Manager does.
    pub(crate) fn keeps_previous(&self) -> bool {
        let (Place::Aws(store, _) | Place::Extension(store, _)) = &self.place else {
            return false;
        };
        *store == Store::SecretsManager
    }

    /// Whether a look-up asks nobody beyond this machine.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.place, Place::Environment(_) | Place::File(_))
    }

    /// The variable that names the source, with its value.
    pub(crate) fn setting(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Option<(&'static str, String)> {
        SETTINGS.into_iter().find_map(|name| {
            let value = variable(name).filter(|value| !value.trim().is_empty())?;
            Some((name, value))
        })
    }
}

impl std::str::FromStr for TokenSource {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        let (prefix, direct) = match text.strip_prefix(EXTENSION) {
            Some(behind) => (EXTENSION, behind),
            None => ("", text),
        };
        let (kind, rest) = direct.split_once(':').unwrap_or((direct, ""));
        // A path may hold '#': only the other kinds split a field off.
        let (name, field) = match rest.rsplit_once('#') {
            Some((name, field)) if kind != "file" => (name, Some(field.to_owned())),
            _ => (rest, None),
        };
        let aws = |store| {
            if prefix.is_empty() {
                Place::Aws(store, name.to_owned())
            } else {
                Place::Extension(store, name.to_owned())
            }
        };
        let place = match kind {
            "secretsmanager" => aws(Store::SecretsManager),
            "ssm" => aws(Store::ParameterStore),
            "env" if prefix.is_empty() => Place::Environment(name.to_owned()),
            "file" if prefix.is_empty() => Place::File(PathBuf::from(name)),
            // Not the text itself: someone may have put the token there.
            _ => {
                return Err(Error::invalid_argument(format!(
                    "token source has an unknown kind; write one of {KINDS}"
                )));
            }
        };
        if name.is_empty() {
            return Err(Error::invalid_argument(format!(
                "token source {prefix}{kind}: names nothing; write one of {KINDS}"
            )));
        }
        if field.as_deref() == Some("") {
            return Err(Error::invalid_argument(format!(
                "token source {prefix}{kind}:{name}# names no field; write #FIELD or leave out the #"
            )));
        }
        Ok(Self { place, field })
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Aws(store, name) => write!(f, "{}:{name}", store.kind())?,
            Place::Extension(store, name) => write!(f, "{EXTENSION}{}:{name}", store.kind())?,
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
            "ssm:/momento/token:3#k",
            "extension:ssm:/momento/token:live",
            "extension:secretsmanager:momento/token#k",
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
            "extension:CANARY",
            "extension:env:CANARY",
            "extension:ssm:",
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
