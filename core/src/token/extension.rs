//! The token through AWS's Parameters and Secrets Lambda Extension, a cache beside the function.
//!
//! It answers on this machine, often without asking AWS, and often not at all: while the function
//! initialises it says "not ready", under load it says 400, and a function may have been deployed
//! without its layer. So it gets a short time, and whatever it says instead of the token leads to
//! the API itself, within the same budget. A refusal is asked again there too: the API says it in a
//! form that can be explained. Of what it says only the status and AWS's own error codes are shown.

use super::Wanted;
use super::aws::{self, variable};
use super::endpoint::Endpoint;
use super::exchange::exchange;
use super::key::Fields;
use super::parameter_store::split_version;
use super::source::Store;
use crate::error::{Error, Result};
use crate::transport::{Protocol, dial, tls_settings};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body_util::Empty;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tokio::time::Instant;
use zeroize::{Zeroize, Zeroizing};

/// For one try, and as long it may say that it is not ready. What it has not cached it fetches from
/// AWS, which takes up to 300 ms; two such times leave most of 2 s to the API.
const PATIENCE: Duration = Duration::from_millis(300);
/// Of a smaller budget the extension gets this part for each of the two.
const SHARE: u32 = 4;
/// Between two tries while it is not ready: some ten tries, and little time lost once it is.
const PAUSE: Duration = Duration::from_millis(30);
const PORT_VARIABLE: &str = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";
const DEFAULT_PORT: u16 = 2773;
/// What may stand in a query as it is (RFC 3986, 2.3); the extension wants even slashes encoded.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The codes that a refusal may name. A fixed list, so that nothing else of a body is ever shown.
const CODES: [&str; 6] = [
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ParameterVersionNotFound",
    "ParameterNotFound",
    "ThrottlingException",
    "ValidationException",
];

/// Reads the text that a store holds under a name: from the extension, else from the store.
pub(super) async fn read(
    store: Store,
    name: &str,
    origin: &str,
    budget: Duration,
) -> Result<Zeroizing<String>> {
    let begun = Instant::now();
    let reason = match ask_once(store, name, origin, budget).await? {
        Ok(value) => return Ok(value),
        Err(reason) => reason,
    };
    let left = budget.saturating_sub(begun.elapsed());
    aws::read(store, name, Wanted::Current, origin, left)
        .await
        .map_err(|error| {
            Error::new(
                error.code(),
                format!(
                    "{} (the Lambda extension was asked first: {reason})",
                    error.details()
                ),
            )
        })
}

/// The value, or why there is none; an error where not even asking makes sense.
pub(crate) async fn ask_once(
    store: Store,
    name: &str,
    origin: &str,
    budget: Duration,
) -> Result<Result<Zeroizing<String>, String>> {
    let endpoint = endpoint(variable, origin)?;
    Ok(ask(&endpoint, store, name, PATIENCE.min(budget / SHARE)).await)
}

