//! What a call needs to be let in: a token and the addresses it is for.

use super::endpoint::Endpoints;
use super::key;
use secrecy::{ExposeSecret, SecretString};
use std::time::SystemTime;

/// A token with its addresses. The token is wiped from memory on drop and shows in no output.
///
/// ```
/// use momento_lambda_core::token::Credential;
/// let credential = Credential::local("127.0.0.1", 8080);
/// assert!(!format!("{credential:?}").contains("token: \""));
/// ```
#[derive(Clone, Debug)]
pub struct Credential {
    token: SecretString,
    endpoints: Endpoints,
    expires_at: Option<SystemTime>,
}

impl Credential {
    /// A token that goes to these addresses as it is.
    #[must_use]
    pub fn new(token: SecretString, endpoints: Endpoints) -> Self {
        let expires_at = key::expiry(token.expose_secret());
        Self {
            token,
            endpoints,
            expires_at,
        }
    }

    /// For a server on this machine that asks for no token.
    #[must_use]
    pub fn local(host: &str, port: u16) -> Self {
        Self::new(SecretString::from(""), Endpoints::local(host, port))
    }

    /// The addresses.
    #[must_use]
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The token as it goes over the wire. Keep it out of everything that can be printed.
    #[must_use]
    pub fn expose_token(&self) -> &str {
        self.token.expose_secret()
    }

    /// When the token ends, if it says so itself: the claim `exp` of a JWT.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// The same token for other addresses.
    #[must_use]
    pub fn with_endpoints(self, endpoints: Endpoints) -> Self {
        Self { endpoints, ..self }
    }
}

impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        self.endpoints == other.endpoints && self.expose_token() == other.expose_token()
    }
}

impl Eq for Credential {}
