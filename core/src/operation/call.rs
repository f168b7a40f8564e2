//! One call on the wire: gRPC over the channel, attempt by attempt.
//!
//! tonic's generated clients encode a message again for every attempt, box their bodies and hide
//! what a middleware must see. Here a message is encoded once, an attempt sends the same bytes, and
//! what comes back is read into one buffer. tonic gives the status, momento-protos the messages.

use super::execute::Outcome;
use super::hooks::{Answered, Attempt, Failed, Hooks};
use super::metadata::{replace, texts, timeout};
use super::renewal::Refusals;
use super::{Operation, Service, frames, retry, status};
use crate::alarm::until;
use crate::config::Retry;
use crate::error::{Error, ErrorCode, Result};
use crate::session::{Session, Sessions};
use crate::transport::{Channel, Failure, Outgoing, Pieces};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, TE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use prost::Message;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tonic::Status;

const CACHE: HeaderName = HeaderName::from_static("cache");
const READ_CONCERN: HeaderName = HeaderName::from_static("read-concern");
const GRPC_TIMEOUT: HeaderName = HeaderName::from_static("grpc-timeout");

/// One call: the session it goes through, the operation it is, and who watches.
pub(super) struct Call<'a> {
    pub(super) sessions: &'a Arc<Sessions>,
    pub(super) session: Arc<Session>,
    pub(super) operation: Operation,
    pub(super) hooks: Option<Arc<dyn Hooks>>,
    pub(super) cache_name: Option<HeaderValue>,
    pub(super) deadline: Instant,
    /// How often the token was refused and another taken.
    pub(super) renewals: u8,
}

