//! Errors on their way to JavaScript, which makes the official class and wording from them.

use momento_lambda_core::Error;
use napi_derive::napi;

/// A failure, for `lib/errors.ts`.
#[napi(object, object_from_js = false)]
pub struct NativeError {
    /// The official code, such as `TIMEOUT_ERROR`.
    pub code: &'static str,
    /// What happened.
    pub details: String,
    /// Which limit was exceeded, in the core's names.
    pub limit: &'static str,
    /// What the service said, where the failure came over the wire.
    pub grpc: Option<NativeGrpcDetails>,
}

/// The service's own words.
#[napi(object, object_from_js = false)]
pub struct NativeGrpcDetails {
    /// The gRPC status.
    pub code: i32,
    /// The status message.
    pub details: String,
    /// Text metadata: names and values by turns.
    pub metadata: Vec<String>,
}

impl From<&Error> for NativeError {
    fn from(error: &Error) -> Self {
        Self {
            code: error.code().name(),
            details: error.details().to_owned(),
            limit: error.limit().name(),
            grpc: error.grpc().map(|grpc| NativeGrpcDetails {
                code: grpc.code,
                details: grpc.details.clone(),
                metadata: by_turns(&grpc.metadata),
            }),
        }
    }
}

/// Names and values in one flat list: an object per entry costs more than it tells.
pub fn by_turns(metadata: &[(String, String)]) -> Vec<String> {
    metadata
        .iter()
        .flat_map(|(name, value)| [name.clone(), value.clone()])
        .collect()
}
