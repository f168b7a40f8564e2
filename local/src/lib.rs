//! An in-memory Momento over real gRPC, for tests, examples and benchmarks.
//!
//! A test against Momento itself needs an account, a network and patience; a mock of the client tests the mock. This
//! server speaks Momento's own protocol, so that the official SDKs and momento-lambda's core run against it unchanged,
//! and it tells a test what it cannot see from outside: how often the client connected and called. Every RPC on caches
//! and their items is served; a call's metadata can ask for errors and delays, as Momento's own test server has it.
//!
//! ```
//! use momento_lambda_local::{Options, Server};
//! use momento_protos::cache_client::{ECacheResult, GetRequest, scs_client::ScsClient};
//! use tonic::Request;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::start(Options::default().cache("sessions")).await?;
//!
//! let mut client = ScsClient::connect(format!("http://{}", server.address())).await?;
//! let mut get = Request::new(GetRequest { cache_key: b"key".to_vec() });
//! get.metadata_mut().insert("cache", "sessions".parse()?);
//! assert_eq!(client.get(get).await?.get_ref().result(), ECacheResult::Miss);
//!
//! assert_eq!(server.counters().calls_of("get"), 1);
//! drop(client);
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![deny(missing_docs)]

mod admin;
mod cache;
mod calls;
mod connection;
mod control;
mod counters;
mod data;
mod error;
mod faults;
mod gate;
mod limits;
mod options;
mod requests;
mod rpc;
mod server;
mod signing_keys;
mod status;
mod store;
mod sync;
mod tls;

pub use counters::Counters;
pub use error::Error;
pub use options::Options;
pub use server::Server;
