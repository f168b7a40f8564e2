//! gRPC's frames: five bytes before each message, and a status after the last.

use super::last_reply::LastReply;
use crate::transport::{Failure, Pieces, ReplyBody};
use bytes::{Buf, Bytes, BytesMut};
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use prost::Message;
use prost::encoding::{WireType, encode_key, encode_varint, encoded_len_varint, key_len};
use std::pin::pin;
use tonic::{Code, Status};

/// A flag and a length.
const PREFIX: usize = 5;

/// From so many bytes on a value is sent from where it lies: below, to copy it is as quick as to keep it apart.
const LARGE: usize = 16 * 1024;

/// A framed message.
pub(super) fn encode(message: &impl Message) -> Pieces {
    let length = message.encoded_len();
    let mut buffer = prefix(length, length);
    // A Vec grows: it can't be too small.
    let _ = message.encode(&mut buffer);
    Bytes::from(buffer).into()
}

/// A framed message without its field `tag`, and that field, which is `value` and not copied if it is large. Fields may
/// stand in any order, so it comes last.
pub(super) fn encode_with(message: &impl Message, tag: u32, value: Vec<u8>) -> Pieces {
    let head = message.encoded_len() + key_len(tag) + encoded_len_varint(value.len() as u64);
    let length = head + value.len();
    let is_large = value.len() >= LARGE;
    let mut buffer = prefix(length, if is_large { head } else { length });
    let _ = message.encode(&mut buffer);
    encode_key(tag, WireType::LengthDelimited, &mut buffer);
    encode_varint(value.len() as u64, &mut buffer);
    if is_large {
        return Pieces::new(buffer.into(), value.into());
    }
    buffer.extend_from_slice(&value);
    Bytes::from(buffer).into()
}

/// What stands before a message of `length` bytes, with room for so many more.
fn prefix(length: usize, room: usize) -> Vec<u8> {
    let mut buffer = Vec::with_capacity(PREFIX + room);
    buffer.push(0);
    // A message beyond 4 GiB fails at the channel's size limit.
    buffer.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    buffer
}

/// The message without its frame.
pub(super) fn payload(framed: &Pieces) -> Bytes {
    let framed = framed.joined();
    framed.slice(PREFIX.min(framed.len())..)
}

/// Reads a reply to its end, gives each message of at most `limit` bytes to `each`, and returns the
/// metadata if `keep` says that anybody wants it. Fails with the status that the service ended the reply
/// with.
pub(super) async fn read(
    reply: Response<ReplyBody>,
    limit: usize,
    last: &LastReply,
    keep: bool,
    mut each: impl FnMut(Bytes),
) -> Result<HeaderMap, Failure> {
    let (head, body) = reply.into_parts();
    let mut metadata = head.headers;
    // Trailers alone: the service failed before it had anything to say.
    if let Some(status) = Status::from_header_map(&metadata) {
        ended(status, HeaderMap::new())?;
        return Ok(metadata);
    }
    if head.status != StatusCode::OK {
        return Err(no_grpc(head.status).into());
    }
    let mut body = pin!(body);
    let mut messages = Messages {
        buffer: BytesMut::new(),
        limit,
        last,
    };
    while let Some(frame) = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await
    {
        match frame?.into_data() {
            Ok(data) => messages.add(data, &mut each)?,
            Err(frame) => {
                let Ok(trailers) = frame.into_trailers() else {
                    continue;
                };
                if !is_ok(&trailers) {
                    let status = Status::from_header_map(&trailers)
                        .ok_or_else(|| Status::internal("the reply's trailers hold no status"))?;
                    ended(status, metadata)?;
                    return Err(no_status().into());
                }
                messages.end()?;
                if keep {
                    metadata.extend(trailers);
                }
                return Ok(metadata);
            }
        }
    }
    Err(no_status().into())
}

/// Whether the status is OK. tonic's `Status` would be made and taken apart for it.
fn is_ok(trailers: &HeaderMap) -> bool {
    trailers
        .get(Status::GRPC_STATUS)
        .is_some_and(|code| code.as_bytes() == b"0")
}

fn no_status() -> Status {
    Status::internal("the reply ended without a status")
}

/// A status that is not OK, with the metadata that came before it.
fn ended(mut status: Status, before: HeaderMap) -> Result<(), Status> {
    if status.code() == Code::Ok {
        return Ok(());
    }
    let mut all = before;
    all.remove(http::header::CONTENT_TYPE);
    all.extend(status.metadata().clone().into_headers());
    *status.metadata_mut() = tonic::metadata::MetadataMap::from_headers(all);
    Err(status)
}

/// What a reply that is not gRPC means, by gRPC's own table (doc/http-grpc-status-mapping.md there).
fn no_grpc(status: StatusCode) -> Status {
    let code = match status.as_u16() {
        400 => Code::Internal,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::Unimplemented,
        429 | 502 | 503 | 504 => Code::Unavailable,
        _ => Code::Unknown,
    };
    Status::new(
        code,
        format!("the answer was no gRPC but HTTP status {status}"),
    )
}

