//! The token in AWS Secrets Manager, through AWS's own SDK.
//!
//! `AWSCURRENT` is asked for by name: without it some implementations stay on an older version
//! after a rotation. Tries are short (1 s to connect, 1 s to answer) and repeated by the SDK's
//! standard rules inside one budget, which stays below Lambda's default time-out of 3 s, so that a
//! user sees the reason and not "Task timed out". A failure names the secret, AWS's error code and,
//! where a permission is missing, the statement to add.

use super::aws_connector::{AwsConnector, TRY_TIMEOUT};
use crate::error::{Error, ErrorCode, Result};
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{
    BehaviorVersion, Builder, Config, Region, SharedCredentialsProvider,
    StalledStreamProtectionConfig,
};
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::time::Duration;
use zeroize::Zeroizing;

/// Between tries, doubled and spread by the SDK. Its own first pause, 1 s, would eat the budget.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Reads the current version of a secret.
pub(super) async fn read(name: &str, origin: &str, budget: Duration) -> Result<Zeroizing<String>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let region = region(name, variable, origin)?;
    let client = Client::from_conf(configuration(&region, variable, origin, budget)?);
    let reply = client
        .get_secret_value()
        .secret_id(name)
        .version_stage("AWSCURRENT")
        .send()
        .await
        .map_err(|error| explain(error, name, &region, origin, budget))?;
    if let Some(text) = reply.secret_string {
        return Ok(Zeroizing::new(text));
    }
    let bytes = reply
        .secret_binary
        .map(|blob| Zeroizing::new(blob.into_inner()));
    bytes
        .and_then(|bytes| std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).ok())
        .ok_or_else(|| {
            Error::invalid_argument(format!("{origin}: the secret holds no text; store the API key, or a JSON object with it, as the secret string"))
        })
}

fn configuration(
    region: &str,
    variable: impl Fn(&str) -> Option<String>,
    origin: &str,
    budget: Duration,
) -> Result<Config> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(TRY_TIMEOUT)
        .read_timeout(TRY_TIMEOUT)
        .operation_timeout(budget)
        .build();
    let mut builder: Builder = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(region.to_owned()))
        .credentials_provider(credentials(&variable, origin)?)
        .http_client(AwsConnector)
        .sleep_impl(TokioSleep::new())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_initial_backoff(FIRST_PAUSE))
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    builder.set_endpoint_url(endpoint(variable));
    Ok(builder.build())
}

/// The variables by which AWS's SDKs are pointed at another endpoint, the specific one first.
fn endpoint(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    if variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    {
        return None;
    }
    variable("AWS_ENDPOINT_URL_SECRETS_MANAGER").or_else(|| variable("AWS_ENDPOINT_URL"))
}

/// `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME` says where to ask; a name does not.
fn region(name: &str, variable: impl Fn(&str) -> Option<String>, origin: &str) -> Result<String> {
    if name.starts_with("arn:") {
        return match name.split(':').nth(3) {
            Some(region) if !region.is_empty() => Ok(region.to_owned()),
            _ => Err(Error::invalid_argument(format!(
                "{origin}: the ARN names no region; write arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"
            ))),
        };
    }
    variable("AWS_REGION")
        .or_else(|| variable("AWS_DEFAULT_REGION"))
        .ok_or_else(|| Error::invalid_argument(format!("{origin}: no AWS region; set AWS_REGION (Lambda does), or name the secret by its ARN")))
}

/// Lambda's credentials: in variables, or, under `SnapStart`, from the container's address.
fn credentials(
    variable: impl Fn(&str) -> Option<String>,
    origin: &str,
) -> Result<SharedCredentialsProvider> {
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

fn explain(
    error: SdkError<GetSecretValueError>,
    name: &str,
    region: &str,
    origin: &str,
    budget: Duration,
) -> Error {
    match error {
        // Without a code it is no answer of this API: a proxy's page, or nothing readable.
        SdkError::ServiceError(context) if context.err().code().is_none() => {
            unreadable(context.raw().status().as_u16(), origin)
        }
        SdkError::ServiceError(context) => refused(
            context.err().code().unwrap_or_default(),
            context.err().message().unwrap_or("no message"),
            name,
            region,
            origin,
        ),
        SdkError::ResponseError(context) => unreadable(context.raw().status().as_u16(), origin),
        SdkError::TimeoutError(_) => Error::new(
            ErrorCode::Timeout,
            format!(
                "{origin}: AWS Secrets Manager gave no answer within {} ms; check the network of the function (VPC, NAT, endpoint for secretsmanager)",
                budget.as_millis()
            ),
        ),
        SdkError::DispatchFailure(failure) => undelivered(failure.as_connector_error(), origin),
        other => Error::new(
            ErrorCode::Authentication,
            format!(
                "{origin}: AWS Secrets Manager could not be asked: {}",
                root_cause(&other)
            ),
        ),
    }
}

fn unreadable(status: u16, origin: &str) -> Error {
    Error::new(
        ErrorCode::ServerUnavailable,
        format!(
            "{origin}: AWS Secrets Manager answered something unreadable (HTTP {status}); is AWS_ENDPOINT_URL right, and no proxy between?"
        ),
    )
}

fn undelivered(error: Option<&ConnectorError>, origin: &str) -> Error {
    let Some(error) = error else {
        return Error::new(
            ErrorCode::ServerUnavailable,
            format!("{origin}: AWS Secrets Manager could not be reached"),
        );
    };
    let code = if error.is_timeout() {
        ErrorCode::Timeout
    } else if error.is_user() {
        ErrorCode::InvalidArgument
    } else if error.is_io() {
        ErrorCode::ServerUnavailable
    } else {
        // What fails before the wire is the credentials.
        ErrorCode::Authentication
    };
    Error::new(
        code,
        format!(
            "{origin}: AWS Secrets Manager could not be asked: {}",
            root_cause(error)
        ),
    )
}

/// The innermost cause: in these chains the one that names what went wrong.
fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    match cause.downcast_ref::<Error>() {
        Some(ours) => ours.details().to_owned(),
        None => cause.to_string(),
    }
}

