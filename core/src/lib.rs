//! Momento, the serverless cache, for functions on AWS Lambda.
//!
//! One client per process finds its token, keeps one connection and is used by every warm
//! invocation. Python and Node packages are built on this library; a Rust function can use it as
//! it is. The project is independent of Momento and of AWS.
//!
//! In a function, with the token in Secrets Manager and `MOMENTO_SECRET_ID` naming it:
//!
//! ```no_run
//! # async fn handler() -> Result<(), momento_lambda_core::Error> {
//! // The same client on every warm invocation; returns at once.
//! let client = momento_lambda_core::get_momento_client()?;
//! client.set("cache", "key", "value", None).await?;
//! assert_eq!(client.get("cache", "key").await?, Some(b"value".to_vec()));
//! # Ok(())
//! # }
//! ```
//!
//! Against a local server, whole:
//!
//! ```
//! use momento_lambda_core::{CacheClient, ClientOptions, token::Credential};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = momento_lambda_local::Server::start(momento_lambda_local::Options::default()).await?;
//! # let port = server.address().port();
//! let client = CacheClient::new(ClientOptions::new(Credential::local("127.0.0.1", port)))?;
//! client.create_cache("cache").await?;
//! client.set("cache", "key", "value", None).await?;
//! assert_eq!(client.get("cache", "key").await?, Some(b"value".to_vec()));
//! assert_eq!(client.get("cache", "other").await?, None);
//! # Ok(())
//! # }
//! ```

mod alarm;
pub mod bridge;
mod client;
mod clock;
mod config;
mod counters;
pub mod doctor;
mod error;
mod fork_gate;
mod invocation;
pub mod operation;
mod options;
mod per_process;
mod restored;
pub mod runtime;
mod session;
mod single_flight;
pub mod token;
mod transport;

pub use client::{CacheClient, get_momento_client, get_momento_client_with};
pub use config::{
    Compression, CompressionFormat, CompressionLevel, Configuration, ReadConcern, Retry,
};
pub use counters::Counters;
pub use error::{Error, ErrorCode, GrpcDetails, Limit, Result};
pub use fork_gate::{after_fork_in_parent, before_fork};
pub use invocation::Invocation;
pub use options::{Agent, ClientOptions, Credentials};
pub use per_process::{Owned, forked};
pub use restored::{after_restore, before_snapshot};