/// What an attempt brought: the messages of the reply, one unless the RPC is a stream.
pub(super) struct Received {
    messages: Vec<Bytes>,
    metadata: HeaderMap,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        sessions: &'a Arc<Sessions>,
        session: Arc<Session>,
        operation: Operation,
        hooks: Option<Arc<dyn Hooks>>,
        deadline: Instant,
    ) -> Self {
        Self {
            sessions,
            session,
            operation,
            hooks,
            cache_name: None,
            deadline,
            renewals: 0,
        }
    }

    /// The same call on a cache; its name has been validated.
    pub(super) fn on(mut self, cache_name: String) -> Self {
        self.cache_name = HeaderValue::try_from(cache_name).ok();
        self
    }

    pub(super) fn operation(&self) -> Operation {
        self.operation
    }

    /// Sends a message and reads the reply.
    pub(super) async fn unary<M: Message, R: Message + Default>(&self, message: M) -> Result<R> {
        let received = self.send(frames::encode(&message), Names::of::<M, R>());
        drop(message);
        self.only(&received.await?)
    }

    /// Sends a message with its field `tag`, which is a `value` that may be large, and reads the reply.
    pub(super) async fn unary_with<M: Message, R: Message + Default>(
        &self,
        message: M,
        (tag, value): (u32, Vec<u8>),
    ) -> Result<R> {
        let received = self.send(
            frames::encode_with(&message, tag, value),
            Names::of::<M, R>(),
        );
        drop(message);
        self.only(&received.await?)
    }

    /// The one message of a reply.
    fn only<R: Message + Default>(&self, received: &Received) -> Result<R> {
        match received.messages.first() {
            Some(message) => decode(message),
            None => Err(Error::new(
                ErrorCode::InternalServer,
                format!("{} was answered without a message", self.operation.rpc()),
            )),
        }
    }

    /// Sends a message and reads the replies.
    pub(super) async fn stream<M: Message, R: Message + Default>(
        &self,
        message: M,
    ) -> Result<Vec<R>> {
        let received = self.send(frames::encode(&message), Names::of::<M, R>());
        drop(message);
        received.await?.messages.iter().map(decode).collect()
    }

    /// Attempts until there is a reply or the retry strategy gives up.
    async fn send(&self, message: Pieces, names: Names) -> Result<Received> {
        let mut refusals = Refusals::default();
        let mut number = 1;
        loop {
            let failure = match self.attempt(&message, number, names, &mut refusals).await {
                Outcome::Received(received) => {
                    self.channel().went_well();
                    return Ok(received);
                }
                Outcome::Refused(error) => return Err(error),
                Outcome::Failed(failure) => failure,
            };
            match self.retry_after(&failure, number).await? {
                Some(Duration::ZERO) => {}
                Some(delay) => tokio::time::sleep(delay).await,
                None => {
                    let status = failure.status();
                    return Err(refusals.explain(status, status::error(status)));
                }
            }
            self.channel().count_retry();
            number += 1;
        }
    }

    /// How long to wait before the next attempt; `None`: no more.
    async fn retry_after(&self, failure: &Failure, number: u32) -> Result<Option<Duration>> {
        let status = failure.status();
        let strategy = self.session.retry();
        if !strategy.asks_the_host() {
            let delay = retry::delay(strategy, self.operation, status.code(), number);
            // A strategy with a pace of its own may knock as long as it likes. The one without leaves
            // to the channel what that has been at already, and has a budget.
            let paced = !matches!(strategy, Retry::FixedCount { .. });
            return Ok(delay
                .filter(|_| paced || (!failure.is_out_of_reach() && self.channel().may_retry())));
        }
        let Some(hooks) = &self.hooks else {
            return Ok(None);
        };
        hooks
            .retry(Failed {
                path: self.operation.path(),
                attempt: number,
                code: status.code().into(),
                details: status.message().to_owned(),
                remaining: self.deadline.saturating_duration_since(Instant::now()),
            })
            .await
    }

    async fn attempt(
        &self,
        message: &Pieces,
        number: u32,
        names: Names,
        refusals: &mut Refusals<'a>,
    ) -> Outcome {
        let call = refusals.renewed.as_ref().unwrap_or(self);
        let watching = self.hooks.as_ref().filter(|hooks| hooks.watches_attempts());
        let metadata = match watching {
            None => None,
            Some(hooks) => match Box::pin(call.changed(hooks, message, number, names)).await {
                Ok(metadata) => Some(metadata),
                Err(error) => return Outcome::Refused(error),
            },
        };
        let outcome = match call.exchange(metadata.as_deref(), message, number).await {
            Err(refused) if refused.is_unauthenticated() => {
                let metadata = metadata.as_deref();
                let again = self.send_again(refused, message, number, metadata, refusals);
                Box::pin(again).await
            }
            outcome => outcome,
        };
        match watching {
            None => outcome.into(),
            Some(hooks) => Box::pin(self.told(outcome, hooks, number, names)).await,
        }
    }

    /// What a middleware makes of the metadata of an attempt.
    async fn changed(
        &self,
        hooks: &Arc<dyn Hooks>,
        message: &Pieces,
        number: u32,
        names: Names,
    ) -> Result<Vec<(String, String)>> {
        let mut head = self.head();
        let attempt = Attempt {
            path: self.operation.path(),
            number,
            message_name: (names.message)(),
            message: frames::payload(message),
            metadata: texts(head.headers()),
        };
        let changed = hooks.before(attempt).await?;
        replace(head.headers_mut(), &changed)?;
        Ok(changed)
    }

    /// Tells a middleware how an attempt ended.
    async fn told(
        &self,
        outcome: Result<Received, Failure>,
        hooks: &Arc<dyn Hooks>,
        number: u32,
        names: Names,
    ) -> Outcome {
        let reply_name = (names.reply)();
        let answered = match &outcome {
            Ok(received) => Answered {
                path: self.operation.path(),
                number,
                reply_name,
                reply: received.messages.first().cloned(),
                metadata: texts(&received.metadata),
                code: 0,
                details: String::new(),
            },
            Err(failure) => {
                let status = failure.status();
                Answered {
                    path: self.operation.path(),
                    number,
                    reply_name,
                    reply: None,
                    metadata: status::metadata(status),
                    code: status.code().into(),
                    details: status.message().to_owned(),
                }
            }
        };
        match hooks.after(answered).await {
            Ok(()) => outcome.into(),
            Err(error) => Outcome::Refused(error),
        }
    }

    /// One request and its reply, within the time that an attempt has. `metadata` is a middleware's.
    pub(super) async fn exchange(
        &self,
        metadata: Option<&[(String, String)]>,
        message: &Pieces,
        number: u32,
    ) -> Result<Received, Failure> {
        let limit = self.session.max_reply_bytes();
        let last = self.session.last_reply();
        let timeout = self.session.retry().response_timeout();
        // The first attempt has the whole deadline, which stands around the whole call.
        let timeout = timeout.filter(|_| number > 1);
        let head = || {
            let mut head = self.head();
            if let Some(metadata) = metadata {
                // It has been tried: what can't be set was refused then.
                let _ = replace(head.headers_mut(), metadata);
            }
            head
        };
        let outgoing = Outgoing {
            head: &head,
            body: message,
            once: !self.operation.is_idempotent(),
            deadline: timeout.map_or(self.deadline, |timeout| {
                self.deadline.min(Instant::now() + timeout)
            }),
        };
        let watched = self.hooks.is_some();
        let mut exchange = pin!(self.channel().exchange(outgoing, |reply| async move {
            let mut messages = Vec::with_capacity(1);
            let each = |message| messages.push(message);
            let metadata = frames::read(reply, limit, last, watched, each).await?;
            Ok(Received { messages, metadata })
        }));
        match timeout {
            None => exchange.await,
            Some(timeout) => until(Instant::now() + timeout, exchange.as_mut())
                .await
                .unwrap_or_else(|| {
                    Err(Failure::Answered(Status::deadline_exceeded(format!(
                        "attempt {number} of {} had no answer within {} ms",
                        self.operation.rpc(),
                        timeout.as_millis()
                    ))))
                }),
        }
    }

    fn channel(&self) -> &Channel {
        self.session.channel(self.operation.service())
    }

    /// The request without its message.
    pub(super) fn head(&self) -> Request<()> {
        let service = self.operation.service();
        let mut parts = self.channel().origin().clone().into_parts();
        parts.path_and_query = Some(self.operation.path_and_query());
        let mut head = Request::new(());
        *head.method_mut() = Method::POST;
        // Scheme and authority are there, so this can't fail.
        *head.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
        let headers = head.headers_mut();
        *headers = self.session.headers(service).clone();
        let left = self.deadline.saturating_duration_since(Instant::now());
        headers.insert(GRPC_TIMEOUT, timeout(left));
        if let Some(name) = &self.cache_name
            && service == Service::Data
        {
            headers.insert(CACHE, name.clone());
        }
        head
    }
}

