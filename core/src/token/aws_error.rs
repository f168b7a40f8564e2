//! What a failed look-up at AWS means to the user: a code to branch on, and a sentence with the
//! source, AWS's own error code and, where a permission is missing, the statement to add.
//!
//! Never the body of an answer: whatever was meant to be the token may be in it.

use super::aws::Question;
use crate::error::{Error, ErrorCode};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

impl Question<'_> {
    /// The error of a look-up that failed.
    pub(super) fn explain<E>(&self, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let (origin, service) = (self.origin, self.service.name);
        match error {
            // Without a code it is no answer of this API: a proxy's page, or nothing readable.
            SdkError::ServiceError(context) => match context.err().code() {
                Some(code) => self.refused(code, context.err().message()),
                None => self.unreadable(context.raw().status().as_u16()),
            },
            SdkError::ResponseError(context) => self.unreadable(context.raw().status().as_u16()),
            SdkError::TimeoutError(_) => Error::new(
                ErrorCode::Timeout,
                format!(
                    "{origin}: {service} gave no answer within {} ms; check the network of the function (VPC, NAT, endpoint for {})",
                    self.budget.as_millis(),
                    self.service.host
                ),
            ),
            SdkError::DispatchFailure(failure) => self.undelivered(failure.as_connector_error()),
            other => Error::new(
                ErrorCode::Authentication,
                format!(
                    "{origin}: {service} could not be asked: {}",
                    root_cause(&other)
                ),
            ),
        }
    }

    fn unreadable(&self, status: u16) -> Error {
        Error::new(
            ErrorCode::ServerUnavailable,
            format!(
                "{}: {} answered something unreadable (HTTP {status}); is AWS_ENDPOINT_URL right, and no proxy between?",
                self.origin, self.service.name
            ),
        )
    }

    fn undelivered(&self, error: Option<&ConnectorError>) -> Error {
        let (origin, service) = (self.origin, self.service.name);
        let Some(error) = error else {
            return Error::new(
                ErrorCode::ServerUnavailable,
                format!("{origin}: {service} could not be reached"),
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
                "{origin}: {service} could not be asked: {}",
                root_cause(error)
            ),
        )
    }

    fn refused(&self, code: &str, message: Option<&str>) -> Error {
        let (kind, advice) = self.advice(code, message.unwrap_or_default());
        let message = message.map_or_else(String::new, |message| {
            format!(": {}", message.trim_end_matches('.'))
        });
        Error::new(
            kind,
            format!(
                "{}: {} answered {code}{message}{advice}",
                self.origin, self.service.name
            ),
        )
    }

    fn advice(&self, code: &str, message: &str) -> (ErrorCode, String) {
        let (item, region) = (self.service.item, &self.region);
        match code {
            "ResourceNotFoundException" | "ParameterNotFound" => (
                ErrorCode::Authentication,
                format!(
                    "; no such {item} in {region}, or no current version: check the name and the region"
                ),
            ),
            "ParameterVersionNotFound" => (
                ErrorCode::Authentication,
                format!(
                    "; the {item} in {region} has no such version or label: check what stands after the name"
                ),
            ),
            "AccessDeniedException" | "AccessDenied" if !self.denied_by_kms(message) => (
                ErrorCode::Permission,
                format!(
                    "; allow {} on {} to the function's role",
                    self.service.action,
                    (self.service.resource)(self.name, region)
                ),
            ),
            "AccessDeniedException" | "AccessDenied" | "DecryptionFailure" | "InvalidKeyId" => (
                ErrorCode::Permission,
                format!(
                    "{ALLOW_DECRYPT} on the {item}'s KMS key to the function's role, and see that the key is enabled"
                ),
            ),
            "ThrottlingException"
            | "Throttling"
            | "TooManyRequestsException"
            | "RequestLimitExceeded" => (
                ErrorCode::LimitExceeded,
                "; AWS throttles the account's look-ups: the next call tries again".to_owned(),
            ),
            "InternalServiceError"
            | "InternalServerError"
            | "InternalFailure"
            | "ServiceUnavailable"
            | "ServiceUnavailableException" => (
                ErrorCode::ServerUnavailable,
                "; the next call tries again".to_owned(),
            ),
            "InvalidParameterException" | "InvalidRequestException" | "ValidationException" => {
                (ErrorCode::InvalidArgument, String::new())
            }
            "RequestExpired" | "RequestTimeTooSkewed" => {
                (ErrorCode::Authentication, SIGNED_AT_ANOTHER_TIME.to_owned())
            }
            "InvalidSignatureException" | "SignatureDoesNotMatch"
                if message.contains("xpired") || message.contains("not yet current") =>
            {
                (ErrorCode::Authentication, SIGNED_AT_ANOTHER_TIME.to_owned())
            }
            "ExpiredTokenException" | "ExpiredToken" => (
                ErrorCode::Authentication,
                "; the AWS credentials of this process have expired".to_owned(),
            ),
            _ => (
                ErrorCode::Authentication,
                "; check the AWS credentials of this process".to_owned(),
            ),
        }
    }

    /// Whether the store's own action was allowed and its key said no. A message that names the
    /// store's action is about that, whatever the secret's name brings into it.
    fn denied_by_kms(&self, message: &str) -> bool {
        !message.contains(self.service.action)
            && ["KMS", "kms:", "customer master key"]
                .iter()
                .any(|part| message.contains(part))
    }
}