fn refused(code: &str, message: &str, name: &str, region: &str, origin: &str) -> Error {
    let (kind, advice) = match code {
        "ResourceNotFoundException" => (
            ErrorCode::Authentication,
            format!(
                "; no such secret in {region}, or no current version: check the name and the region"
            ),
        ),
        "AccessDeniedException" | "AccessDenied" if message.contains("KMS") => (
            ErrorCode::Permission,
            "; allow kms:Decrypt on the secret's KMS key to the function's role".to_owned(),
        ),
        "AccessDeniedException" | "AccessDenied" => (
            ErrorCode::Permission,
            format!(
                "; allow secretsmanager:GetSecretValue on {} to the function's role",
                resource(name, region)
            ),
        ),
        "DecryptionFailure" => (
            ErrorCode::Permission,
            "; allow kms:Decrypt on the secret's KMS key to the function's role".to_owned(),
        ),
        "ThrottlingException"
        | "Throttling"
        | "TooManyRequestsException"
        | "RequestLimitExceeded" => (
            ErrorCode::LimitExceeded,
            "; AWS throttles the account's look-ups: the next call tries again".to_owned(),
        ),
        "InternalServiceError"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => (
            ErrorCode::ServerUnavailable,
            "; the next call tries again".to_owned(),
        ),
        "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
            (ErrorCode::InvalidArgument, String::new())
        }
        "ExpiredTokenException" | "ExpiredToken" => (
            ErrorCode::Authentication,
            "; the AWS credentials of this process have expired".to_owned(),
        ),
        _ => (
            ErrorCode::Authentication,
            "; check the AWS credentials of this process".to_owned(),
        ),
    };
    let message = message.trim_end_matches('.');
    Error::new(
        kind,
        format!("{origin}: AWS Secrets Manager answered {code}: {message}{advice}"),
    )
}

/// The resource of the missing statement. AWS adds a hyphen and six characters to a name.
fn resource(name: &str, region: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        format!("arn:aws:secretsmanager:{region}:*:secret:{name}-??????")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_comes_from_the_arn_before_the_environment() {
        let variable = |name: &str| (name == "AWS_REGION").then(|| "us-east-1".to_owned());
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf";
        assert_eq!(
            region(arn, variable, "o").ok().as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(
            region("a", variable, "o").ok().as_deref(),
            Some("us-east-1")
        );
        let error = region("a", |_| None, "secretsmanager:a").expect_err("no region");
        assert!(error.details().contains("AWS_REGION"), "{error}");
        assert!(region("arn:aws:secretsmanager::1:secret:a", variable, "o").is_err());
    }

    #[test]
    fn a_configured_endpoint_is_honoured_unless_switched_off() {
        let all = |name: &str| match name {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER" => Some("http://specific".to_owned()),
            "AWS_ENDPOINT_URL" => Some("http://general".to_owned()),
            _ => None,
        };
        assert_eq!(endpoint(all).as_deref(), Some("http://specific"));
        let general = |name: &str| all(name).filter(|_| name == "AWS_ENDPOINT_URL");
        assert_eq!(endpoint(general).as_deref(), Some("http://general"));
        let off = |name: &str| match name {
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("TRUE".to_owned()),
            other => all(other),
        };
        assert_eq!(endpoint(off), None);
    }

    #[test]
    fn a_denial_names_the_action_and_the_resource() {
        let error = refused(
            "AccessDeniedException",
            "User x is not authorized",
            "token",
            "eu-west-1",
            "secretsmanager:token",
        );
        assert_eq!(error.code(), ErrorCode::Permission);
        for part in [
            "secretsmanager:token",
            "AccessDeniedException",
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:*:secret:token-??????",
        ] {
            assert!(error.details().contains(part), "{error}");
        }
        let error = refused(
            "AccessDeniedException",
            "Access to KMS is not allowed",
            "token",
            "eu-west-1",
            "o",
        );
        assert!(error.details().contains("kms:Decrypt"), "{error}");
    }
}
