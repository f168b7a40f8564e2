//! From the Python `CredentialProvider` to the core's credential, and the reading of keys.
//!
//! The official provider holds three host names and one port, and speaks TLS exactly on port 443.
//! Addresses beyond that (TLS on another port) stand in it as URLs. A key gets in here and into
//! nothing else: no error, no debug output.

use crate::errors::raised;
use crate::once::intern;
use momento_lambda_core::token::{Credential, Endpoint, Endpoints, Key};
use momento_lambda_core::{Error, Result};
use pyo3::prelude::*;
use secrecy::SecretString;

const TLS_PORT: u16 = 443;

/// Control, cache and token endpoint and the port, as `CredentialProvider` holds them.
type Addresses = (String, String, String, u16);

fn addresses(endpoints: &Endpoints) -> Addresses {
    let Endpoints {
        cache,
        control,
        token,
    } = endpoints;
    let plain = |endpoint: &Endpoint| {
        endpoint.port == cache.port && endpoint.secure == (endpoint.port == TLS_PORT)
    };
    let text: fn(&Endpoint) -> String = if [cache, control, token].into_iter().all(plain) {
        |endpoint| endpoint.host.clone()
    } else {
        ToString::to_string
    };
    (text(control), text(cache), text(token), cache.port)
}

/// The addresses of the endpoint that goes with a v2 key.
#[pyfunction]
pub(crate) fn check_endpoint(py: Python<'_>, endpoint: &str, origin: &str) -> PyResult<Addresses> {
    Endpoints::parse(endpoint, origin)
        .map(|endpoints| addresses(&endpoints))
        .map_err(|error| raised(py, &error))
}

/// Whether a text is a v2 API key.
#[pyfunction]
pub(crate) fn is_v2_api_key(api_key: &str) -> bool {
    Key::is_v2(api_key)
}

/// The token in a v1 key, a disposable token or a legacy key, and its addresses.
#[pyfunction]
pub(crate) fn read_api_key(
    py: Python<'_>,
    api_key: &str,
    origin: &str,
) -> PyResult<(String, Addresses)> {
    Key::parse(api_key, origin)
        .and_then(|key| key.into_credential(None, origin))
        .map(|credential| {
            (
                credential.expose_token().to_owned(),
                addresses(credential.endpoints()),
            )
        })
        .map_err(|error| {
            let details = format!("Invalid Auth token. In {}", error.details());
            raised(py, &Error::invalid_argument(details))
        })
}

/// Reads a `CredentialProvider`, whatever has been assigned to its attributes.
pub(crate) fn credential(provider: &Bound<'_, PyAny>) -> Result<Credential> {
    let py = provider.py();
    let read = || -> PyResult<(String, String, String, String, u16, bool)> {
        Ok((
            provider.getattr(intern!(py, "auth_token"))?.extract()?,
            provider
                .getattr(intern!(py, "control_endpoint"))?
                .extract()?,
            provider.getattr(intern!(py, "cache_endpoint"))?.extract()?,
            provider.getattr(intern!(py, "token_endpoint"))?.extract()?,
            provider.getattr(intern!(py, "port"))?.extract()?,
            provider.getattr(intern!(py, "_is_local"))?.extract()?,
        ))
    };
    // The failure may quote what was assigned, and that may be the token.
    let Ok((auth_token, control, cache, token, port, is_local)) = read() else {
        return Err(Error::invalid_argument(
            "credential_provider must be a CredentialProvider whose endpoints and token are strings and whose port is a number",
        ));
    };
    let endpoints = Endpoints {
        control: endpoint(&control, "control_endpoint", port, is_local)?,
        cache: endpoint(&cache, "cache_endpoint", port, is_local)?,
        token: endpoint(&token, "token_endpoint", port, is_local)?,
    };
    Ok(Credential::new(SecretString::from(auth_token), endpoints))
}

/// One attribute: a host that goes with the provider's port, or a URL.
fn endpoint(text: &str, attribute: &str, port: u16, is_local: bool) -> Result<Endpoint> {
    let origin = format!("the credential provider's {attribute}");
    let url = match text.split_once("://") {
        Some((scheme, rest)) if names_its_port(rest) => format!("{scheme}://{rest}"),
        Some(("http", rest)) => format!("http://{rest}:80"),
        Some((scheme, rest)) => format!("{scheme}://{rest}:{TLS_PORT}"),
        None => {
            let plaintext = port != TLS_PORT && !is_local;
            let scheme = if plaintext { "http" } else { "https" };
            // An IPv6 address is the only host with colons; a host may also bring its own port.
            match text.matches(':').count() {
                0 => format!("{scheme}://{text}:{port}"),
                1 => format!("{scheme}://{text}"),
                _ => format!("{scheme}://[{text}]:{port}"),
            }
        }
    };
    let endpoint = Endpoints::parse(&url, &origin)?.cache;
    // Only a local provider may speak plaintext to another machine, a container beside this one.
    Ok(Endpoint {
        secure: endpoint.secure && !is_local,
        ..endpoint
    })
}

fn names_its_port(authority: &str) -> bool {
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    port.is_some_and(|port| port.parse::<u16>().is_ok())
}
