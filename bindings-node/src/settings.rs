//! What JavaScript makes clients from, read into the core's options.

use crate::credentials::NativeCredential;
use momento_lambda_core::{
    Agent, ClientOptions, Compression, CompressionFormat, CompressionLevel, Configuration, Error,
    ReadConcern, Result, Retry,
};
use napi_derive::napi;
use std::time::Duration;

/// Deadlines and sizes, from `lib/configuration.ts`.
#[napi(object, object_to_js = false)]
pub struct NativeConfiguration {
    /// How long a data call may take.
    pub deadline_millis: f64,
    /// How long connecting may take.
    pub connect_budget_millis: Option<f64>,
    /// How long a first call waits for token and connection.
    pub start_budget_millis: Option<f64>,
    /// How long a token is used before it is looked up again; 0: for ever.
    pub token_ttl_seconds: Option<f64>,
    /// The largest message sent.
    pub max_message_bytes: Option<f64>,
    /// The largest message received.
    pub max_reply_bytes: Option<f64>,
    /// How many calls may be under way at a time.
    pub max_concurrent_requests: Option<f64>,
    /// Whether reads must see the latest write.
    pub consistent_reads: bool,
    /// When a failed attempt is followed by another.
    pub retry: NativeRetry,
    /// How values are compressed.
    pub compression: Option<NativeCompression>,
    /// A PEM file.
    pub root_certificates: Option<String>,
}

/// A retry strategy. Which numbers it has depends on its name.
#[napi(object, object_to_js = false)]
pub struct NativeRetry {
    /// `none`, `fixed-count`, `fixed-timeout`, `exponential-backoff` or `custom`.
    pub strategy: String,
    /// How many attempts may follow the first.
    pub max_attempts: Option<f64>,
    /// How long an attempt after the first may take.
    pub response_timeout_millis: Option<f64>,
    /// The pause, or the first one.
    pub delay_millis: Option<f64>,
    /// The longest pause.
    pub max_delay_millis: Option<f64>,
    /// What a pause is multiplied by to make the next.
    pub growth_factor: Option<f64>,
}

/// How values are compressed.
#[napi(object, object_to_js = false)]
pub struct NativeCompression {
    /// zstd, or else gzip.
    pub zstd: bool,
    /// `fastest`, `smallest` or, else, balanced.
    pub level: String,
    /// Whether reads decompress what is compressed without being asked to.
    pub decompress_automatically: bool,
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
        if let Some(budget) = self.start_budget_millis {
            configuration = configuration.with_start_budget(millis("start budget", budget)?);
        }
        if let Some(ttl) = self.token_ttl_seconds {
            configuration = configuration.with_token_ttl(token_ttl(ttl)?);
        }
        if let Some(bytes) = self.max_message_bytes {
            configuration = configuration.with_max_message_bytes(size(bytes)?);
        }
        if let Some(bytes) = self.max_reply_bytes {
            configuration = configuration.with_max_reply_bytes(size(bytes)?);
        }
        if let Some(most) = self.max_concurrent_requests {
            configuration = configuration.with_max_concurrent_requests(requests(most)?);
        }
        if let Some(path) = self.root_certificates {
            configuration = configuration.with_root_certificates(path);
        }
        if self.consistent_reads {
            configuration = configuration.with_read_concern(ReadConcern::Consistent);
        }
        if let Some(compression) = self.compression {
            configuration = configuration.with_compression(compression.read());
        }
        Ok(configuration.with_retry(self.retry.read()?))
    }
}

impl NativeRetry {
    fn read(self) -> Result<Retry> {
        let pause = |name: &str, value: Option<f64>| {
            let seconds = value.unwrap_or_default() / 1_000.0;
            Duration::try_from_secs_f64(seconds).map_err(|_| {
                Error::invalid_argument(format!(
                    "{name} of the retry strategy must be a number of milliseconds, 0 or more"
                ))
            })
        };
        let response_timeout = |value: f64| millis("responseDataReceivedTimeoutMillis", value);
        Ok(match self.strategy.as_str() {
            "none" => Retry::None,
            "fixed-count" => Retry::FixedCount {
                max_attempts: attempts(self.max_attempts.unwrap_or_default())?,
            },
            "fixed-timeout" => Retry::FixedTimeout {
                response_timeout: response_timeout(
                    self.response_timeout_millis.unwrap_or_default(),
                )?,
                delay: pause("retryDelayIntervalMillis", self.delay_millis)?,
            },
            "exponential-backoff" => Retry::ExponentialBackoff {
                initial_delay: pause("initialDelayMillis", self.delay_millis)?,
                growth_factor: self.growth_factor.unwrap_or(2.0),
                max_delay: pause("maxBackoffMillis", self.max_delay_millis)?,
            },
            _ => Retry::Custom {
                response_timeout: self
                    .response_timeout_millis
                    .map(response_timeout)
                    .transpose()?,
            },
        })
    }
}

impl NativeCompression {
    fn read(self) -> Compression {
        Compression {
            format: if self.zstd {
                CompressionFormat::Zstd
            } else {
                CompressionFormat::Gzip
            },
            level: match self.level.as_str() {
                "fastest" => CompressionLevel::Fastest,
                "smallest" => CompressionLevel::SmallestSize,
                _ => CompressionLevel::Balanced,
            },
            decompress_automatically: self.decompress_automatically,
        }
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

fn token_ttl(seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Error::invalid_argument("token TTL must be a number of seconds, or 0 for ever.")
    })
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

fn requests(most: f64) -> Result<usize> {
    whole(most).filter(|&most| most > 0).ok_or_else(|| {
        Error::invalid_argument("concurrent requests limit must be strictly positive (> 0)")
    })
}

fn attempts(most: f64) -> Result<u32> {
    whole(most)
        .and_then(|most| u32::try_from(most).ok())
        .ok_or_else(|| {
            Error::invalid_argument("maxAttempts of the retry strategy must be a number, 0 or more")
        })
}

/// A number that is 0 or more, cut to a whole one that fits.
fn whole(number: f64) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked before"
    )]
    (number >= 0.0).then(|| number.min(f64::from(u32::MAX)) as usize)
}
