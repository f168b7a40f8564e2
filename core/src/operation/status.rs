//! From a gRPC status to the official error code.
//!
//! The mapping is that of the Node SDK, the more exact of the two: `UNKNOWN` is
//! `UNKNOWN_SERVICE_ERROR` (Python says `BAD_REQUEST_ERROR` for it, by mistake). Which limit was
//! exceeded is said by the trailer `err` or, where it is missing, by words in the details.

use crate::error::{Error, ErrorCode, GrpcDetails, Limit};
use tonic::metadata::KeyAndValueRef;
use tonic::{Code, Status};

pub(super) fn error(status: &Status) -> Error {
    let code = match status.code() {
        Code::InvalidArgument => ErrorCode::InvalidArgument,
        Code::NotFound => ErrorCode::NotFound,
        Code::AlreadyExists => ErrorCode::AlreadyExists,
        Code::PermissionDenied => ErrorCode::Permission,
        Code::Unauthenticated => ErrorCode::Authentication,
        Code::ResourceExhausted => ErrorCode::LimitExceeded,
        Code::FailedPrecondition => ErrorCode::FailedPrecondition,
        Code::Aborted | Code::Internal | Code::DataLoss => ErrorCode::InternalServer,
        Code::OutOfRange | Code::Unimplemented => ErrorCode::BadRequest,
        Code::Cancelled => ErrorCode::Cancelled,
        Code::DeadlineExceeded => ErrorCode::Timeout,
        Code::Unavailable => ErrorCode::ServerUnavailable,
        Code::Unknown | Code::Ok => ErrorCode::UnknownService,
    };
    let limit = if code == ErrorCode::LimitExceeded {
        limit(status)
    } else {
        Limit::Unspecified
    };
    Error::from_service(
        code,
        limit,
        GrpcDetails {
            code: status.code().into(),
            details: status.message().to_owned(),
            metadata: metadata(status),
        },
    )
}

fn limit(status: &Status) -> Limit {
    let said = status
        .metadata()
        .get("err")
        .and_then(|value| value.to_str().ok());
    match said {
        Some("topic_subscriptions_limit_exceeded") => return Limit::TopicSubscriptions,
        Some("operations_rate_limit_exceeded") => return Limit::OperationsRate,
        Some("throughput_rate_limit_exceeded") => return Limit::Throughput,
        Some("request_size_limit_exceeded") => return Limit::RequestSize,
        Some("item_size_limit_exceeded") => return Limit::ItemSize,
        Some("element_size_limit_exceeded") => return Limit::ElementSize,
        _ => {}
    }
    let details = status.message().to_ascii_lowercase();
    [
        ("subscribe", Limit::TopicSubscriptions),
        ("operations", Limit::OperationsRate),
        ("throughput", Limit::Throughput),
        ("request limit", Limit::RequestSize),
        ("item size", Limit::ItemSize),
        ("element size", Limit::ElementSize),
    ]
    .into_iter()
    .find_map(|(word, limit)| details.contains(word).then_some(limit))
    .unwrap_or_default()
}

pub(super) fn metadata(status: &Status) -> Vec<(String, String)> {
    status
        .metadata()
        .iter()
        .filter_map(|entry| match entry {
            KeyAndValueRef::Ascii(key, value) => value
                .to_str()
                .ok()
                .map(|value| (key.as_str().to_owned(), value.to_owned())),
            KeyAndValueRef::Binary(..) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trailer_outranks_the_words_and_unknown_limits_are_said_to_be_so() {
        let mut status = Status::resource_exhausted("Request limit exceeded");
        assert_eq!(error(&status).limit(), Limit::RequestSize);
        status.metadata_mut().insert(
            "err",
            tonic::metadata::MetadataValue::from_static("item_size_limit_exceeded"),
        );
        let mapped = error(&status);
        assert_eq!(
            (mapped.code(), mapped.limit()),
            (ErrorCode::LimitExceeded, Limit::ItemSize)
        );
        assert_eq!(mapped.grpc().map(|grpc| grpc.code), Some(8));
        let vague = error(&Status::resource_exhausted("enough"));
        assert_eq!(vague.limit(), Limit::Unspecified);
        assert_eq!(
            error(&Status::not_found("request limit")).limit(),
            Limit::Unspecified
        );
    }
}