async fn ask(
    endpoint: &Endpoint,
    store: Store,
    name: &str,
    patience: Duration,
) -> Result<Zeroizing<String>, String> {
    let token =
        variable("AWS_SESSION_TOKEN").ok_or("it wants AWS_SESSION_TOKEN, which is unset")?;
    let mut token = HeaderValue::try_from(token)
        .map_err(|_| "AWS_SESSION_TOKEN holds characters that can't be sent")?;
    token.set_sensitive(true);
    let path = path(store, name);
    let ready_by = Instant::now() + patience;
    loop {
        let request = Request::get(&path)
            .header("x-aws-parameters-secrets-token", &token)
            .body(Empty::<Bytes>::new())
            .map_err(|error| error.to_string())?;
        let (stream, _) = dial(endpoint, patience, || tls_settings(Protocol::Http1, None))
            .await
            .map_err(|error| format!("{}; has the function its layer?", error.details()))?;
        let reply = exchange(stream, endpoint, request, patience)
            .await
            .map_err(|error| error.details().to_owned())?;
        if !is_not_ready(&reply) {
            return value(store, reply);
        }
        if Instant::now() >= ready_by {
            return Err(format!(
                "{endpoint} was not ready within {} ms",
                patience.as_millis()
            ));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn endpoint(variable: impl Fn(&str) -> Option<String>, origin: &str) -> Result<Endpoint> {
    let port = match variable(PORT_VARIABLE) {
        None => DEFAULT_PORT,
        Some(text) => match text.trim().parse() {
            Ok(port) if port > 0 => port,
            _ => {
                return Err(Error::invalid_argument(format!(
                    "{origin}: {PORT_VARIABLE} is not a port; set it to a number from 1 to 65535, or unset it for {DEFAULT_PORT}"
                )));
            }
        },
    };
    Ok(Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        secure: false,
    })
}

fn path(store: Store, name: &str) -> String {
    let encoded = |text| utf8_percent_encode(text, ENCODED);
    match store {
        Store::SecretsManager => format!(
            "/secretsmanager/get?secretId={}&versionStage=AWSCURRENT",
            encoded(name)
        ),
        Store::ParameterStore => {
            let (name, version) = split_version(name);
            let version = version.map_or_else(String::new, |version| {
                // A label can't begin with a digit.
                let number = version.bytes().all(|byte| byte.is_ascii_digit());
                let kind = if number { "version" } else { "label" };
                format!("&{kind}={}", encoded(version))
            });
            format!(
                "/systemsmanager/parameters/get?name={}&withDecryption=true{version}",
                encoded(name)
            )
        }
    }
}

fn is_not_ready(reply: &Response<Bytes>) -> bool {
    reply.status() == StatusCode::BAD_REQUEST && holds(reply.body(), "not ready to serve traffic")
}

fn value(store: Store, reply: Response<Bytes>) -> Result<Zeroizing<String>, String> {
    let status = reply.status();
    if status != StatusCode::OK {
        let code = CODES.iter().find(|code| holds(reply.body(), code));
        let code = code.map_or_else(String::new, |code| format!(" {code}"));
        return Err(format!("it answered HTTP {}{code}", status.as_u16()));
    }
    let body = reply.into_body();
    let value = Fields::read(&body).and_then(|mut fields| match store {
        Store::SecretsManager => fields.take("SecretString"),
        Store::ParameterStore => {
            let mut parameter = fields.take_object("Parameter")?;
            // What is no single text is the API's to refuse.
            match parameter.take("Type").as_ref().map(|kind| kind.as_str()) {
                None | Some("SecureString" | "String") => parameter.take("Value"),
                Some(_) => None,
            }
        }
    });
    // Nobody else holds it any more: the connection is closed.
    if let Ok(mut body) = body.try_into_mut() {
        body.as_mut().zeroize();
    }
    value.ok_or_else(|| "its answer holds no text that could be the token".to_owned())
}

fn holds(body: &[u8], text: &str) -> bool {
    body.windows(text.len())
        .any(|window| window == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    #[test]
    fn the_paths_are_those_of_the_extension() {
        for (store, name, expected) in [
            (
                Store::SecretsManager,
                "arn:aws:secretsmanager:eu-west-1:1:secret:a/b-AbCdEf",
                "/secretsmanager/get?secretId=arn%3Aaws%3Asecretsmanager%3Aeu-west-1%3A1%3Asecret%3Aa%2Fb-AbCdEf&versionStage=AWSCURRENT",
            ),
            (
                Store::ParameterStore,
                "/a/b",
                "/systemsmanager/parameters/get?name=%2Fa%2Fb&withDecryption=true",
            ),
            (
                Store::ParameterStore,
                "/a:3",
                "/systemsmanager/parameters/get?name=%2Fa&withDecryption=true&version=3",
            ),
            (
                Store::ParameterStore,
                "/a:live",
                "/systemsmanager/parameters/get?name=%2Fa&withDecryption=true&label=live",
            ),
        ] {
            assert_eq!(path(store, name), expected);
        }
    }

    #[test]
    fn the_port_is_a_port() {
        let port = |text: &str| {
            endpoint(
                |name| (name == PORT_VARIABLE).then(|| text.to_owned()),
                "the source",
            )
        };
        assert_eq!(port("4000").ok().map(|endpoint| endpoint.port), Some(4000));
        assert_eq!(
            endpoint(|_| None, "o").ok().map(|endpoint| endpoint.port),
            Some(DEFAULT_PORT)
        );
        for text in ["0", "65536", "a"] {
            let error = port(text).expect_err(text);
            assert!(error.details().contains(PORT_VARIABLE), "{error}");
            assert!(error.details().contains("the source"), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_name_stays_one_argument(name in "\\PC{1,60}") {
            let path = path(Store::SecretsManager, &name);
            prop_assert!(path.parse::<http::Uri>().is_ok(), "{path}");
            let argument = path.split(['?', '&']).nth(1).and_then(|argument| argument.strip_prefix("secretId="));
            let decoded = percent_decode_str(argument.unwrap_or_default()).decode_utf8();
            prop_assert_eq!(decoded.expect("UTF-8"), name);
        }
    }
}
