//! What Secrets Manager and Parameter Store have in common: where, as whom and how often to ask.
//!
//! Tries are short (1 s to connect, 1 s to answer) and repeated by the SDK's standard rules inside
//! one budget, which stays below Lambda's default time-out of 3 s, so that a user sees the reason
//! and not "Task timed out". What the services do not share is a [`Service`]; what their failures
//! mean is in `aws_error.rs`.

use super::aws_connector::{AwsConnector, TRY_TIMEOUT};
use super::aws_error::{is_stale, root_cause};
use super::source::Store;
use super::{Wanted, parameter_store, secrets_manager};
use crate::clock::Moment;
use crate::error::{Error, ErrorCode, Result};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use std::time::Duration;
use zeroize::Zeroizing;

/// Between tries, doubled and spread by the SDK. Its own first pause, 1 s, would eat the budget.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A service that holds tokens.
#[derive(Debug)]
pub(super) struct Service {
    /// Its name in errors.
    pub(super) name: &'static str,
    /// What it calls the thing that holds the token.
    pub(super) item: &'static str,
    /// Its name in the host name and in an ARN.
    pub(super) host: &'static str,
    /// An ARN as the user should write it.
    pub(super) arn: &'static str,
    /// The variable that points AWS's SDKs to another endpoint of this service.
    pub(super) endpoint_variable: &'static str,
    /// The IAM action of a look-up.
    pub(super) action: &'static str,
    /// The resource of the statement that allows the look-up of a name in a region.
    pub(super) resource: fn(name: &str, region: &str) -> String,
}

/// One look-up.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) service: &'static Service,
    /// A name or an ARN.
    pub(super) name: &'a str,
    pub(super) region: String,
    pub(super) wanted: Wanted,
    /// The source as the user wrote it.
    pub(super) origin: &'a str,
    pub(super) budget: Duration,
}

/// Beyond its budget a look-up takes only what a busy machine adds, or was frozen meanwhile.
const BUSY: Duration = Duration::from_millis(250);

/// Reads the text that a store holds under a name, all tries within `budget`.
pub(crate) async fn read(
    store: Store,
    name: &str,
    wanted: Wanted,
    origin: &str,
    budget: Duration,
) -> Result<Zeroizing<String>> {
    let ask = || read_once(store, name, wanted, origin, budget);
    again_after_a_freeze(budget, ask).await
}

/// A look-up that was caught by a freeze fails for no fault of the store's: its time is over, its
/// connection dead, its signature expired. It is made once more, signed anew.
async fn again_after_a_freeze<T, F: Future<Output = Result<T>>>(
    budget: Duration,
    look_up: impl Fn() -> F,
) -> Result<T> {
    let begun = Moment::now();
    match look_up().await {
        Err(error) if is_stale(&error) || begun.age() > budget + BUSY => look_up().await,
        outcome => outcome,
    }
}

async fn read_once(
    store: Store,
    name: &str,
    wanted: Wanted,
    origin: &str,
    budget: Duration,
) -> Result<Zeroizing<String>> {
    let question = Question {
        service: service(store),
        name,
        region: region(store, name, variable, origin)?.0,
        wanted,
        origin,
        budget,
    };
    let answer = async {
        match store {
            Store::SecretsManager => secrets_manager::read(&question).await,
            Store::ParameterStore => parameter_store::read(&question).await,
        }
    };
    // The SDK bounds its tries, but not what comes before them, such as the credentials.
    tokio::time::timeout(budget, answer)
        .await
        .unwrap_or_else(|_| {
            Err(Error::new(
                ErrorCode::Timeout,
                format!(
                    "{origin}: the look-up took longer than {} ms",
                    budget.as_millis()
                ),
            ))
        })
}

impl Question<'_> {
    /// What the service's SDK is to be made from.
    pub(super) fn configuration(&self) -> Result<SdkConfig> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(TRY_TIMEOUT)
            .read_timeout(TRY_TIMEOUT)
            .operation_timeout(self.budget)
            .build();
        let mut builder = SdkConfig::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.region.clone()))
            .credentials_provider(credentials(self.origin)?.0)
            .http_client(AwsConnector)
            .sleep_impl(TokioSleep::new())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_initial_backoff(FIRST_PAUSE))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        builder.set_endpoint_url(endpoint(self.service, variable));
        Ok(builder.build())
    }
}

fn service(store: Store) -> &'static Service {
    match store {
        Store::SecretsManager => &secrets_manager::SERVICE,
        Store::ParameterStore => &parameter_store::SERVICE,
    }
}

/// A variable of the environment; an empty one counts as unset.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The variables by which AWS's SDKs are pointed at another endpoint, the specific one first.
fn endpoint(service: &Service, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return None;
    }
    variable(service.endpoint_variable).or_else(|| variable("AWS_ENDPOINT_URL"))
}

