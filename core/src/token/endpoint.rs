//! Where the service is: from the text a user gives to three addresses.
//!
//! Momento's own rule is a bare host name with a prefix per service (`cache.`, `control.`,
//! `token.`) and TLS on 443. Tests and local servers need one exact address instead, and people
//! paste URLs. So: `HOST` and `https://HOST` get the prefixes, `HOST:PORT` too; a URL that names
//! its port, or is `http://`, is taken as it stands for all three. Plaintext would send the token
//! in the clear, so it is refused unless the host is this machine or a local provider asked.

use crate::error::{Error, Result};
use std::fmt;
use std::net::IpAddr;

/// One address: host, port and whether TLS is spoken there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// A DNS name or an IP address, an IPv6 one without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// TLS, or plaintext.
    pub secure: bool,
}

impl Endpoint {
    /// The host as it stands in a URI: an IPv6 address in brackets.
    #[must_use]
    pub fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

/// The addresses of Momento's services.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoints {
    /// Data operations.
    pub cache: Endpoint,
    /// Control operations.
    pub control: Endpoint,
    /// Disposable tokens.
    pub token: Endpoint,
}

impl Endpoints {
    /// Reads what a user wrote. `origin` names where it stood, for the error; the text itself is
    /// left out of it, since it may be a key that was put in the wrong field.
    ///
    /// ```
    /// use momento_lambda_core::token::Endpoints;
    /// let cell = Endpoints::parse("cell-1.prod.a.momentohq.com", "MOMENTO_ENDPOINT")?;
    /// assert_eq!(cell.cache.to_string(), "https://cache.cell-1.prod.a.momentohq.com:443");
    /// let here = Endpoints::parse("http://127.0.0.1:8080", "MOMENTO_ENDPOINT")?;
    /// assert_eq!(here.control.to_string(), "http://127.0.0.1:8080");
    /// assert!(Endpoints::parse("http://example.com", "MOMENTO_ENDPOINT").is_err());
    /// # Ok::<(), momento_lambda_core::Error>(())
    /// ```
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        let written = text.trim();
        let malformed = |what: &str| {
            Error::invalid_argument(format!(
                "endpoint from {origin} {what}; write HOST, https://HOST:PORT or, on this machine, http://127.0.0.1:PORT"
            ))
        };
        let (scheme, rest) = match written.split_once("://") {
            None => (None, written),
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        };
        let secure = match scheme.as_deref() {
            None | Some("https") => true,
            Some("http") => false,
            Some(_) => return Err(malformed("has a scheme that is neither https nor http")),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.is_empty() {
            return Err(malformed("names no host"));
        }
        if authority.contains(['/', '?', '#', '@']) || authority.contains(char::is_whitespace) {
            return Err(malformed("is more than a host and a port"));
        }
        let parsed: http::uri::Authority = authority
            .parse()
            .map_err(|_| malformed("is not a host name"))?;
        let port = match authority.strip_prefix(parsed.host()) {
            None | Some("") => None,
            Some(rest) => match rest.strip_prefix(':').and_then(|port| port.parse().ok()) {
                None | Some(0) => return Err(malformed("has no usable port")),
                port => port,
            },
        };
        let host = parsed.host().trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(malformed("names no host"));
        }
        // A key in the place of the endpoint must not be looked up, and shown, as a host. Keys are
        // base64 of JSON, which starts like this; the limits are DNS's own.
        if host.starts_with("eyJ") {
            return Err(malformed("looks like an API key"));
        }
        if host.len() > 253 || host.split('.').any(|label| label.len() > 63) {
            return Err(malformed("is longer than a host name can be"));
        }

        if !secure {
            if !is_loopback(host) {
                return Err(malformed(
                    "is plaintext to another machine, which would send the token in the clear",
                ));
            }
            return Ok(Self::same(&Endpoint {
                host: host.to_owned(),
                port: port.unwrap_or(80),
                secure,
            }));
        }
        if scheme.is_some() && port.is_some() {
            return Ok(Self::same(&Endpoint {
                host: host.to_owned(),
                port: port.unwrap_or(443),
                secure,
            }));
        }
        Ok(Self::prefixed(host, port.unwrap_or(443)))
    }

    /// Plaintext to one address for everything: what a local provider asks for.
    #[must_use]
    pub fn local(host: &str, port: u16) -> Self {
        Self::same(&Endpoint {
            host: host.to_owned(),
            port,
            secure: false,
        })
    }

    pub(crate) fn prefixed(host: &str, port: u16) -> Self {
        let service = |prefix: &str| Endpoint {
            host: format!("{prefix}.{host}"),
            port,
            secure: true,
        };
        Self {
            cache: service("cache"),
            control: service("control"),
            token: service("token"),
        }
    }

    fn same(endpoint: &Endpoint) -> Self {
        Self {
            cache: endpoint.clone(),
            control: endpoint.clone(),
            token: endpoint.clone(),
        }
    }
}

/// Whether a host can only be this machine. A name is looked up nowhere: only `localhost` counts.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(text: &str) -> Result<String> {
        Endpoints::parse(text, "the test").map(|endpoints| endpoints.cache.to_string())
    }

    #[test]
    fn hosts_get_the_service_prefix_and_addresses_do_not() {
        let cases = [
            ("cell.example.com", "https://cache.cell.example.com:443"),
            (
                " https://cell.example.com/ ",
                "https://cache.cell.example.com:443",
            ),
            (
                "cell.example.com:8443",
                "https://cache.cell.example.com:8443",
            ),
            (
                "https://cell.example.com:8443",
                "https://cell.example.com:8443",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("HTTP://localhost:8080", "http://localhost:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("https://[2001:db8::1]:443", "https://[2001:db8::1]:443"),
        ];
        for (text, expected) in cases {
            assert_eq!(cache(text).as_deref().ok(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_by_name() {
        for (text, part) in [
            ("", "names no host"),
            ("https://", "names no host"),
            ("ftp://example.com", "scheme"),
            ("http://example.com:80", "in the clear"),
            ("http://127.0.0.1.example.com", "in the clear"),
            ("https://user:pass@example.com", "more than a host"),
            ("example.com/path", "more than a host"),
            ("exa mple.com", "more than a host"),
            ("https://example.com:0", "no usable port"),
            ("https://example.com:99999", "no usable port"),
            ("https://example.com:", "no usable port"),
            (
                "eyJhbGciOiJub25lIn0.eyJ0IjoiZyJ9.c2ln",
                "looks like an API key",
            ),
            (&"a".repeat(64), "longer than a host name"),
            (&"a.".repeat(127), "longer than a host name"),
        ] {
            let error = cache(text).expect_err(text);
            assert!(error.details().contains(part), "{text}: {error}");
            assert!(error.details().contains("the test"), "{text}: {error}");
        }
    }
}
