//! The answers that are not successes.
//!
//! Momento's SDKs sort an answer by its gRPC code, then by the `err` trailer, and Node's by words of the text, since
//! it reads the trailer too late. Every such rule is kept here, in one place.

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

use crate::cache::Refusal;

/// The cache is not there.
pub(crate) fn cache_not_found(name: &str) -> Status {
    Status::not_found(format!(
        "Cache with name: {name} doesn't exist; create it, or start the server with --cache"
    ))
}

/// The cache is there already.
pub(crate) fn cache_already_exists(name: &str) -> Status {
    Status::already_exists(format!("Cache with name: {name} already exists"))
}

/// A cache name that cannot be one.
pub(crate) fn empty_cache_name() -> Status {
    Status::invalid_argument("the cache name must not be empty")
}

/// The signing key is not there, or no longer.
pub(crate) fn signing_key_not_found(id: &str) -> Status {
    Status::not_found(format!("there is no signing key with the id {id}"))
}

/// The call does not say on which cache it is.
pub(crate) fn no_cache_metadata() -> Status {
    Status::invalid_argument("the call has no `cache` metadata with the name of a cache")
}

/// The token is not one of those the server was started with. The text names no token, neither theirs nor ours.
pub(crate) fn unauthenticated() -> Status {
    Status::unauthenticated(
        "the `authorization` metadata is missing or holds no token that this server accepts",
    )
}

/// The item is too large.
pub(crate) fn request_too_large(size: usize, limit: usize) -> Status {
    too_large(&format!("the item has {size} bytes, the limit is {limit}"))
}

/// The message is too large.
pub(crate) fn message_too_large(limit: usize) -> Status {
    too_large(&format!("the message has more than {limit} bytes"))
}

/// Both the trailer that Python and Rust read and the words that Node looks for.
fn too_large(what: &str) -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert(
        "err",
        MetadataValue::from_static("request_size_limit_exceeded"),
    );
    let text = format!("Request limit exceeded: {what}");
    Status::with_metadata(Code::ResourceExhausted, text, trailers)
}

/// A part of a message is not there that says what is to be done.
pub(crate) fn missing(field: &str) -> Status {
    Status::invalid_argument(format!("the request has no `{field}`"))
}

/// A number that stands for a choice, and for none of those there are.
pub(crate) fn unknown_value(field: &str, value: i32) -> Status {
    Status::invalid_argument(format!(
        "the request's `{field}` is {value}, which stands for nothing"
    ))
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            // A guess: what Momento answers to this is not documented, and its test suites don't try it.
            Refusal::WrongType { wanted, found } => Self::failed_precondition(format!(
                "the key holds {found}, and the call is for {wanted}"
            )),
            Refusal::NotAnInteger => Self::failed_precondition(
                "only a whole number in base 10, of at most 64 bits, can be incremented",
            ),
            Refusal::Overflow => Self::failed_precondition(
                "the number after the increment would not fit into 64 bits",
            ),
            Refusal::NotANumber => {
                Self::invalid_argument("a score must be a number, which NaN is not")
            }
        }
    }
}

/// Momento has this RPC, this server does not.
pub(crate) fn not_implemented(rpc: &str) -> Status {
    Status::unimplemented(format!(
        "momento-lambda-local does not implement the RPC {rpc}"
    ))
}
