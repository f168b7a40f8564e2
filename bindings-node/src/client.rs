//! A client as JavaScript holds it. Its operations are in `generated.rs`.

use crate::errors::NativeError;
use crate::queue::Queue;
use momento_lambda_core::bridge::Asks;
use momento_lambda_core::operation::{Reply, Request};
use momento_lambda_core::{CacheClient, Error, ErrorCode, Result};
use napi::Env;
use napi::bindgen_prelude::Either;
use napi_derive::napi;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// One client of one environment.
#[napi]
pub struct NativeClient {
    client: CacheClient,
    queue: Rc<Queue>,
    number: u32,
    asks: Cell<Asks>,
}

impl NativeClient {
    pub(crate) fn new(client: CacheClient, queue: Rc<Queue>, number: u32) -> Self {
        Self {
            client,
            queue,
            number,
            asks: Cell::default(),
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
            request.check_ranges()?;
            let submissions = self.queue.submissions();
            submissions.call(&self.client, request, ticket.into(), self.asks.get())
        });
        self.queue.began(env, submitted)
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
        let budget = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        let submitted = self.queue.submissions().run(ticket.into(), async move {
            match tokio::time::timeout(budget, client.connect()).await {
                Ok(Ok(())) => Ok(Reply::Success),
                Ok(Err(error)) => Err(unable(error.details())),
                Err(_) => Err(unable("deadline exceeded.")),
            }
        });
        self.queue.began(env, submitted)
    }

    /// Which hooks JavaScript has, see `questions.rs`.
    #[napi]
    pub fn ask(&self, middlewares: bool, retry: bool) {
        self.asks.set(Asks { middlewares, retry });
    }

    /// What the client has done so far: names and figures by turns.
    #[napi]
    #[must_use]
    pub fn counters(&self) -> Vec<Either<String, f64>> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "to a count that a double can't tell it takes centuries"
        )]
        let pair =
            |(name, count): (&str, u64)| [Either::A(name.to_owned()), Either::B(count as f64)];
        let named = self.client.counters().named();
        named.into_iter().flat_map(pair).collect()
    }

    /// Gives a call up: its answer does not come.
    #[napi]
    pub fn cancel(&self, env: Env, ticket: u32) {
        self.queue.cancel(env, ticket);
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