/// What the advice says where the store was ready to answer and its key was not.
const ALLOW_DECRYPT: &str = "; allow kms:Decrypt";

/// What the advice says where the time in the signature is too far from AWS's.
const SIGNED_AT_ANOTHER_TIME: &str = "; the request came too long after it had been signed, as when this machine stood still meanwhile, or its clock is wrong";

/// Whether a request was refused because of when it was signed: signed anew it may be let in.
pub(super) fn is_stale(error: &Error) -> bool {
    error.details().contains(SIGNED_AT_ANOTHER_TIME)
}

/// Whether an error of a look-up is about the key that the value is encrypted with.
pub(crate) fn is_denied_by_key(error: &Error) -> bool {
    error.code() == ErrorCode::Permission && error.details().contains(ALLOW_DECRYPT)
}

/// The innermost cause: in these chains the one that names what went wrong.
pub(super) fn root_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    match cause.downcast_ref::<Error>() {
        Some(ours) => ours.details().to_owned(),
        None => cause.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::aws::Service;
    use super::super::{Wanted, parameter_store, secrets_manager};
    use super::*;
    use std::time::Duration;

    fn refused(service: &'static Service, name: &str, code: &str, message: &str) -> Error {
        let question = Question {
            service,
            name,
            region: "eu-west-1".to_owned(),
            origin: "the source",
            wanted: Wanted::Current,
            budget: Duration::from_secs(2),
        };
        question.refused(code, Some(message))
    }

    #[test]
    fn a_denial_names_the_action_and_the_resource() {
        for (service, name, statement) in [
            (
                &secrets_manager::SERVICE,
                "token",
                "allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:*:secret:token-??????",
            ),
            (
                &parameter_store::SERVICE,
                "/momento/token:3",
                "allow ssm:GetParameter on arn:aws:ssm:eu-west-1:*:parameter/momento/token ",
            ),
        ] {
            let message = "User x is not authorized";
            let error = refused(service, name, "AccessDeniedException", message);
            assert_eq!(error.code(), ErrorCode::Permission);
            for part in ["the source", "AccessDeniedException", message, statement] {
                assert!(error.details().contains(part), "{error}");
            }
        }
    }

    #[test]
    fn a_signature_that_expired_is_told_from_one_that_is_wrong() {
        let expired =
            "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z (- 5 min.)";
        for (code, message, stale) in [
            ("InvalidSignatureException", expired, true),
            ("SignatureDoesNotMatch", expired, true),
            ("RequestExpired", "Request has expired", true),
            ("RequestTimeTooSkewed", "too large a difference", true),
            (
                "InvalidSignatureException",
                "The request signature we calculated does not match",
                false,
            ),
            ("ExpiredTokenException", "The security token expired", false),
        ] {
            let error = refused(&secrets_manager::SERVICE, "a", code, message);
            assert_eq!(error.code(), ErrorCode::Authentication);
            assert_eq!(is_stale(&error), stale, "{error}");
        }
    }

    #[test]
    fn a_denial_of_the_key_is_told_from_one_of_the_store() {
        let service = &parameter_store::SERVICE;
        for (code, message) in [
            ("AccessDeniedException", "Access to KMS is not allowed"),
            (
                "AccessDeniedException",
                "User x is not authorized to perform: kms:Decrypt on resource: arn",
            ),
            (
                "AccessDeniedException",
                "The ciphertext refers to a customer master key that does not exist",
            ),
            ("InvalidKeyId", "the key is disabled"),
        ] {
            let error = refused(service, "a", code, message);
            assert_eq!(error.code(), ErrorCode::Permission);
            assert!(error.details().contains("allow kms:Decrypt"), "{error}");
            assert!(is_denied_by_key(&error));
        }
        let message = "not authorized to perform: ssm:GetParameter on resource: parameter/KMS";
        let error = refused(service, "KMS", "AccessDeniedException", message);
        assert!(
            error.details().contains("allow ssm:GetParameter"),
            "{error}"
        );
        assert!(!is_denied_by_key(&error));
    }
}
