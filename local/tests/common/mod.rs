//! What the tests over the wire share: a server, and clients that name their cache and token.

// Each test file is a program of its own and uses its part of this.
#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "compiled into each test program, which uses its part"
)]

pub mod sorted;

use std::net::SocketAddr;
use std::time::Duration;

use momento_lambda_local::{Options, Server};
use momento_protos::cache_client::scs_client::ScsClient;
use momento_protos::cache_client::{
    DeleteRequest, ECacheResult, GetRequest, SetRequest, SetResponse,
};
use momento_protos::control_client::CreateCacheRequest;
use momento_protos::control_client::scs_control_client::ScsControlClient;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};

/// Longer than anything here takes: a test that hangs must fail.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub const CACHE: &str = "cache";
pub const MINUTE: u64 = 60_000;

/// A call of an RPC of `Scs`: `call!(client.get(GetRequest { .. }))` is its answer or its status.
macro_rules! call {
    ($client:ident.$rpc:ident($message:expr)) => {{
        let request = $client.request($message);
        let answer = $client.data.$rpc(request).await;
        answer.map(tonic::Response::into_inner)
    }};
}

pub(crate) use call;

pub type TestResult = Result<(), Box<dyn std::error::Error>>;

/// A client on a connection of its own.
#[derive(Clone)]
pub struct Client {
    pub data: ScsClient<Channel>,
    pub control: ScsControlClient<Channel>,
    cache: Option<AsciiMetadataValue>,
    token: Option<AsciiMetadataValue>,
    headers: Vec<(&'static str, AsciiMetadataValue)>,
}

impl Client {
    pub async fn connect(server: &Server) -> Result<Self, Box<dyn std::error::Error>> {
        let endpoint = Channel::from_shared(format!("http://{}", server.address()))?;
        Ok(Self::on(endpoint.connect().await?))
    }

    pub fn on(channel: Channel) -> Self {
        Self {
            data: ScsClient::new(channel.clone()).max_decoding_message_size(16 * 1024 * 1024),
            control: ScsControlClient::new(channel),
            cache: Some(AsciiMetadataValue::from_static(CACHE)),
            token: None,
            headers: Vec::new(),
        }
    }

    pub fn cache(mut self, name: Option<&'static str>) -> Self {
        self.cache = name.map(AsciiMetadataValue::from_static);
        self
    }

    pub fn token(mut self, token: &'static str) -> Self {
        self.token = Some(AsciiMetadataValue::from_static(token));
        self
    }

    /// Sends a header with every call.
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers
            .push((name, AsciiMetadataValue::from_static(value)));
        self
    }

    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        for (key, value) in [("cache", &self.cache), ("authorization", &self.token)] {
            if let Some(value) = value {
                request.metadata_mut().insert(key, value.clone());
            }
        }
        for (key, value) in &self.headers {
            request.metadata_mut().insert(*key, value.clone());
        }
        request
    }

    pub async fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Status> {
        let request = self.request(GetRequest {
            cache_key: key.to_vec(),
        });
        let answer = self.data.get(request).await?.into_inner();
        match answer.result() {
            ECacheResult::Hit => Ok(Some(answer.cache_body)),
            ECacheResult::Miss => Ok(None),
            other => Err(Status::internal(format!("a get answered {other:?}"))),
        }
    }

    pub async fn set(&mut self, key: &[u8], value: &[u8], ttl: u64) -> Result<SetResponse, Status> {
        let message = SetRequest {
            cache_key: key.to_vec(),
            cache_body: value.to_vec(),
            ttl_milliseconds: ttl,
        };
        let request = self.request(message);
        Ok(self.data.set(request).await?.into_inner())
    }

    pub async fn delete(&mut self, key: &[u8]) -> Result<(), Status> {
        let request = self.request(DeleteRequest {
            cache_key: key.to_vec(),
        });
        self.data.delete(request).await.map(|_| ())
    }

    pub async fn create_cache(&mut self, name: &str) -> Result<(), Status> {
        let request = self.request(CreateCacheRequest {
            cache_name: name.to_owned(),
        });
        self.control.create_cache(request).await.map(|_| ())
    }
}

pub fn code<T>(answer: &Result<T, Status>) -> Code {
    answer.as_ref().err().map_or(Code::Ok, Status::code)
}

/// One request on a connection of its own; its status and JSON body.
pub async fn admin(
    address: SocketAddr,
    method: &str,
    path: &str,
) -> Result<(u16, Value), Box<dyn std::error::Error>> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no body")?;
    let status = head.split(' ').nth(1).ok_or("no status")?.parse()?;
    Ok((status, serde_json::from_str(body)?))
}

/// Bytes, for messages.
pub fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

pub fn many<const COUNT: usize>(texts: [&str; COUNT]) -> Vec<Vec<u8>> {
    texts.map(bytes).into()
}

/// A server with [`CACHE`] and a client of it.
pub async fn started() -> Result<(Server, Client), Box<dyn std::error::Error>> {
    let server = Server::start(Options::default().cache(CACHE)).await?;
    let client = Client::connect(&server).await?;
    Ok((server, client))
}
