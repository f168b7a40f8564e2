//! What a client is made from, and what the environment says where a caller says nothing.

use crate::config::Configuration;
use crate::error::{Error, Result};
use crate::operation::validate_ttl;
use crate::token::{Credential, EndpointChoice, Endpoints, TokenSource};
use std::time::Duration;

/// Where a client's credentials come from.
#[derive(Clone, Debug)]
pub enum Credentials {
    /// They are here.
    Fixed(Credential),
    /// They are looked up when first needed.
    Source {
        /// The store.
        source: TokenSource,
        /// What is known of the endpoint besides.
        endpoint: EndpointChoice,
    },
}

impl From<Credential> for Credentials {
    fn from(credential: Credential) -> Self {
        Self::Fixed(credential)
    }
}

/// Which SDK speaks, for the service's statistics.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Agent {
    /// The `agent` header, such as `rust:momento-lambda:0.1.0`.
    pub name: String,
    /// The `runtime-version` header, such as `python 3.12.1`.
    pub runtime_version: String,
}

impl Default for Agent {
    fn default() -> Self {
        Self {
            name: concat!("rust:momento-lambda:", env!("CARGO_PKG_VERSION")).to_owned(),
            runtime_version: "rust".to_owned(),
        }
    }
}

/// Everything a client is made from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ClientOptions {
    /// Token and addresses, or where to find them.
    pub credentials: Credentials,
    /// Deadlines, budgets, sizes.
    pub configuration: Configuration,
    /// How long an item lives where a call does not say.
    pub default_ttl: Duration,
    /// What `MOMENTO_TOKEN_TTL` says; the configuration outranks it.
    pub(crate) variable_token_ttl: Option<Duration>,
    /// Which SDK speaks.
    pub agent: Agent,
}

/// One minute, where neither a caller nor `MOMENTO_DEFAULT_TTL` says otherwise.
const DEFAULT_TTL: Duration = Duration::from_mins(1);

/// A rotated token is found this much later at the latest, and a look-up in 15 minutes costs nothing.
const TOKEN_TTL: Duration = Duration::from_mins(15);

impl ClientOptions {
    /// The Lambda preset and a default TTL of 60 s with these credentials.
    pub fn new(credentials: impl Into<Credentials>) -> Self {
        Self {
            credentials: credentials.into(),
            configuration: Configuration::default(),
            default_ttl: DEFAULT_TTL,
            variable_token_ttl: None,
            agent: Agent::default(),
        }
    }

    /// What the environment asks for: the source as in [`TokenSource::from_environment`],
    /// `MOMENTO_ENDPOINT`, `MOMENTO_DEFAULT_TTL` and `MOMENTO_TOKEN_TTL` (seconds). `source` and
    /// `endpoint` outrank it.
    pub fn from_environment(
        source: Option<&str>,
        endpoint: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let source = match source {
            Some(text) => text.parse()?,
            None => TokenSource::from_environment(&variable)?,
        };
        let explicit = endpoint
            .map(|text| Endpoints::parse(text, "the argument endpoint"))
            .transpose()?;
        let endpoint = EndpointChoice {
            explicit,
            variable: variable("MOMENTO_ENDPOINT").filter(|value| !value.trim().is_empty()),
        };
        let mut options = Self::new(Credentials::Source { source, endpoint });
        let set = |name: &'static str| {
            let text = variable(name).filter(|value| !value.trim().is_empty())?;
            Some((name, text))
        };
        if let Some((name, text)) = set("MOMENTO_DEFAULT_TTL") {
            options.default_ttl = seconds(&text)
                .filter(|ttl| !ttl.is_zero())
                .ok_or_else(|| unfit(name, &text, "a positive number of seconds"))?;
        }
        if let Some((name, text)) = set("MOMENTO_TOKEN_TTL") {
            let ttl = seconds(&text)
                .ok_or_else(|| unfit(name, &text, "a number of seconds, or 0 for ever"))?;
            options.variable_token_ttl = Some(ttl);
        }
        Ok(options)
    }

    /// The same with another default TTL.
    #[must_use]
    pub fn with_default_ttl(mut self, ttl: Duration) -> Self {
        self.default_ttl = ttl;
        self
    }

    /// The same with another configuration.
    #[must_use]
    pub fn with_configuration(mut self, configuration: Configuration) -> Self {
        self.configuration = configuration;
        self
    }

    /// The same with another agent.
    #[must_use]
    pub fn with_agent(mut self, agent: Agent) -> Self {
        self.agent = agent;
        self
    }

    /// How long a token is used before it is looked up again; zero: for ever.
    pub(crate) fn token_ttl(&self) -> Duration {
        self.configuration
            .token_ttl
            .or(self.variable_token_ttl)
            .unwrap_or(TOKEN_TTL)
    }

    pub(crate) fn validate(&self) -> Result<()> {
        validate_ttl(Some(self.default_ttl))?;
        if self.configuration.deadline.is_zero() {
            return Err(Error::invalid_argument(
                "request timeout must be greater than zero.",
            ));
        }
        if self.configuration.start_budget().is_zero() {
            return Err(Error::invalid_argument(
                "start budget must be greater than zero.",
            ));
        }
        if self.configuration.max_concurrent_requests == Some(0) {
            return Err(Error::invalid_argument(
                "concurrent requests limit must be strictly positive (> 0)",
            ));
        }
        Ok(())
    }
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn unfit(name: &str, text: &str, what: &str) -> Error {
    Error::invalid_argument(format!(
        "{name} {text:?} is not {what}; write for example 60"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_ttl_comes_from_its_variable_and_must_make_sense() {
        let options = |ttl: &'static str| {
            ClientOptions::from_environment(Some("env:KEY"), None, move |name| {
                (name == "MOMENTO_DEFAULT_TTL").then(|| ttl.to_owned())
            })
        };
        assert_eq!(
            options("1.5").map(|options| options.default_ttl).ok(),
            Some(Duration::from_millis(1_500))
        );
        assert_eq!(
            options("").map(|options| options.default_ttl).ok(),
            Some(DEFAULT_TTL)
        );
        for text in ["0", "-1", "NaN", "inf", "1e300", "a minute"] {
            let error = options(text).expect_err(text);
            assert!(error.details().contains("MOMENTO_DEFAULT_TTL"), "{error}");
        }
    }

    #[test]
    fn the_tokens_ttl_comes_from_the_configuration_before_its_variable() {
        let options = |ttl: &'static str| {
            ClientOptions::from_environment(Some("env:KEY"), None, move |name| {
                (name == "MOMENTO_TOKEN_TTL").then(|| ttl.to_owned())
            })
        };
        let ttl = |text| options(text).map(|options| options.token_ttl()).ok();
        assert_eq!(ttl("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(ttl("0"), Some(Duration::ZERO));
        assert_eq!(ttl(""), Some(TOKEN_TTL));
        let hour = Duration::from_hours(1);
        let configured = options("60")
            .map(|options| options.with_configuration(Configuration::lambda()))
            .expect("a minute");
        assert_eq!(configured.token_ttl(), Duration::from_mins(1));
        let configured =
            configured.with_configuration(Configuration::lambda().with_token_ttl(hour));
        assert_eq!(configured.token_ttl(), hour);
        for text in ["-1", "NaN", "inf", "1e300", "a minute"] {
            let error = options(text).expect_err(text);
            assert!(error.details().contains("MOMENTO_TOKEN_TTL"), "{error}");
        }
    }
}
