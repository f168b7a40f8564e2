//! Lists and sets that are read: their elements are pieces of what came over the wire.
//!
//! Problem: in Momento's own messages each element is a `Vec`, made by one thread and freed by another, and for 100,000
//! of them that is a third of the call. Choice: the same messages with `Bytes`, which share the one reply.

use super::super::call::Call;
use super::super::reply::Reply;
use super::incomplete;
use crate::error::Result;
use bytes::Bytes;
use prost::Message;

/// The elements of a collection that is there.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Found {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    elements: Vec<Bytes>,
}

#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(super) struct Missing {}

/// A message of elements: either is there.
pub(super) trait Elements: Message + Default {
    fn parts(self) -> (Option<Found>, Option<Missing>);
}

/// Momento's messages by their names, which a user's middleware is told. The two fields are one `oneof` there.
macro_rules! messages {
    ($($name:ident)*) => {$(
        #[derive(Clone, PartialEq, Eq, Message)]
        pub(super) struct $name {
            #[prost(message, optional, tag = "1")]
            found: Option<Found>,
            #[prost(message, optional, tag = "2")]
            missing: Option<Missing>,
        }

        impl Elements for $name {
            fn parts(self) -> (Option<Found>, Option<Missing>) {
                (self.found, self.missing)
            }
        }
    )*};
}

messages!(ListFetchResponse SetFetchResponse SetSampleResponse SetPopResponse);

/// Sends the request and reads a reply of elements, a message `R`.
pub(super) async fn elements<R: Elements>(call: Call<'_>, request: impl Message) -> Result<Reply> {
    let reply: R = call.unary(request).await?;
    match reply.parts() {
        (Some(found), _) => Ok(Reply::Elements(found.elements)),
        (None, Some(_)) => Ok(Reply::Miss),
        (None, None) => Err(incomplete(&call)),
    }
}
