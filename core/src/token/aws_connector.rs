//! How the AWS SDK reaches AWS: over our own dial and one HTTP/1.1 exchange.
//!
//! The SDK's default HTTP client reads the system's trust store (about 1,500 files), keeps a pool
//! and speaks HTTP/2: all of it CPU in a cold start that makes a single request. Here a request is
//! one connection with compiled-in roots, closed after the reply.

use super::endpoint::Endpoint;
use super::exchange::exchange;
use crate::error::{Error, ErrorCode, Result};
use crate::transport::{Protocol, dial, tls_settings};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::{Request, Uri};
use std::path::PathBuf;
use std::time::Duration;

/// For one try: to connect, and then to get the whole reply. Look-ups take 5 to 300 ms.
pub(super) const TRY_TIMEOUT: Duration = Duration::from_secs(1);

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
            send(request).await
        })
    }
}

async fn send(request: Request<SdkBody>) -> Result<HttpResponse, ConnectorError> {
    let endpoint =
        endpoint_of(request.uri()).map_err(|error| ConnectorError::user(error.into()))?;
    let (stream, _) = dial(&endpoint, TRY_TIMEOUT, || {
        // AWS's own name for a company's authorities, as boto3 reads it.
        let authorities = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
        tls_settings(Protocol::Http1, authorities.map(PathBuf::from).as_deref())
    })
    .await
    .map_err(|error| connector_error(error).never_connected())?;
    let reply = exchange(stream, &endpoint, request, TRY_TIMEOUT)
        .await
        .map_err(connector_error)?;
    HttpResponse::try_from(reply.map(SdkBody::from))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

fn endpoint_of(uri: &Uri) -> Result<Endpoint> {
    let secure = uri.scheme_str() != Some("http");
    let host = uri.host().ok_or_else(|| {
        Error::invalid_argument(
            "AWS endpoint names no host; check AWS_ENDPOINT_URL and its form for the service",
        )
    })?;
    Ok(Endpoint {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
        secure,
    })
}

fn connector_error(error: Error) -> ConnectorError {
    match error.code() {
        ErrorCode::Timeout => ConnectorError::timeout(error.into()),
        ErrorCode::InvalidArgument => ConnectorError::user(error.into()),
        _ => ConnectorError::io(error.into()),
    }
}
