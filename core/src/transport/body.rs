//! A reply's body: what h2 hands out, in the form of http's bodies.

use super::failure::Failure;
use bytes::Bytes;
use h2::RecvStream;
use http_body::{Body, Frame};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// The body of one reply. Window space is given back as the data is taken.
#[derive(Debug)]
pub(crate) struct ReplyBody {
    stream: RecvStream,
    data_ended: bool,
}

impl ReplyBody {
    pub(super) fn new(stream: RecvStream) -> Self {
        Self {
            stream,
            data_ended: false,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let this = self.get_mut();
        if !this.data_ended {
            match ready!(this.stream.poll_data(context)) {
                Some(Ok(data)) => {
                    // An error here means the stream is gone, which the next poll says better.
                    let _ = this.stream.flow_control().release_capacity(data.len());
                    return Poll::Ready(Some(Ok(Frame::data(data))));
                }
                Some(Err(error)) => {
                    return Poll::Ready(Some(Err(error.into())));
                }
                None => this.data_ended = true,
            }
        }
        let trailers = ready!(this.stream.poll_trailers(context));
        Poll::Ready(match trailers {
            Ok(trailers) => trailers.map(|trailers| Ok(Frame::trailers(trailers))),
            Err(error) => Some(Err(error.into())),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.stream.is_end_stream()
    }
}
