//! Why a request brought no reply: whether the service can have carried it out, and what the
//! connection is worth afterwards. These two decide what may be done again.

use crate::error::{Error, ErrorCode};
use tonic::{Code, Status};

/// Why a request brought no reply, and whether it can have reached the service.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There was no connection to send it on, after a dial that had its own budget.
    Unreachable(Status),
    /// The service is known to be out of reach: nothing was tried for this request.
    Rejected(Status),
    /// It never left, or the peer says that it did not look at it; the connection is of no use.
    NotSent(Status),
    /// The peer says that it did not look at it; the connection is as it was.
    Refused(Status),
    /// The service answered with a status, or the peer ended this request alone.
    Answered(Status),
    /// The connection broke; it may have been carried out.
    Broken(Status),
}

impl Failure {
    /// What a caller is told.
    pub(crate) fn status(&self) -> &Status {
        match self {
            Self::Unreachable(status)
            | Self::Rejected(status)
            | Self::NotSent(status)
            | Self::Refused(status)
            | Self::Answered(status)
            | Self::Broken(status) => status,
        }
    }

    /// Whether the service did not accept the token.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.status().code() == Code::Unauthenticated
    }

    /// Whether nobody could be reached: to try at once again would bring the same.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Rejected(_))
    }

    /// Whether the connection is of no use any more.
    pub(super) fn breaks_the_connection(&self) -> bool {
        matches!(self, Self::NotSent(_) | Self::Broken(_))
    }

    /// A failed dial, with the status that maps back to the same code.
    pub(super) fn unreachable(error: &Error) -> Self {
        let code = match error.code() {
            ErrorCode::Timeout => Code::DeadlineExceeded,
            ErrorCode::InvalidArgument => Code::InvalidArgument,
            _ => Code::Unavailable,
        };
        Self::Unreachable(Status::new(code, error.details()))
    }
}

/// What the service said with a reply that is not OK.
impl From<Status> for Failure {
    fn from(status: Status) -> Self {
        Self::Answered(status)
    }
}

/// What befell a request after it was handed to h2.
impl From<h2::Error> for Failure {
    fn from(error: h2::Error) -> Self {
        let status = status(&error);
        match error.reason() {
            // The peer's word that it did nothing (RFC 9113, section 8.7).
            Some(h2::Reason::REFUSED_STREAM) if error.is_remote() && error.is_reset() => {
                Self::Refused(status)
            }
            // h2 gives this to the streams that a GOAWAY leaves out (section 6.8). One with another
            // reason ends all streams, and with it those that were looked at.
            Some(h2::Reason::NO_ERROR) if error.is_remote() && error.is_go_away() => {
                Self::NotSent(status)
            }
            _ if error.is_remote() && error.is_reset() => Self::Answered(status),
            _ => Self::Broken(status),
        }
    }
}

/// A failure of a stream or of the connection as a gRPC status, by the table in gRPC's own
/// PROTOCOL-HTTP2: a connection that broke is `UNAVAILABLE`.
pub(super) fn status(error: &h2::Error) -> Status {
    if !error.is_reset() {
        return Status::unavailable(format!("the connection broke: {error}"));
    }
    let code = match error.reason() {
        Some(h2::Reason::REFUSED_STREAM) => Code::Unavailable,
        Some(h2::Reason::CANCEL) => Code::Cancelled,
        Some(h2::Reason::ENHANCE_YOUR_CALM) => Code::ResourceExhausted,
        Some(h2::Reason::INADEQUATE_SECURITY) => Code::PermissionDenied,
        _ => Code::Internal,
    };
    Status::new(code, format!("the request was reset: {error}"))
}
