//! From the Python `Configuration` to the core's, and what the presets say.
//!
//! Figures live in the core; the Python classes ask for them here and bring back what a user
//! changed, on top of the preset they started from, so that nothing gets lost on the way.

use crate::convert;
use crate::errors::raised;
use crate::once::intern;
use momento_lambda_core::{
    Agent, ClientOptions, Compression, CompressionFormat, CompressionLevel, Configuration, Error,
    ReadConcern, Result, Retry,
};
use pyo3::prelude::*;
use std::path::PathBuf;

fn named(preset: &str) -> Result<Configuration> {
    match preset {
        "laptop" => Ok(Configuration::laptop()),
        "in_region_default" => Ok(Configuration::in_region_default()),
        "in_region_low_latency" => Ok(Configuration::in_region_low_latency()),
        "lambda" => Ok(Configuration::lambda()),
        other => Err(Error::invalid_argument(format!(
            "there is no preset {other:?}"
        ))),
    }
}

/// A preset's deadline in milliseconds and its largest message in bytes.
#[pyfunction]
#[pyo3(signature = (name))]
pub(crate) fn preset(py: Python<'_>, name: &str) -> PyResult<(u128, usize)> {
    let preset = named(name).map_err(|error| raised(py, &error))?;
    Ok((preset.deadline.as_millis(), preset.max_message_bytes))
}

/// Adds to `options` what the caller of a constructor gave, and who is calling.
pub(crate) fn complete(
    py: Python<'_>,
    options: ClientOptions,
    given: Option<&Bound<'_, PyAny>>,
    default_ttl: Option<&Bound<'_, PyAny>>,
) -> Result<ClientOptions> {
    let mut options = options.with_agent(agent(py));
    if let Some(given) = given {
        options = options.with_configuration(configuration(given)?);
    }
    if let Some(default_ttl) = default_ttl {
        options = options.with_default_ttl(convert::duration(default_ttl, "TTL")?);
    }
    Ok(options)
}

/// Deadline, largest messages sent and received in bytes, file of root certificates.
type Transport<'py> = (Bound<'py, PyAny>, usize, usize, Option<PathBuf>);

/// Format, level, and whether reads decompress without being asked to.
type Compressing = (String, String, bool);

/// Preset, transport, name and numbers of the retry strategy, read concern, compression, the most
/// calls at a time, and in milliseconds start budget and the token's time to live.
type Settings<'py> = (
    String,
    Transport<'py>,
    (String, Vec<f64>),
    String,
    Option<Compressing>,
    Option<usize>,
    (Option<f64>, Option<f64>),
);

/// Whether failures are to be raised: `Configuration._raises()`.
pub(crate) fn raises(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    given
        .call_method0(intern!(given.py(), "_raises"))?
        .extract()
}

/// Reads `Configuration._for_native()`.
fn configuration(given: &Bound<'_, PyAny>) -> Result<Configuration> {
    let unusable =
        |error: PyErr| Error::invalid_argument(format!("configuration can't be used: {error}"));
    let method = intern!(given.py(), "_for_native");
    if !given.hasattr(method).map_err(unusable)? {
        return Err(Error::invalid_argument(
            "configuration must be a Configuration",
        ));
    }
    let settings = given.call_method0(method).map_err(unusable)?;
    let (preset, transport, strategy, read_concern, compressing, most, (start, ttl)): Settings<'_> =
        settings.extract().map_err(unusable)?;
    let (deadline, sent, received, root_certificates) = transport;
    let mut configuration = named(&preset)?
        .with_deadline(convert::duration(&deadline, "request timeout")?)
        .with_max_message_bytes(sent)
        .with_max_reply_bytes(received)
        .with_retry(retry(&strategy.0, &strategy.1)?)
        .with_read_concern(if read_concern == "consistent" {
            ReadConcern::Consistent
        } else {
            ReadConcern::Balanced
        });
    if let Some(compressing) = compressing {
        configuration = configuration.with_compression(compression(&compressing));
    }
    if let Some(most) = most {
        configuration = configuration.with_max_concurrent_requests(most);
    }
    if let Some(start) = start {
        let budget = convert::milliseconds(start, "start budget")?;
        configuration = configuration.with_start_budget(budget);
    }
    if let Some(ttl) = ttl {
        let ttl = convert::milliseconds(ttl, "token TTL")?;
        configuration = configuration.with_token_ttl(ttl);
    }
    Ok(match root_certificates {
        Some(path) => configuration.with_root_certificates(path),
        None => configuration,
    })
}

/// A strategy from its name and its numbers, in the order of its arguments; times in milliseconds.
fn retry(name: &str, numbers: &[f64]) -> Result<Retry> {
    match (name, numbers) {
        ("fixed_count", [most]) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "what lies outside of 32 bits becomes 0 or the most there is"
            )]
            let max_attempts = *most as u32;
            Ok(Retry::FixedCount { max_attempts })
        }
        ("fixed_timeout", [timeout, delay]) => Ok(Retry::FixedTimeout {
            response_timeout: convert::milliseconds(*timeout, "retry_timeout_millis")?,
            delay: convert::milliseconds(*delay, "retry_delay_interval_millis")?,
        }),
        ("exponential_backoff", [initial, growth_factor, most]) => Ok(Retry::ExponentialBackoff {
            initial_delay: convert::milliseconds(*initial, "initial_delay_millis")?,
            growth_factor: *growth_factor,
            max_delay: convert::milliseconds(*most, "max_backoff_millis")?,
        }),
        ("custom", []) => Ok(Retry::Custom {
            response_timeout: None,
        }),
        ("custom", [timeout]) => Ok(Retry::Custom {
            response_timeout: Some(convert::milliseconds(*timeout, "retry_timeout_millis")?),
        }),
        _ => Err(Error::invalid_argument(format!(
            "there is no retry strategy {name:?} of {} numbers",
            numbers.len()
        ))),
    }
}

fn compression((format, level, decompress_automatically): &Compressing) -> Compression {
    Compression {
        format: if format == "zstd" {
            CompressionFormat::Zstd
        } else {
            CompressionFormat::Gzip
        },
        level: match level.as_str() {
            "fastest" => CompressionLevel::Fastest,
            "smallest_size" => CompressionLevel::SmallestSize,
            _ => CompressionLevel::Balanced,
        },
        decompress_automatically: *decompress_automatically,
    }
}

/// `python:momento-lambda:0.1.0` and `python 3.12.1`.
fn agent(py: Python<'_>) -> Agent {
    let version = py.version_info();
    Agent {
        name: concat!("python:momento-lambda:", env!("CARGO_PKG_VERSION")).to_owned(),
        runtime_version: format!(
            "python {}.{}.{}",
            version.major, version.minor, version.patch
        ),
    }
}
