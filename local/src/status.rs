//! The answers that are not successes.
//!
//! Momento's SDKs sort an answer by its gRPC code, then by the `err` trailer, and Node's by words of the text, since
//! it reads the trailer too late. Every such rule is kept here, in one place.

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};

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

/// The item is too large: both the trailer that Python and Rust read and the words that Node looks for.
pub(crate) fn request_too_large(size: usize, limit: usize) -> Status {
    let mut trailers = MetadataMap::new();
    trailers.insert(
        "err",
        MetadataValue::from_static("request_size_limit_exceeded"),
    );
    let text = format!("Request limit exceeded: the item has {size} bytes, the limit is {limit}");
    Status::with_metadata(Code::ResourceExhausted, text, trailers)
}

/// Momento has this RPC, this server does not.
pub(crate) fn not_implemented(rpc: &str) -> Status {
    Status::unimplemented(format!(
        "momento-lambda-local does not implement the RPC {rpc}"
    ))
}
