//! What Secrets Manager and Parameter Store have in common: where, as whom and how often to ask.
//!
//! Tries are short (1 s to connect, 1 s to answer) and repeated by the SDK's standard rules inside
//! one budget, which stays below Lambda's default time-out of 3 s, so that a user sees the reason
//! and not "Task timed out". What the services do not share is a [`Service`]; what their failures
//! mean is in `aws_error.rs`.

use super::aws_connector::{AwsConnector, TRY_TIMEOUT};
use super::source::Store;
use super::{parameter_store, secrets_manager};
use crate::error::{Error, ErrorCode, Result};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
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
    /// The source as the user wrote it.
    pub(super) origin: &'a str,
    pub(super) budget: Duration,
}

/// Reads the text that a store holds under a name, all tries within `budget`.
pub(super) async fn read(
    store: Store,
    name: &str,
    origin: &str,
    budget: Duration,
) -> Result<Zeroizing<String>> {
    let service = match store {
        Store::SecretsManager => &secrets_manager::SERVICE,
        Store::ParameterStore => &parameter_store::SERVICE,
    };
    let question = Question {
        service,
        name,
        region: region(service, name, variable, origin)?,
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
            .credentials_provider(credentials(self.origin)?)
            .http_client(AwsConnector)
            .sleep_impl(TokioSleep::new())
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_initial_backoff(FIRST_PAUSE))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        builder.set_endpoint_url(endpoint(self.service, variable));
        Ok(builder.build())
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

/// An ARN says where to ask; a name does not.
fn region(
    service: &Service,
    name: &str,
    variable: impl Fn(&str) -> Option<String>,
    origin: &str,
) -> Result<String> {
    if name.starts_with("arn:") {
        return match name.split(':').nth(3) {
            Some(region) if !region.is_empty() => Ok(region.to_owned()),
            _ => Err(Error::invalid_argument(format!(
                "{origin}: the ARN names no region; write {}",
                service.arn
            ))),
        };
    }
    variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .ok_or_else(|| {
            Error::invalid_argument(format!(
                "{origin}: no AWS region; set AWS_REGION (Lambda does), or name the {} by its ARN",
                service.item
            ))
        })
}

/// Lambda's credentials: in variables, or, under `SnapStart`, from the container's address.
fn credentials(origin: &str) -> Result<SharedCredentialsProvider> {
    if variable("AWS_ACCESS_KEY_ID").is_some() {
        return Ok(SharedCredentialsProvider::new(
            EnvironmentVariableCredentialsProvider::new(),
        ));
    }
    if variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").is_some()
        || variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").is_some()
    {
        let settings = ProviderConfig::empty()
            .with_http_client(AwsConnector)
            .with_sleep_impl(TokioSleep::new());
        let provider = EcsCredentialsProvider::builder()
            .configure(&settings)
            .connect_timeout(TRY_TIMEOUT)
            .read_timeout(TRY_TIMEOUT)
            .build();
        return Ok(SharedCredentialsProvider::new(provider));
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

    const SERVICES: [&Service; 2] = [&secrets_manager::SERVICE, &parameter_store::SERVICE];

    #[test]
    fn the_region_comes_from_the_arn_before_the_environment() {
        let variable = |name: &str| (name == "AWS_REGION").then(|| "us-east-1".to_owned());
        for (service, arn) in SERVICES.into_iter().zip([
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf",
            "arn:aws:ssm:eu-west-1:123456789012:parameter/a:3",
        ]) {
            let region = |name: &str| region(service, name, variable, "o").ok();
            assert_eq!(region(arn).as_deref(), Some("eu-west-1"));
            assert_eq!(region("a").as_deref(), Some("us-east-1"));
            assert_eq!(region("arn:aws:x::1:a"), None);
            let default =
                |name: &str| (name == "AWS_DEFAULT_REGION").then(|| "eu-north-1".to_owned());
            let found = super::region(service, "a", default, "o").ok();
            assert_eq!(found.as_deref(), Some("eu-north-1"));
            let error = super::region(service, "a", |_| None, "o").expect_err("no region");
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
