//! The one error of this library.
//!
//! Users of the official SDKs branch on a code (`TIMEOUT_ERROR`) and read a sentence. Both SDKs
//! build that sentence from a fixed text per kind, the *wrapper*, which differs by a word or a
//! space between the languages, and from the details of what happened. So an [`Error`] keeps code
//! and details apart: the bindings own the wrappers, the core owns what went wrong. Details never
//! hold a token: they are built from names, codes and what the server said, not from credentials.

use std::fmt;

/// What kind of failure it was, in the official SDKs' own terms.
///
/// ```
/// use momento_lambda_core::ErrorCode;
/// assert_eq!(ErrorCode::Timeout.name(), "TIMEOUT_ERROR");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// An argument, a source or a credential is malformed.
    InvalidArgument,
    /// The service answered with something unknown to this client.
    UnknownService,
    /// What was to be created exists.
    AlreadyExists,
    /// The cache does not exist.
    NotFound,
    /// The service failed.
    InternalServer,
    /// The credentials do not allow this.
    Permission,
    /// The credentials are not accepted, or none could be had.
    Authentication,
    /// The call was given up.
    Cancelled,
    /// A limit of the account or of the service was met.
    LimitExceeded,
    /// The request made no sense to the service.
    BadRequest,
    /// No answer within the deadline.
    Timeout,
    /// The service can't be reached or can't answer now; trying again may help.
    ServerUnavailable,
    /// A limit of this client was met.
    ClientResourceExhausted,
    /// The state of the item does not allow the operation.
    FailedPrecondition,
    /// Anything else.
    Unknown,
    /// An eager connect failed.
    Connection,
}

impl ErrorCode {
    /// The official name, the same in both languages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidArgument => "INVALID_ARGUMENT_ERROR",
            Self::UnknownService => "UNKNOWN_SERVICE_ERROR",
            Self::AlreadyExists => "ALREADY_EXISTS_ERROR",
            Self::NotFound => "NOT_FOUND_ERROR",
            Self::InternalServer => "INTERNAL_SERVER_ERROR",
            Self::Permission => "PERMISSION_ERROR",
            Self::Authentication => "AUTHENTICATION_ERROR",
            Self::Cancelled => "CANCELLED_ERROR",
            Self::LimitExceeded => "LIMIT_EXCEEDED_ERROR",
            Self::BadRequest => "BAD_REQUEST_ERROR",
            Self::Timeout => "TIMEOUT_ERROR",
            Self::ServerUnavailable => "SERVER_UNAVAILABLE",
            Self::ClientResourceExhausted => "CLIENT_RESOURCE_EXHAUSTED",
            Self::FailedPrecondition => "FAILED_PRECONDITION_ERROR",
            Self::Unknown => "UNKNOWN_ERROR",
            Self::Connection => "CONNECTION_ERROR",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Which limit a [`ErrorCode::LimitExceeded`] is about, where the service said so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Not said.
    #[default]
    Unspecified,
    /// Subscriptions to topics.
    TopicSubscriptions,
    /// Requests a second.
    OperationsRate,
    /// Bytes a second.
    Throughput,
    /// The size of one request.
    RequestSize,
    /// The size of one item.
    ItemSize,
    /// The size of one element of a collection.
    ElementSize,
}

impl Limit {
    /// A short name for the bindings' tables of texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::TopicSubscriptions => "topic_subscriptions",
            Self::OperationsRate => "operations_rate",
            Self::Throughput => "throughput",
            Self::RequestSize => "request_size",
            Self::ItemSize => "item_size",
            Self::ElementSize => "element_size",
        }
    }
}

/// What the service itself said, where the failure came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrpcDetails {
    /// The gRPC status, 0 to 16.
    pub code: i32,
    /// The status message.
    pub details: String,
    /// Text metadata of the reply, initial and trailing together.
    pub metadata: Vec<(String, String)>,
}

#[derive(Debug)]
struct Inner {
    code: ErrorCode,
    details: String,
    limit: Limit,
    grpc: Option<GrpcDetails>,
}

/// Why an operation failed. Cheap to clone: one look-up may fail for many waiting calls.
#[derive(Clone, Debug)]
pub struct Error(std::sync::Arc<Inner>);

impl Error {
    /// An error that arose in this library.
    pub fn new(code: ErrorCode, details: impl Into<String>) -> Self {
        Self(std::sync::Arc::new(Inner {
            code,
            details: details.into(),
            limit: Limit::Unspecified,
            grpc: None,
        }))
    }

    /// An argument that can't be used. By custom the details start with the argument's name.
    pub fn invalid_argument(details: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, details)
    }

    /// An error that the service reported.
    #[must_use]
    pub fn from_service(code: ErrorCode, limit: Limit, grpc: GrpcDetails) -> Self {
        Self(std::sync::Arc::new(Inner {
            code,
            details: grpc.details.clone(),
            limit,
            grpc: Some(grpc),
        }))
    }

    /// The same error with more to say.
    pub(crate) fn with_details(&self, more: &str) -> Self {
        let Inner {
            code,
            details,
            limit,
            grpc,
        } = &*self.0;
        Self(std::sync::Arc::new(Inner {
            code: *code,
            details: format!("{details}; {more}"),
            limit: *limit,
            grpc: grpc.clone(),
        }))
    }

    /// The kind of failure.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.0.code
    }

    /// What happened: the argument, source or host concerned, what was wrong, what to do.
    #[must_use]
    pub fn details(&self) -> &str {
        &self.0.details
    }

    /// Which limit was exceeded, for [`ErrorCode::LimitExceeded`].
    #[must_use]
    pub fn limit(&self) -> Limit {
        self.0.limit
    }

    /// What came over the wire; `None` where the failure arose on this side.
    #[must_use]
    pub fn grpc(&self) -> Option<&GrpcDetails> {
        self.0.grpc.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.details)
    }
}

impl std::error::Error for Error {}

/// What every fallible function here returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;