/// Cuts messages out of data that comes in pieces.
struct Messages<'a> {
    buffer: BytesMut,
    limit: usize,
    last: &'a LastReply,
}

impl Messages<'_> {
    fn add(&mut self, mut data: Bytes, each: &mut impl FnMut(Bytes)) -> Result<(), Status> {
        // Most messages come whole: they are cut from where they are.
        while self.buffer.is_empty() && data.len() >= PREFIX {
            let end = PREFIX + self.length(&data)?;
            if data.len() < end {
                self.buffer = self.last.memory(end);
                break;
            }
            let mut message = data.split_to(end);
            message.advance(PREFIX);
            self.last.hold(&message);
            each(message);
        }
        if data.is_empty() {
            return Ok(());
        }
        self.buffer.extend_from_slice(&data);
        while self.buffer.len() >= PREFIX {
            let end = PREFIX + self.length(&self.buffer)?;
            if self.buffer.len() < end {
                self.buffer.reserve(end - self.buffer.len());
                break;
            }
            let mut message = self.buffer.split_to(end);
            message.advance(PREFIX);
            let message = message.freeze();
            self.last.hold(&message);
            each(message);
        }
        Ok(())
    }

    fn length(&self, frame: &[u8]) -> Result<usize, Status> {
        let &[flag, a, b, c, d, ..] = frame else {
            return Err(Status::internal("a frame is too short"));
        };
        if flag != 0 {
            return Err(Status::internal(
                "the reply is compressed, which this client did not ask for",
            ));
        }
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if length > self.limit {
            return Err(Status::resource_exhausted(format!(
                "the reply has {length} bytes, this client takes at most {}",
                self.limit
            )));
        }
        Ok(length)
    }

    fn end(&self) -> Result<(), Status> {
        if self.buffer.is_empty() {
            Ok(())
        } else {
            Err(Status::internal("the reply ended within a message"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use momento_protos::cache_client::SetRequest;
    use proptest::prelude::*;

    fn framed(message: &[u8]) -> Vec<u8> {
        let mut framed = prefix(message.len(), message.len());
        framed.extend_from_slice(message);
        framed
    }

    fn cut(data: &[u8], pieces: &[usize], limit: usize) -> Result<Vec<Vec<u8>>, Status> {
        let mut messages = Messages {
            buffer: BytesMut::new(),
            limit,
            last: &LastReply::default(),
        };
        let mut found = Vec::new();
        let mut rest = data;
        for piece in pieces.iter().copied().chain([data.len()]) {
            let (now, later) = rest.split_at(piece.min(rest.len()));
            messages.add(Bytes::copy_from_slice(now), &mut |message| {
                found.push(message.to_vec());
            })?;
            rest = later;
        }
        messages.end().map(|()| found)
    }

    proptest! {
        #[test]
        fn a_field_that_is_kept_apart_is_part_of_the_message(
            cache_key in prop::collection::vec(any::<u8>(), 0..20),
            length in prop_oneof![0..300_usize, LARGE - 2..LARGE + 2],
            ttl_milliseconds: u64,
        ) {
            let without = SetRequest { cache_key, ttl_milliseconds, ..SetRequest::default() };
            let cache_body: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let pieces = encode_with(&without, 2, cache_body.clone());
            let message = payload(&pieces);
            prop_assert_eq!(pieces.joined(), framed(&message));
            prop_assert_eq!(pieces.chunk().len() < pieces.len(), length >= LARGE);
            prop_assert_eq!(SetRequest::decode(message), Ok(SetRequest { cache_body, ..without.clone() }));
            prop_assert_eq!(encode(&without).joined(), framed(&without.encode_to_vec()));
        }

        #[test]
        fn messages_come_out_as_they_went_in_however_they_are_cut(
            messages in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..6),
            pieces in prop::collection::vec(0_usize..20, 0..30),
        ) {
            let data: Vec<u8> = messages.iter().flat_map(|message| framed(message)).collect();
            prop_assert_eq!(cut(&data, &pieces, 64).expect("whole messages"), messages);
        }

        #[test]
        fn any_bytes_are_read_or_refused(
            data in prop::collection::vec(any::<u8>(), 0..200),
            pieces in prop::collection::vec(0_usize..50, 0..10),
        ) {
            drop(cut(&data, &pieces, 1_000));
        }
    }

    #[test]
    fn a_reply_beyond_the_limit_or_compressed_is_refused_before_it_is_stored() {
        let status = cut(&[0, 255, 255, 255, 255, 1], &[], 100).expect_err("too large");
        assert_eq!(status.code(), Code::ResourceExhausted);
        let status = cut(&[1, 0, 0, 0, 1, 1], &[], 100).expect_err("compressed");
        assert_eq!(status.code(), Code::Internal);
        assert!(
            cut(&[0, 0, 0, 0, 2, 1], &[], 100).is_err(),
            "an end within a message"
        );
    }
}