/// The region and what named it: an ARN says where to ask, a name does not.
pub(crate) fn region(
    store: Store,
    name: &str,
    variable: impl Fn(&str) -> Option<String>,
    origin: &str,
) -> Result<(String, &'static str)> {
    let service = service(store);
    if name.starts_with("arn:") {
        return match name.split(':').nth(3) {
            Some(region) if !region.is_empty() => Ok((region.to_owned(), "the ARN")),
            _ => Err(Error::invalid_argument(format!(
                "{origin}: the ARN names no region; write {}",
                service.arn
            ))),
        };
    }
    ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(|named_by| Some((variable(named_by)?, named_by)))
        .ok_or_else(|| {
            Error::invalid_argument(format!(
                "{origin}: no AWS region; set AWS_REGION (Lambda does), or name the {} by its ARN",
                service.item
            ))
        })
}

/// The variables that lead to credentials, the first that is set counts. Lambda sets the key itself,
/// or, under `SnapStart`, the container's address to get one from.
const CREDENTIALS: [&str; 3] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];

/// Gets the credentials and lets them go again; says which variable led to them.
pub(crate) async fn check_credentials(origin: &str) -> Result<&'static str> {
    let (provider, named_by) = credentials(origin)?;
    match provider.provide_credentials().await {
        Ok(_) => Ok(named_by),
        Err(error) => Err(Error::new(
            ErrorCode::Authentication,
            format!(
                "{origin}: {named_by} led to no AWS credentials: {}",
                root_cause(&error)
            ),
        )),
    }
}

fn credentials(origin: &str) -> Result<(SharedCredentialsProvider, &'static str)> {
    let set = CREDENTIALS
        .into_iter()
        .find(|name| variable(name).is_some());
    if let Some(name @ "AWS_ACCESS_KEY_ID") = set {
        let provider = EnvironmentVariableCredentialsProvider::new();
        return Ok((SharedCredentialsProvider::new(provider), name));
    }
    if let Some(name) = set {
        let settings = ProviderConfig::empty()
            .with_http_client(AwsConnector)
            .with_sleep_impl(TokioSleep::new());
        let provider = EcsCredentialsProvider::builder()
            .configure(&settings)
            .connect_timeout(TRY_TIMEOUT)
            .read_timeout(TRY_TIMEOUT)
            .build();
        return Ok((SharedCredentialsProvider::new(provider), name));
    }
    Err(Error::new(
        ErrorCode::Authentication,
        format!(
            "{origin}: no AWS credentials; Lambda sets AWS_ACCESS_KEY_ID or AWS_CONTAINER_CREDENTIALS_FULL_URI, elsewhere set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    const SERVICES: [&Service; 2] = [&secrets_manager::SERVICE, &parameter_store::SERVICE];
    const STORES: [Store; 2] = [Store::SecretsManager, Store::ParameterStore];

    #[tokio::test]
    async fn what_a_freeze_caught_is_asked_once_more_and_nothing_else_is() {
        let budget = Duration::from_secs(2);
        for (freeze, asked_twice) in [
            (Duration::ZERO, false),
            (budget, false),
            (Duration::from_hours(1), true),
        ] {
            let asked = Cell::new(0);
            let look_up = || async {
                asked.set(asked.get() + 1);
                crate::clock::tests::wall_clock_moves_on(freeze);
                Err::<(), _>(Error::new(ErrorCode::Timeout, "silence"))
            };
            again_after_a_freeze(budget, look_up)
                .await
                .expect_err("silence");
            assert_eq!(asked.get() == 2, asked_twice, "{freeze:?}");
        }
    }

    #[test]
    fn the_region_comes_from_the_arn_before_the_environment() {
        let variable = |name: &str| (name == "AWS_REGION").then(|| "us-east-1".to_owned());
        for (store, arn) in STORES.into_iter().zip([
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/a:3",
        ]) {
            let region = |name: &str| region(store, name, variable, "o").ok();
            assert_eq!(region(arn), Some(("eu-west-1".to_owned(), "the ARN")));
            assert_eq!(region("a"), Some(("us-east-1".to_owned(), "AWS_REGION")));
            assert_eq!(region("arn:aws:x::1:a"), None);
            let default =
                |name: &str| (name == "AWS_DEFAULT_REGION").then(|| "eu-north-1".to_owned());
            let found = super::region(store, "a", default, "o").ok();
            assert_eq!(found, Some(("eu-north-1".to_owned(), "AWS_DEFAULT_REGION")));
            let error = super::region(store, "a", |_| None, "o").expect_err("no region");
            assert!(error.details().contains("AWS_REGION"), "{error}");
        }
    }

    #[test]
    fn a_configured_endpoint_is_honoured_unless_switched_off() {
        for service in SERVICES {
            let all = |name: &str| match name {
                "AWS_ENDPOINT_URL" => Some("http://general".to_owned()),
                name if name == service.endpoint_variable => Some("http://specific".to_owned()),
                _ => None,
            };
            assert_eq!(endpoint(service, all).as_deref(), Some("http://specific"));
            let general = |name: &str| all(name).filter(|_| name == "AWS_ENDPOINT_URL");
            assert_eq!(
                endpoint(service, general).as_deref(),
                Some("http://general")
            );
            let off = |name: &str| match name {
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("TRUE".to_owned()),
                other => all(other),
            };
            assert_eq!(endpoint(service, off), None);
        }
    }
}
