//! What JavaScript makes clients from, read into the core's options.

use crate::credentials::NativeCredential;
use momento_lambda_core::{Agent, ClientOptions, Configuration, Error, Result};
use napi_derive::napi;
use std::time::Duration;

/// Deadlines and sizes, from `lib/configuration.ts`.
#[napi(object, object_to_js = false)]
pub struct NativeConfiguration {
    /// How long a data call may take.
    pub deadline_millis: f64,
    /// How long connecting may take.
    pub connect_budget_millis: Option<f64>,
    /// The largest message.
    pub max_message_bytes: Option<f64>,
    /// A PEM file.
    pub root_certificates: Option<String>,
}

/// For a client with credentials of its own.
#[napi(object, object_to_js = false)]
pub struct NativeClientOptions {
    /// Token and addresses.
    pub credential: NativeCredential,
    /// Deadlines and sizes.
    pub configuration: NativeConfiguration,
    /// The default TTL.
    pub default_ttl_seconds: f64,
    /// The `runtime-version` header.
    pub runtime_version: String,
}

/// For the client of the registry.
#[napi(object, object_to_js = false)]
pub struct NativeSharedOptions {
    /// The source's text; the environment decides where it is left out.
    pub token_source: Option<String>,
    /// Outranks what the source says.
    pub endpoint: Option<String>,
    /// The Lambda preset where left out.
    pub configuration: Option<NativeConfiguration>,
    /// The default TTL; the environment decides where it is left out.
    pub default_ttl_seconds: Option<f64>,
    /// The `runtime-version` header.
    pub runtime_version: String,
}

impl NativeClientOptions {
    /// The core's options.
    pub fn read(self) -> Result<ClientOptions> {
        let options = ClientOptions::new(self.credential.read()?)
            .with_configuration(self.configuration.read()?)
            .with_agent(agent(self.runtime_version));
        with_default_ttl(options, Some(self.default_ttl_seconds))
    }
}

impl NativeSharedOptions {
    /// The core's options, completed from the environment's variables.
    pub fn read(self) -> Result<ClientOptions> {
        let mut options = ClientOptions::from_environment(
            self.token_source.as_deref(),
            self.endpoint.as_deref(),
            |name| std::env::var(name).ok(),
        )?
        .with_agent(agent(self.runtime_version));
        if let Some(configuration) = self.configuration {
            options = options.with_configuration(configuration.read()?);
        }
        with_default_ttl(options, self.default_ttl_seconds)
    }
}

impl NativeConfiguration {
    fn read(self) -> Result<Configuration> {
        let mut configuration =
            Configuration::lambda().with_deadline(millis("request timeout", self.deadline_millis)?);
        if let Some(budget) = self.connect_budget_millis {
            configuration = configuration.with_connect_budget(millis("connect budget", budget)?);
        }
        if let Some(bytes) = self.max_message_bytes {
            configuration = configuration.with_max_message_bytes(size(bytes)?);
        }
        if let Some(path) = self.root_certificates {
            configuration = configuration.with_root_certificates(path);
        }
        Ok(configuration)
    }
}

fn agent(runtime_version: String) -> Agent {
    Agent {
        name: concat!("nodejs:momento-lambda:", env!("CARGO_PKG_VERSION")).to_owned(),
        runtime_version,
    }
}

fn with_default_ttl(options: ClientOptions, seconds: Option<f64>) -> Result<ClientOptions> {
    let Some(seconds) = seconds else {
        return Ok(options);
    };
    crate::convert::seconds(seconds).map(|ttl| options.with_default_ttl(ttl))
}

fn millis(what: &str, value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value / 1_000.0)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| Error::invalid_argument(format!("{what} must be greater than zero.")))
}

fn size(bytes: f64) -> Result<usize> {
    if bytes >= 1.0 && bytes <= f64::from(u32::MAX) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked the line before"
        )]
        return Ok(bytes as usize);
    }
    Err(Error::invalid_argument(
        "the maximum message length must be a positive number of bytes",
    ))
}
