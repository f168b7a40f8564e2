//! A client as JavaScript holds it. Its operations are in `generated.rs`.

use crate::errors::NativeError;
use crate::queue::Queue;
use momento_lambda_core::bridge::{self, Completion};
use momento_lambda_core::operation::{Reply, Request};
use momento_lambda_core::{CacheClient, Error, ErrorCode, Result, runtime};
use napi::Env;
use napi_derive::napi;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

/// One client of one environment.
#[napi]
pub struct NativeClient {
    client: CacheClient,
    queue: Rc<Queue>,
    number: u32,
}

impl NativeClient {
    pub(crate) fn new(client: CacheClient, queue: Rc<Queue>, number: u32) -> Self {
        Self {
            client,
            queue,
            number,
        }
    }

    /// Starts a call whose answer will carry `ticket`, or says at once why it can't be started.
    pub(crate) fn submit(
        &self,
        env: Env,
        ticket: u32,
        request: impl FnOnce() -> Result<Request>,
    ) -> Option<NativeError> {
        let submitted = request().and_then(|request| {
            bridge::submit(
                &self.client,
                request,
                ticket.into(),
                self.queue.completions(),
            )
        });
        self.submitted(env, submitted)
    }

    fn submitted<T>(&self, env: Env, submitted: Result<T>) -> Option<NativeError> {
        match submitted {
            Ok(_) => {
                self.queue.began(env);
                None
            }
            Err(error) => Some(NativeError::from(&error)),
        }
    }
}

#[napi]
impl NativeClient {
    /// Which client of the registry this is; 0 for one outside it.
    #[napi(getter)]
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Connects. The answer is a success or a `CONNECTION_ERROR`, within `seconds`.
    #[napi]
    pub fn start(&self, env: Env, ticket: u32, seconds: f64) -> Option<NativeError> {
        let client = self.client.clone();
        let completions = Arc::clone(self.queue.completions());
        let budget = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        let submitted = runtime::spawn(async move {
            let outcome = match tokio::time::timeout(budget, client.connect()).await {
                Ok(Ok(())) => Ok(Reply::Success),
                Ok(Err(error)) => Err(unable(error.details())),
                Err(_) => Err(unable("deadline exceeded.")),
            };
            completions.push(Completion {
                ticket: ticket.into(),
                outcome,
            });
        });
        self.submitted(env, submitted)
    }

    /// Lets go of connection and token.
    #[napi]
    pub fn close(&self) {
        self.client.close();
        self.queue.forget(self.number);
    }
}

fn unable(why: &str) -> Error {
    Error::new(
        ErrorCode::Connection,
        format!("Unable to connect to Momento: {why}"),
    )
}
