//! The token: where it comes from, what it looks like, how it is kept.
//!
//! A [`TokenSource`] names a store; [`look_up`] reads it and makes a [`Credential`], a token with
//! the addresses it is for. Texts that hold a key are wiped when they are let go, as far as this
//! library holds them: copies inside the AWS SDK and in the headers of requests in flight are not.

mod aws;
mod aws_connector;
mod aws_error;
mod credential;
mod document;
mod endpoint;
mod exchange;
mod extension;
mod key;
mod parameter_store;
mod secrets_manager;
mod source;

pub use credential::Credential;
pub use document::EndpointChoice;
pub use endpoint::{Endpoint, Endpoints, is_loopback};
pub use key::Key;
pub use source::{Place, Store, TokenSource};

use crate::error::{Error, Result};
use std::fs::File;
use std::io::Read;
use std::time::Duration;
use zeroize::Zeroizing;

/// Which of a source's values is wanted, and from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The current one.
    Current,
    /// The current one, and not from a cache beside the function: Momento has just refused what that
    /// may still hold, for up to 300 s.
    Uncached,
    /// The one before the current one.
    Previous,
}

/// Reads the token from its source, all tries within `budget`.
///
/// # Errors
/// Names the source, what was wrong and what to do; never the value.
pub async fn look_up(
    source: &TokenSource,
    choice: &EndpointChoice,
    budget: Duration,
) -> Result<Credential> {
    look_up_the(Wanted::Current, source, choice, budget).await
}

/// The same for any of a source's values. Only a source that [keeps one](TokenSource::keeps_previous)
/// has a previous one; for others it is the current one.
pub(crate) async fn look_up_the(
    wanted: Wanted,
    source: &TokenSource,
    choice: &EndpointChoice,
    budget: Duration,
) -> Result<Credential> {
    let origin = source.to_string();
    let value = match &source.place {
        Place::Extension(store, name) if wanted == Wanted::Current => {
            extension::read(*store, name, &origin, budget).await?
        }
        Place::Aws(store, name) | Place::Extension(store, name) => {
            aws::read(*store, name, wanted, &origin, budget).await?
        }
        Place::Environment(name) => environment(name, &origin)?,
        Place::File(path) => file(path, &origin)?,
    };
    document::read(&value, source.field.as_deref(), choice, &origin)
}

/// The parts of a look-up, for the doctor, who takes one after the other.
pub(crate) mod steps {
    pub(crate) use super::aws::{check_credentials, read as read_store, region};
    pub(crate) use super::aws_error::is_denied_by_key;
    pub(crate) use super::document::describe;
    pub(crate) use super::extension::ask_once as ask_extension;
    pub(crate) use super::{environment as read_variable, file as read_file};
}

pub(crate) fn environment(name: &str, origin: &str) -> Result<Zeroizing<String>> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(Zeroizing::new(value)),
        Ok(_) | Err(std::env::VarError::NotPresent) => Err(Error::invalid_argument(format!(
            "{origin}: missing required environment variable {name}"
        ))),
        Err(std::env::VarError::NotUnicode(_)) => Err(Error::invalid_argument(format!(
            "{origin}: the environment variable is not UTF-8; a Momento API key is plain ASCII"
        ))),
    }
}

/// No key is longer than a secret can be.
const MAX_FILE_BYTES: u64 = 64 * 1024;

pub(crate) fn file(path: &std::path::Path, origin: &str) -> Result<Zeroizing<String>> {
    let unusable = |what: String| {
        Error::invalid_argument(format!(
            "{origin}: {what}; the file must hold the API key or a JSON object with it"
        ))
    };
    let file = File::open(path).map_err(|error| unusable(error.to_string()))?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unusable(error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(unusable(format!(
            "it is longer than {MAX_FILE_BYTES} bytes"
        )));
    }
    std::str::from_utf8(&bytes)
        .map(|text| Zeroizing::new(text.to_owned()))
        .map_err(|_| unusable("it is not UTF-8".to_owned()))
}
