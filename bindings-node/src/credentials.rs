//! Keys and addresses: read by the core, held by JavaScript's credential providers.
//!
//! The official providers have a `getAuthToken`, so JavaScript holds the token; the classes keep it
//! in private fields. Nothing here puts it into an error.
#![expect(
    clippy::needless_pass_by_value,
    reason = "N-API makes a String per argument"
)]

use crate::errors::NativeError;
use momento_lambda_core::token::{Credential, Endpoint, Endpoints, Key};
use momento_lambda_core::{Error, Result};
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use secrecy::{ExposeSecret, SecretString};

/// An address in the form of the official getters: the port stands there if it is not TLS's.
#[napi(object)]
pub struct NativeEndpoint {
    /// `host` or `host:port`.
    pub address: String,
    /// TLS, or plaintext.
    pub secure: bool,
}

/// The addresses of the services.
#[napi(object)]
pub struct NativeEndpoints {
    /// Data operations.
    pub cache: NativeEndpoint,
    /// Control operations.
    pub control: NativeEndpoint,
    /// Disposable tokens.
    pub token: NativeEndpoint,
}

/// A token and the addresses it is for.
#[napi(object, object_to_js = false)]
pub struct NativeCredential {
    /// The token; empty for a local server.
    pub token: String,
    /// The addresses.
    pub endpoints: NativeEndpoints,
}

/// A key, told apart.
#[napi(object, object_from_js = false)]
pub struct NativeKey {
    /// `v1`, `v2` or `legacy`.
    pub kind: &'static str,
    /// What goes over the wire.
    pub token: String,
    /// What the key itself says; a v2 key says nothing.
    pub endpoints: Option<NativeEndpoints>,
}

/// Reads a key of any format.
#[napi]
#[must_use]
pub fn parse_key(text: String) -> Either<NativeKey, NativeError> {
    let text = SecretString::from(text);
    match Key::parse(text.expose_secret(), "the API key") {
        Ok(Key::V1(credential)) => Either::A(key("v1", &credential)),
        Ok(Key::V2(token)) => Either::A(NativeKey {
            kind: "v2",
            token: token.expose_secret().to_owned(),
            endpoints: None,
        }),
        Ok(Key::Legacy(credential)) => {
            let mut key = key("legacy", &credential);
            // The official Node SDK asks the cache's own host for tokens, Python's one `token.`.
            if let Some(endpoints) = &mut key.endpoints {
                endpoints.token = written(&credential.endpoints().cache);
            }
            Either::A(key)
        }
        Err(error) => Either::B(NativeError::from(&error)),
    }
}

/// Reads an endpoint as a user writes it: a bare host gets a prefix per service, a URL with a port
/// is taken as it stands.
#[napi]
#[must_use]
pub fn parse_endpoint(text: String) -> Either<NativeEndpoints, NativeError> {
    match Endpoints::parse(&text, "the argument endpoint") {
        Ok(endpoints) => Either::A(all_written(&endpoints)),
        Err(error) => Either::B(NativeError::from(&error)),
    }
}

fn key(kind: &'static str, credential: &Credential) -> NativeKey {
    NativeKey {
        kind,
        token: credential.expose_token().to_owned(),
        endpoints: Some(all_written(credential.endpoints())),
    }
}

fn all_written(endpoints: &Endpoints) -> NativeEndpoints {
    NativeEndpoints {
        cache: written(&endpoints.cache),
        control: written(&endpoints.control),
        token: written(&endpoints.token),
    }
}

fn written(endpoint: &Endpoint) -> NativeEndpoint {
    let authority = endpoint.authority();
    let address = match authority.strip_suffix(":443") {
        Some(host) if endpoint.secure => host.to_owned(),
        _ => authority,
    };
    NativeEndpoint {
        address,
        secure: endpoint.secure,
    }
}

impl NativeCredential {
    /// The core's credential. Plaintext to another machine is refused unless there is no token to
    /// send: that is a local provider.
    pub fn read(self) -> Result<Credential> {
        let tokenless = self.token.is_empty();
        let endpoint = |given: &NativeEndpoint, which: &str| given.read(which, tokenless);
        let endpoints = Endpoints {
            cache: endpoint(&self.endpoints.cache, "the cache endpoint")?,
            control: endpoint(&self.endpoints.control, "the control endpoint")?,
            token: endpoint(&self.endpoints.token, "the token endpoint")?,
        };
        Ok(Credential::new(SecretString::from(self.token), endpoints))
    }
}

impl NativeEndpoint {
    fn read(&self, which: &str, tokenless: bool) -> Result<Endpoint> {
        let address = self.address.trim();
        let (host, port) = match address.rsplit_once(':') {
            // The last colon of a bare IPv6 address is part of it.
            Some((host, _)) if host.contains(':') && !host.ends_with(']') => (address, None),
            Some((host, port)) => (host, Some(port)),
            None => (address, None),
        };
        if tokenless && !self.secure {
            let port = port.unwrap_or("80").parse().ok().filter(|port| *port > 0);
            return match port {
                Some(port) if !host.is_empty() => {
                    Ok(Endpoints::local(host.trim_matches(['[', ']']), port).cache)
                }
                _ => Err(Error::invalid_argument(format!(
                    "{which} {address:?} is not a host and a port; write for example 127.0.0.1:8080"
                ))),
            };
        }
        let scheme = if self.secure { "https" } else { "http" };
        let port = port.unwrap_or(if self.secure { "443" } else { "80" });
        let host = if host.contains(':') && !host.starts_with('[') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        Ok(Endpoints::parse(&format!("{scheme}://{host}:{port}"), which)?.cache)
    }
}
