//! One HTTP/1.1 exchange over an open stream: the request, the whole reply, the end.
//!
//! Serves AWS's APIs and the Lambda extension alike. No pool and no second request: a look-up is
//! one of each, and a connection kept for the next would be dead after a freeze.

use super::endpoint::Endpoint;
use crate::error::{Error, ErrorCode, Result};
use crate::transport::Stream;
use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, Response, Uri};
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use hyper_util::rt::TokioIo;
use std::time::Duration;

/// Secrets have at most 64 KiB, in JSON at most six times that.
const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// Sends a request to `endpoint`, which `stream` leads to, and reads the reply, within `patience`.
pub(super) async fn exchange<B>(
    stream: Stream,
    endpoint: &Endpoint,
    request: Request<B>,
    patience: Duration,
) -> Result<Response<Bytes>>
where
    B: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static,
{
    let reply = async {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broke(endpoint, &error))?;
        let answer = async {
            let reply = sender
                .send_request(origin_form(request, endpoint))
                .await
                .map_err(|error| broke(endpoint, &error))?;
            let (parts, body) = reply.into_parts();
            let body = Limited::new(body, MAX_REPLY_BYTES)
                .collect()
                .await
                .map_err(|error| broke(endpoint, &*error))?;
            Ok(Response::from_parts(parts, body.to_bytes()))
        };
        // The exchange ends with the answer; the connection may go first and then says nothing new.
        let connection = async {
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        first(answer, connection).await
    };
    tokio::time::timeout(patience, reply)
        .await
        .map_err(|_| silent(endpoint, patience))?
}

/// Drives both, ends with the first.
async fn first<T>(answer: impl Future<Output = T>, beside: impl Future<Output = ()>) -> T {
    let mut answer = std::pin::pin!(answer);
    let mut beside = std::pin::pin!(beside);
    std::future::poll_fn(|context| {
        let _ = beside.as_mut().poll(context);
        answer.as_mut().poll(context)
    })
    .await
}

/// HTTP/1.1 to a server, not to a proxy: the path alone, the host in its header.
fn origin_form<B>(mut request: Request<B>, endpoint: &Endpoint) -> Request<B> {
    let host = request
        .uri()
        .authority()
        .map_or_else(|| endpoint.authority(), ToString::to_string);
    if let Ok(host) = HeaderValue::from_str(&host) {
        request.headers_mut().entry(HOST).or_insert(host);
    }
    request
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(path) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = Uri::from(path);
    }
    request
}

fn silent(endpoint: &Endpoint, patience: Duration) -> Error {
    Error::new(
        ErrorCode::Timeout,
        format!(
            "{endpoint} gave no answer within {} ms",
            patience.as_millis()
        ),
    )
}

fn broke(endpoint: &Endpoint, error: &(dyn std::error::Error + 'static)) -> Error {
    Error::new(
        ErrorCode::ServerUnavailable,
        format!("the connection to {endpoint} broke before the whole answer had come: {error}"),
    )
}
