//! How the AWS SDK reaches AWS: over our own dial and one HTTP/1.1 exchange.
//!
//! The SDK's default HTTP client reads the system's trust store (about 1,500 files), keeps a pool
//! and speaks HTTP/2: all of it CPU in a cold start that makes a single request. Here a request is
//! one connection with compiled-in roots, closed after the reply.

use crate::error::{Error, ErrorCode};
use crate::token::Endpoint;
use crate::transport::{Protocol, dial, tls_settings};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http::header::{CONNECTION, HOST};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::{BodyExt, Limited};
use hyper_util::rt::TokioIo;
use std::path::PathBuf;
use std::time::Duration;

/// For one try: to connect, and then to get the whole reply. Look-ups take 5 to 300 ms.
pub(super) const TRY_TIMEOUT: Duration = Duration::from_secs(1);
/// Secrets have at most 64 KiB, in JSON at most six times that.
const MAX_REPLY_BYTES: usize = 1024 * 1024;

/// The AWS SDK's HTTP client of this project.
#[derive(Clone, Debug, Default)]
pub(super) struct AwsConnector;

impl HttpClient for AwsConnector {
    fn http_connector(
        &self,
        _: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for AwsConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            exchange(request).await
        })
    }
}

async fn exchange(request: Request<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    let endpoint =
        endpoint_of(request.uri()).map_err(|error| ConnectorError::user(error.into()))?;
    let stream = dial(&endpoint, TRY_TIMEOUT, || {
        // AWS's own name for a company's authorities, as boto3 reads it.
        let authorities = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
        tls_settings(Protocol::Http1, authorities.map(PathBuf::from).as_deref())
    })
    .await
    .map_err(|error| connector_error(error).never_connected())?;

    let reply = async {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broke(&endpoint, &error))?;
        let answer = async {
            let reply = sender
                .send_request(origin_form(request, &endpoint))
                .await
                .map_err(|error| broke(&endpoint, &error))?;
            let (parts, body) = reply.into_parts();
            let body = Limited::new(body, MAX_REPLY_BYTES)
                .collect()
                .await
                .map_err(|error| broke(&endpoint, &*error))?;
            Ok::<_, Error>(Response::from_parts(parts, body.to_bytes()))
        };
        // The exchange ends with the answer; the connection may go first and then says nothing new.
        let connection = async {
            let _ = connection.await;
            std::future::pending::<()>().await;
        };
        first(answer, connection).await
    };
    let reply: Response<Bytes> = tokio::time::timeout(TRY_TIMEOUT, reply)
        .await
        .map_err(|_| connector_error(silent(&endpoint)))?
        .map_err(connector_error)?;
    HttpResponse::try_from(reply.map(SdkBody::from))
        .map_err(|error| ConnectorError::other(error.into(), None))
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

fn endpoint_of(uri: &Uri) -> Result<Endpoint, Error> {
    let secure = uri.scheme_str() != Some("http");
    let host = uri
        .host()
        .ok_or_else(|| Error::invalid_argument("AWS endpoint names no host; check AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_SECRETS_MANAGER"))?;
    Ok(Endpoint {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        secure,
    })
}

/// HTTP/1.1 to a server, not to a proxy: the path alone, the host in its header.
fn origin_form(mut request: Request<SdkBody>, endpoint: &Endpoint) -> Request<SdkBody> {
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

fn connector_error(error: Error) -> ConnectorError {
    match error.code() {
        ErrorCode::Timeout => ConnectorError::timeout(error.into()),
        ErrorCode::InvalidArgument => ConnectorError::user(error.into()),
        _ => ConnectorError::io(error.into()),
    }
}

fn silent(endpoint: &Endpoint) -> Error {
    Error::new(
        ErrorCode::Timeout,
        format!(
            "{endpoint} gave no answer within {} ms",
            TRY_TIMEOUT.as_millis()
        ),
    )
}

fn broke(endpoint: &Endpoint, error: &(dyn std::error::Error + 'static)) -> Error {
    Error::new(
        ErrorCode::ServerUnavailable,
        format!("the connection to {endpoint} broke before the whole answer had come: {error}"),
    )
}
