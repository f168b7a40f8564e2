//! Faults that a call asks for itself, in its metadata: an error instead of an answer, a delay before it.
//!
//! The headers are those of Momento's own test server, and its SDKs' test suites send them with every call of a client.
//! What is left out there is refused here when it leaves a header without effect: a test that believes to inject a
//! fault must not pass because it doesn't. The headers that break streams belong to topics, which are not served.

use std::time::Duration;

use http::HeaderMap;
use tonic::{Code, Status};

use crate::requests::{Fault, Requests};
use crate::rpc::{Rpc, Table};

/// The id that all attempts of a call share.
const REQUEST_ID: &str = "request-id";
/// The longest id, in bytes.
const ID_BYTES: usize = 256;

const RETURN_ERROR: &str = "return-error";
const ERROR_RPCS: &str = "error-rpcs";
const ERROR_COUNT: &str = "error-count";
const DELAY_RPCS: &str = "delay-rpcs";
const DELAY_MS: &str = "delay-ms";
const DELAY_COUNT: &str = "delay-count";

const CODES: [(&str, Code); 16] = [
    ("cancelled", Code::Cancelled),
    ("unknown", Code::Unknown),
    ("invalid-argument", Code::InvalidArgument),
    ("deadline-exceeded", Code::DeadlineExceeded),
    ("not-found", Code::NotFound),
    ("already-exists", Code::AlreadyExists),
    ("permission-denied", Code::PermissionDenied),
    ("resource-exhausted", Code::ResourceExhausted),
    ("failed-precondition", Code::FailedPrecondition),
    ("aborted", Code::Aborted),
    ("out-of-range", Code::OutOfRange),
    ("unimplemented", Code::Unimplemented),
    ("internal", Code::Internal),
    ("unavailable", Code::Unavailable),
    ("data-loss", Code::DataLoss),
    ("unauthenticated", Code::Unauthenticated),
];

/// The `request-id` of a call, if it has one.
pub(crate) fn request_id(headers: &HeaderMap) -> Result<Option<&str>, Status> {
    let id = text(headers, REQUEST_ID)?;
    if id.is_some_and(|id| id.is_empty() || id.len() > ID_BYTES) {
        return Err(refused(
            REQUEST_ID,
            "must have between 1 and 256 characters",
        ));
    }
    Ok(id)
}

/// What befalls one call.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) delay: Option<Duration>,
    pub(crate) error: Option<Status>,
}

/// Reads a call's headers, and counts what then befalls it.
pub(crate) fn asked_for(
    headers: &HeaderMap,
    rpc: Rpc,
    rpcs: &Table,
    requests: &Requests,
) -> Result<Faults, Status> {
    let id = request_id(headers)?;
    let headers = Headers { headers, rpcs };
    let error = headers.text(RETURN_ERROR)?.map(code).transpose()?;
    let error_befalls = headers.befalls(RETURN_ERROR, ERROR_RPCS, ERROR_COUNT, rpc)?;
    let delay = headers.number(DELAY_MS)?.map(Duration::from_millis);
    let delay_befalls = headers.befalls(DELAY_MS, DELAY_RPCS, DELAY_COUNT, rpc)?;
    let due = |befalls, fault, header| match (befalls, id) {
        (Befalls::No, _) => Ok(false),
        (Befalls::Always, _) => Ok(true),
        (Befalls::First(count), Some(id)) => Ok(requests.is_due(id, fault, count)),
        (Befalls::First(_), None) => Err(refused(header, "needs a `request-id` to count by")),
    };
    let delay_due = due(delay_befalls, Fault::Delay, DELAY_COUNT)?;
    let error_due = due(error_befalls, Fault::Error, ERROR_COUNT)?;
    let status = |code| Status::new(code, "the call's `return-error` header asked for this");
    Ok(Faults {
        delay: delay.filter(|_| delay_due),
        error: error.filter(|_| error_due).map(status),
    })
}

/// Which calls a fault befalls.
#[derive(Clone, Copy)]
enum Befalls {
    No,
    Always,
    First(u64),
}

struct Headers<'call> {
    headers: &'call HeaderMap,
    rpcs: &'call Table,
}

impl<'call> Headers<'call> {
    fn text(&self, header: &'static str) -> Result<Option<&'call str>, Status> {
        text(self.headers, header)
    }

    fn number(&self, header: &'static str) -> Result<Option<u64>, Status> {
        let number = |text: &str| {
            text.parse()
                .map_err(|_| refused(header, "must be a whole number that is not negative"))
        };
        self.text(header)?.map(number).transpose()
    }

    /// Whether the fault that `what` describes befalls the RPCs of `whom`, and this one, and how often.
    fn befalls(
        &self,
        what: &'static str,
        whom: &'static str,
        how_often: &'static str,
        rpc: Rpc,
    ) -> Result<Befalls, Status> {
        let count = self.number(how_often)?;
        let Some(names) = self.text(whom)? else {
            for header in [what, how_often] {
                if self.headers.contains_key(header) {
                    return Err(refused(
                        header,
                        &format!("needs `{whom}`, the RPCs it is for"),
                    ));
                }
            }
            return Ok(Befalls::No);
        };
        if !self.headers.contains_key(what) {
            return Err(refused(whom, &format!("has no effect without `{what}`")));
        }
        let mut is_named = false;
        for name in names.split_ascii_whitespace() {
            match self.rpcs.index(name) {
                Some(index) => is_named |= index == rpc.index,
                None => return Err(refused(whom, "names an RPC that does not exist")),
            }
        }
        Ok(match (is_named, count) {
            (false, _) => Befalls::No,
            (true, None) => Befalls::Always,
            (true, Some(count)) => Befalls::First(count),
        })
    }
}

fn text<'call>(
    headers: &'call HeaderMap,
    header: &'static str,
) -> Result<Option<&'call str>, Status> {
    let Some(value) = headers.get(header) else {
        return Ok(None);
    };
    let text = value
        .to_str()
        .map_err(|_| refused(header, "is not plain ASCII"))?;
    Ok(Some(text.trim()))
}

fn code(name: &str) -> Result<Code, Status> {
    CODES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, code)| *code)
        .ok_or_else(|| refused(RETURN_ERROR, "must be a gRPC code, such as `unavailable`"))
}

/// The value is not repeated: what a test sends by mistake may be anything.
fn refused(header: &str, reason: &str) -> Status {
    Status::invalid_argument(format!("the `{header}` header {reason}"))
}

#[cfg(test)]
mod tests;
