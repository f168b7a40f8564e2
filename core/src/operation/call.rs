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
use crate::config::Retry;
use crate::error::{Error, ErrorCode, Result};
use crate::session::{Session, Sessions};
use crate::transport::{Channel, Failure, Outgoing};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, TE};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use prost::Message;
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
        let received = self.send(encode(&message), name_of::<M>(), name_of::<R>());
        drop(message);
        let received = received.await?;
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
        let received = self.send(encode(&message), name_of::<M>(), name_of::<R>());
        drop(message);
        received.await?.messages.iter().map(decode).collect()
    }

    /// Attempts until there is a reply or the retry strategy gives up.
    async fn send(
        &self,
        message: Bytes,
        message_name: &'static str,
        reply_name: &'static str,
    ) -> Result<Received> {
        let mut refusals = Refusals::default();
        let mut number = 1;
        loop {
            let failure = match self
                .attempt(&message, number, message_name, reply_name, &mut refusals)
                .await
            {
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
        message: &Bytes,
        number: u32,
        message_name: &'static str,
        reply_name: &'static str,
        refusals: &mut Refusals<'a>,
    ) -> Outcome {
        let call = refusals.renewed.as_ref().unwrap_or(self);
        let mut head = match call.head() {
            Ok(head) => head,
            Err(error) => return Outcome::Refused(error),
        };
        let mut metadata = None;
        let watching = self.hooks.as_ref().filter(|hooks| hooks.watches_attempts());
        if let Some(hooks) = watching {
            let attempt = Attempt {
                path: self.operation.path(),
                number,
                message_name,
                message: frames::payload(message),
                metadata: texts(head.headers()),
            };
            let changed = match hooks.before(attempt).await {
                Ok(changed) => replace(head.headers_mut(), metadata.insert(changed)),
                Err(error) => Err(error),
            };
            if let Err(error) = changed {
                return Outcome::Refused(error);
            }
        }
        let refused = match call.exchange(head, message.clone(), number).await {
            Err(failure) if failure.is_unauthenticated() => failure,
            outcome => return self.told(outcome, watching, number, reply_name).await,
        };
        let again = self.send_again(refused, message, number, metadata.as_deref(), refusals);
        match Box::pin(again).await {
            Ok(outcome) => self.told(outcome, watching, number, reply_name).await,
            Err(error) => Outcome::Refused(error),
        }
    }

    /// Tells a middleware how an attempt ended.
    async fn told(
        &self,
        outcome: Result<Received, Failure>,
        watching: Option<&Arc<dyn Hooks>>,
        number: u32,
        reply_name: &'static str,
    ) -> Outcome {
        let Some(hooks) = watching else {
            return outcome.into();
        };
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

    /// One request and its reply, within the time that an attempt has.
    pub(super) async fn exchange(
        &self,
        head: Request<()>,
        message: Bytes,
        number: u32,
    ) -> Result<Received, Failure> {
        let limit = self.session.max_reply_bytes();
        let timeout = self.session.retry().response_timeout();
        // The first attempt has the whole deadline, which stands around the whole call.
        let timeout = timeout.filter(|_| number > 1);
        let outgoing = Outgoing {
            head: &head,
            body: &message,
            once: !self.operation.is_idempotent(),
            deadline: timeout.map_or(self.deadline, |timeout| {
                self.deadline.min(Instant::now() + timeout)
            }),
        };
        let exchange = self.channel().exchange(outgoing, |reply| async move {
            let mut messages = Vec::with_capacity(1);
            let metadata = frames::read(reply, limit, |message| messages.push(message)).await?;
            Ok(Received { messages, metadata })
        });
        match timeout {
            None => exchange.await,
            Some(timeout) => tokio::time::timeout(timeout, exchange)
                .await
                .unwrap_or_else(|_| {
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

    pub(super) fn head(&self) -> Result<Request<()>> {
        let service = self.operation.service();
        let mut parts = self.channel().origin().clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_static(self.operation.path()));
        let uri = Uri::from_parts(parts)
            .map_err(|error| Error::new(ErrorCode::Unknown, format!("request: {error}")))?;
        let mut head = Request::new(());
        *head.method_mut() = Method::POST;
        *head.uri_mut() = uri;
        let headers = head.headers_mut();
        headers.reserve(10);
        headers.insert(TE, HeaderValue::from_static("trailers"));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(AUTHORIZATION, self.session.authorization());
        let left = self.deadline.saturating_duration_since(Instant::now());
        headers.insert(GRPC_TIMEOUT, timeout(left));
        if service == Service::Data {
            let name = self
                .cache_name
                .clone()
                .ok_or_else(|| Error::invalid_argument("cache name can't be sent as a header"))?;
            headers.insert(CACHE, name);
            if let Some(concern) = self.session.read_concern() {
                headers.insert(READ_CONCERN, HeaderValue::from_static(concern));
            }
        }
        Ok(head)
    }
}

fn encode(message: &impl Message) -> Bytes {
    frames::encode(message.encoded_len(), |buffer| {
        // A Vec grows: it can't be too small.
        let _ = message.encode(buffer);
    })
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
