//! What every call passes through before and after its RPC: counting, the token, faults, the delay.
//!
//! It stands on the HTTP side of gRPC, since a call must be counted and refused before its message is read, and since
//! the delay is the same for every answer, refusals too. What a call's fault headers ask for comes after its token.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{HeaderMap, Request, Response};
use hyper::body::Incoming;
use momento_protos::cache_client::scs_server::ScsServer;
use momento_protos::control_client::scs_control_server::ScsControlServer;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConstantTimeEq as _};
use tonic::body::Body;
use tonic::codegen::Service as _;
use tonic::{Code, Status};

use crate::control::Control;
use crate::counters::Counting;
use crate::data::Data;
use crate::limits::MESSAGE_BYTES;
use crate::rpc::Service;
use crate::status;
use crate::store::Store;
use crate::sync::lock;

type Answer = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// The services behind one gRPC port. A clone per connection shares all state.
#[derive(Clone)]
pub(crate) struct Calls {
    counting: Arc<Counting>,
    tokens: Tokens,
    latency: Duration,
    control: ScsControlServer<Control>,
    data: ScsServer<Data>,
}

impl Calls {
    pub(crate) fn new(
        store: &Arc<Store>,
        counting: Arc<Counting>,
        tokens: Tokens,
        latency: Duration,
    ) -> Self {
        Self {
            counting,
            tokens,
            latency,
            control: ScsControlServer::new(Control::new(Arc::clone(store)))
                .max_decoding_message_size(MESSAGE_BYTES),
            data: ScsServer::new(Data::new(Arc::clone(store)))
                .max_decoding_message_size(MESSAGE_BYTES),
        }
    }

    fn answer(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path();
        let Some(rpc) = self.counting.arrived(path, request.headers()) else {
            return refuse(status::not_implemented(path));
        };
        if !self.tokens.accept(request.headers()) {
            return refuse(status::unauthenticated());
        }
        let faults = match self.counting.faults(rpc, request.headers()) {
            Ok(faults) => faults,
            Err(status) => return refuse(status),
        };
        let answer = match faults.error {
            Some(status) => refuse(status),
            None => self.serve(rpc.service, request),
        };
        match faults.delay {
            // The RPC itself waits too: a client that gave up has changed nothing.
            Some(delay) => Box::pin(async move {
                tokio::time::sleep(delay).await;
                answer.await
            }),
            None => answer,
        }
    }

    fn serve(&self, service: Service, request: Request<Incoming>) -> Answer {
        let answer = match service {
            Service::Control => self.control.clone().call(request),
            Service::Data => self.data.clone().call(request),
        };
        Box::pin(async move {
            let answer = answer.await?;
            Ok(if is_out_of_range(&answer) {
                status::message_too_large(MESSAGE_BYTES).into_http()
            } else {
                answer
            })
        })
    }
}

/// The tokens that are accepted; any, while there are none. Clones share them.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Mutex<Vec<SecretString>>>);

impl Tokens {
    pub(crate) fn new(tokens: Vec<SecretString>) -> Self {
        Self(Arc::new(Mutex::new(tokens)))
    }

    /// From now on these.
    pub(crate) fn replace(&self, tokens: Vec<SecretString>) {
        *lock(&self.0) = tokens;
    }

    /// Whether the call's token is one of those accepted. How long it takes tells nothing of how much of it is right.
    fn accept(&self, headers: &HeaderMap) -> bool {
        let tokens = lock(&self.0);
        if tokens.is_empty() {
            return true;
        }
        let Some(shown) = headers.get(http::header::AUTHORIZATION) else {
            return false;
        };
        let equal = |token: &SecretString| token.expose_secret().as_bytes().ct_eq(shown.as_bytes());
        tokens
            .iter()
            .map(equal)
            .fold(Choice::from(0), |any, one| any | one)
            .into()
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl hyper::service::Service<Request<Incoming>> for Calls {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn call(&self, request: Request<Incoming>) -> Answer {
        let answer = self.answer(request);
        if self.latency.is_zero() {
            return answer;
        }
        let latency = self.latency;
        Box::pin(async move {
            let answer = answer.await;
            tokio::time::sleep(latency).await;
            answer
        })
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Calls")
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

/// Only tonic's decoder answers `OUT_OF_RANGE`, to a message over its limit; Momento has other words for it.
fn is_out_of_range(answer: &Response<Body>) -> bool {
    Status::from_header_map(answer.headers())
        .is_some_and(|status| status.code() == Code::OutOfRange)
}

fn refuse(status: Status) -> Answer {
    Box::pin(std::future::ready(Ok(status.into_http())))
}
