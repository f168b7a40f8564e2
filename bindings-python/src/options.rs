//! From the Python `Configuration` to the core's, and what the presets say.
//!
//! Figures live in the core; the Python classes ask for them here and bring back what a user
//! changed, on top of the preset they started from, so that nothing gets lost on the way.

use crate::convert;
use crate::errors::raised;
use momento_lambda_core::{Agent, ClientOptions, Configuration, Error, Result};
use pyo3::intern;
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

/// Preset, deadline, largest message in bytes, file of root certificates.
type Settings<'py> = (String, Bound<'py, PyAny>, usize, Option<PathBuf>);

/// Reads `Configuration._for_native()`.
fn configuration(given: &Bound<'_, PyAny>) -> Result<Configuration> {
    let settings = given
        .call_method0(intern!(given.py(), "_for_native"))
        .map_err(|_| Error::invalid_argument("configuration must be a Configuration"))?;
    let (preset, deadline, max_message_bytes, root_certificates): Settings<'_> =
        settings.extract().map_err(|error: PyErr| {
            Error::invalid_argument(format!("configuration can't be used: {error}"))
        })?;
    let configuration = named(&preset)?
        .with_deadline(convert::duration(&deadline, "request timeout")?)
        .with_max_message_bytes(max_message_bytes);
    Ok(match root_certificates {
        Some(path) => configuration.with_root_certificates(path),
        None => configuration,
    })
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