/// What the messages of an operation are called, for those who watch: few do.
#[derive(Clone, Copy)]
pub(super) struct Names {
    message: fn() -> &'static str,
    reply: fn() -> &'static str,
}

impl Names {
    fn of<M, R>() -> Self {
        Self {
            message: name_of::<M>,
            reply: name_of::<R>,
        }
    }
}

/// The headers of every request of a service; those that differ are there with values that do not count,
/// so that they only have to be replaced.
pub(crate) fn headers(
    service: Service,
    authorization: HeaderValue,
    read_concern: Option<&'static str>,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(TE, HeaderValue::from_static("trailers"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(AUTHORIZATION, authorization);
    headers.insert(GRPC_TIMEOUT, HeaderValue::from_static("1S"));
    if service == Service::Data {
        headers.insert(CACHE, HeaderValue::from_static(""));
        if let Some(concern) = read_concern {
            headers.insert(READ_CONCERN, HeaderValue::from_static(concern));
        }
    }
    headers
}

fn decode<R: Message + Default>(message: &Bytes) -> Result<R> {
    R::decode(message.clone()).map_err(|error| {
        Error::new(
            ErrorCode::InternalServer,
            format!("the service's reply can't be read: {error}"),
        )
    })
}

/// `GetRequest`, as the messages are called in Momento's protocol but for an underscore before it.
fn name_of<M>() -> &'static str {
    let path = std::any::type_name::<M>();
    path.rsplit("::").next().unwrap_or(path)
}
