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
    /// Which SDK speaks.
    pub agent: Agent,
}

/// One minute, where neither a caller nor `MOMENTO_DEFAULT_TTL` says otherwise.
const DEFAULT_TTL: Duration = Duration::from_mins(1);

impl ClientOptions {
    /// The Lambda preset and a default TTL of 60 s with these credentials.
    pub fn new(credentials: impl Into<Credentials>) -> Self {
        Self {
            credentials: credentials.into(),
            configuration: Configuration::default(),
            default_ttl: DEFAULT_TTL,
            agent: Agent::default(),
        }
    }

    /// What the environment asks for: the source as in [`TokenSource::from_environment`],
    /// `MOMENTO_ENDPOINT` and `MOMENTO_DEFAULT_TTL` (seconds). `source` and `endpoint` outrank it.
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
        if let Some(text) = variable("MOMENTO_DEFAULT_TTL").filter(|value| !value.trim().is_empty())
        {
            options.default_ttl = seconds(&text)?;
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

    pub(crate) fn validate(&self) -> Result<()> {
        validate_ttl(Some(self.default_ttl))?;
        if self.configuration.deadline.is_zero() {
            return Err(Error::invalid_argument(
                "request timeout must be greater than zero.",
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

fn seconds(text: &str) -> Result<Duration> {
    text.trim()
        .parse()
        .ok()
        .filter(|seconds: &f64| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            Error::invalid_argument(format!("MOMENTO_DEFAULT_TTL {text:?} is not a positive number of seconds; write for example 60"))
        })
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
}
