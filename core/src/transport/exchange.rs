//! One request and its reply, over a connection that may have died in silence.
//!
//! A dead connection looks like a slow answer. Momento's SDKs wait for the deadline, and then again
//! with the next call, for ever. Here silence is asked (a PING), then doubted (a second connection,
//! which requests that may be sent twice race the first on), in the steps of patience.rs. A request
//! that must not be carried out twice is never on two connections: it waits where it was sent, and
//! is sent somewhere else only if it certainly was not looked at.

use super::body::ReplyBody;
use super::channel::{Channel, Fresh, Inner};
use super::failure::Failure;
use super::patience::{Trust, Waits};
use super::pieces::Pieces;
use crate::alarm::until;
use http::{Request, Response};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tonic::Status;

/// After this much silence a look at the socket comes before the request: the driver may not have
/// run since the last call, and a close that waits there is better seen before than after.
const LOOK_FIRST_AFTER: Duration = Duration::from_millis(5);

/// How often a request is sent again that was not looked at.
const MOST_REPEATS: u32 = 3;

/// How often silence is asked while one request waits, each time five times as long after: servers
/// take more PINGs than that without data between them for an attack.
const MOST_QUESTIONS: u32 = 3;
const NEXT_QUESTION: u32 = 5;

/// A request, to be sent as often as it takes.
#[derive(Clone, Copy)]
pub(crate) struct Outgoing<'a> {
    /// Makes the request without its message, each time it is sent.
    pub(crate) head: &'a (dyn Fn() -> Request<()> + Sync),
    pub(crate) body: &'a Pieces,
    /// Whether it must not be carried out twice.
    pub(crate) once: bool,
    /// When its answer is no longer wanted.
    pub(crate) deadline: Instant,
}

impl Channel {
    /// Sends a request and has its reply read by `read`, all of it: a connection may also die in the
    /// middle of one. The deadline is the caller's to keep.
    pub(crate) async fn exchange<T, F>(
        &self,
        request: Outgoing<'_>,
        read: impl Fn(Response<ReplyBody>) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, Failure>>,
    {
        let limit = self.0.options.max_message_bytes;
        if request.body.len() > limit {
            return Err(Failure::Answered(Status::resource_exhausted(format!(
                "Request limit exceeded: the message has {} bytes, this client sends at most {limit}",
                request.body.len(),
            ))));
        }
        let exchange = Exchange {
            channel: &self.0,
            request,
            read,
        };
        let mut repeats = 0;
        loop {
            let failure = match exchange.attempt().await {
                Ok(reply) => return Ok(reply),
                Err(failure) => failure,
            };
            let again = match &failure {
                Failure::NotSent(_) | Failure::Refused(_) => repeats < MOST_REPEATS,
                // The connection was worse than it looked: once more, on one that is surely new.
                Failure::Broken(_) => !request.once && repeats == 0,
                // An answer is for the retry strategy to judge, and a dial has its own patience.
                Failure::Answered(_) | Failure::Unreachable(_) | Failure::Rejected(_) => false,
            };
            if !again {
                return Err(failure);
            }
            repeats += 1;
            self.0.tally.repeated.add();
        }
    }
}

struct Exchange<'a, R> {
    channel: &'a Arc<Inner>,
    request: Outgoing<'a>,
    read: R,
}

impl<T, R, F> Exchange<'_, R>
where
    R: Fn(Response<ReplyBody>) -> F,
    F: Future<Output = Result<T, Failure>>,
{
    async fn attempt(&self) -> Result<T, Failure> {
        let channel = self.channel;
        let fresh = channel.admitted().await?;
        let standing = fresh.connection.activity().standing();
        if standing.idle > LOOK_FIRST_AFTER {
            super::look().await;
        }
        match channel.options.patience.trust(standing) {
            Trust::Trusted => {
                channel.follow_old(&fresh, standing);
                self.watched(fresh, false).await
            }
            // Boxed, as all that is rare here: the common future stays small.
            trust => Box::pin(self.proven(fresh, trust)).await,
        }
    }

    /// Sends on a connection that has been silent for long.
    async fn proven(&self, fresh: Fresh, trust: Trust) -> Result<T, Failure> {
        self.channel.tally.suspected.add();
        match (trust, self.request.once) {
            (Trust::Stale, false) => {
                self.condemn(&fresh);
                let first = std::pin::pin!(self.send(fresh.clone()));
                self.race(&fresh, first).await
            }
            (_, false) => {
                self.ask(&fresh);
                self.watched(fresh, true).await
            }
            (_, true) => {
                let proof = self.waits(&fresh).proof;
                if trust == Trust::Suspect && self.answers(&fresh, proof).await {
                    return self.watched(fresh, false).await;
                }
                self.condemn(&fresh);
                let fresh = self.fresh().await?;
                self.watched(fresh, false).await
            }
        }
    }

    /// Sends on a connection and doubts it when it stays silent; `asked`: a PING is under way.
    async fn watched(&self, fresh: Fresh, asked: bool) -> Result<T, Failure> {
        let waits = self.waits(&fresh);
        let mut silence = Silence::new(&fresh, waits, asked);
        let mut first = std::pin::pin!(self.send(fresh.clone()));
        loop {
            if let Some(result) = until(silence.due, first.as_mut()).await {
                return result;
            }
            super::look().await;
            match silence.verdict() {
                Verdict::Wait => {}
                Verdict::Ask => self.ask(&fresh),
                Verdict::Dead => break,
            }
        }
        self.condemn(&fresh);
        if self.request.once {
            return first.await;
        }
        Box::pin(self.race(&fresh, first)).await
    }

    /// The first answer wins, from the connection that is silent or from a second one.
    async fn race(
        &self,
        fresh: &Fresh,
        mut first: Pin<&mut impl Future<Output = Result<T, Failure>>>,
    ) -> Result<T, Failure> {
        let mut second = std::pin::pin!(self.second());
        let failed = tokio::select! {
            biased;
            result = first.as_mut() => match result {
                Err(failure) if !matches!(failure, Failure::Answered(_)) => None,
                result => {
                    // It lives: better than none, should the second not come about.
                    self.channel.connection.put_if_empty(fresh.clone());
                    return result;
                }
            },
            result = second.as_mut() => match result {
                Err(failure) if matches!(failure, Failure::Broken(_) | Failure::NotSent(_)) => {
                    Some(failure)
                }
                result => return result,
            },
        };
        match failed {
            None => second.await,
            Some(failure) => first.await.map_err(|_| failure),
        }
    }

    /// The same request on a connection that is new; if that is silent as well, nobody is there.
    async fn second(&self) -> Result<T, Failure> {
        let fresh = self.fresh().await?;
        self.channel.tally.raced.add();
        let heard_before = fresh.connection.activity().received_bytes();
        let mut reply = std::pin::pin!(self.send(fresh.clone()));
        let left = self.left();
        let Some(verdict) = self.channel.options.patience.verdict(left) else {
            return reply.await;
        };
        let verdict = Instant::now() + verdict;
        if let Some(result) = until(verdict, reply.as_mut()).await {
            return result;
        }
        super::look().await;
        if fresh.connection.activity().received_bytes() == heard_before {
            self.condemn(&fresh);
            self.channel.outage.begin(Status::unavailable(format!(
                "connection to {}: a new connection brought no answer, either",
                self.channel.options.endpoint
            )));
        }
        reply.await
    }

    async fn send(&self, fresh: Fresh) -> Result<T, Failure> {
        let mut head = (self.request.head)();
        fresh.introduce(&mut head, &self.channel.options);
        let body = self.request.body.clone();
        let result = match fresh.connection.send(head, body).await {
            Ok(reply) => (self.read)(reply).await,
            Err(failure) => Err(failure),
        };
        match &result {
            Err(failure) if failure.breaks_the_connection() => {
                if self.channel.let_go(&fresh) {
                    self.channel.tally.broken.add();
                }
            }
            Ok(_) | Err(Failure::Answered(_)) => self.channel.outage.over(),
            Err(_) => {}
        }
        result
    }

    /// A connection for a request that has met silence; others may have found out what it means.
    async fn fresh(&self) -> Result<Fresh, Failure> {
        if self.channel.outage.is_on() {
            return Err(Failure::Unreachable(Status::unavailable(format!(
                "connection to {}: silent, and no other is to be had",
                self.channel.options.endpoint
            ))));
        }
        let fresh = self.channel.fresh().await;
        fresh.map_err(|error| Failure::unreachable(&error))
    }

    fn ask(&self, fresh: &Fresh) {
        self.channel.tally.pings.add();
        fresh.connection.line().ask();
    }

    async fn answers(&self, fresh: &Fresh, patience: Duration) -> bool {
        self.channel.tally.pings.add();
        fresh.connection.line().answers(patience).await
    }

    fn condemn(&self, fresh: &Fresh) {
        if self.channel.let_go(fresh) {
            self.channel.tally.condemned.add();
        }
    }

    fn waits(&self, fresh: &Fresh) -> Waits {
        let round_trip = fresh.connection.activity().round_trip();
        let patience = &self.channel.options.patience;
        patience.waits(round_trip, self.request.body.len(), self.left())
    }

    /// The time until the deadline.
    fn left(&self) -> Duration {
        let deadline = self.request.deadline;
        deadline.saturating_duration_since(Instant::now())
    }
}

/// The silence that a request meets on a connection.
struct Silence<'a> {
    fresh: &'a Fresh,
    waits: Waits,
    heard: u64,
    asked: bool,
    questions: u32,
    /// When it means something.
    due: Instant,
}

enum Verdict {
    Wait,
    Ask,
    Dead,
}

impl<'a> Silence<'a> {
    fn new(fresh: &'a Fresh, waits: Waits, asked: bool) -> Self {
        let wait = if asked { waits.proof } else { waits.attempt };
        Self {
            fresh,
            waits,
            heard: fresh.connection.activity().received_bytes(),
            asked,
            questions: u32::from(asked),
            due: Instant::now() + wait,
        }
    }

    /// What it means that the time is over.
    fn verdict(&mut self) -> Verdict {
        let activity = self.fresh.connection.activity();
        let heard = activity.received_bytes();
        if heard > self.heard {
            self.heard = heard;
            self.asked = false;
            // From the last byte on, not from now: the connection may have died right after it.
            let wait = self.waits.attempt * NEXT_QUESTION.pow(self.questions);
            let left = wait.saturating_sub(activity.standing().idle);
            self.due = Instant::now() + left.max(Duration::from_millis(1));
            Verdict::Wait
        } else if self.asked {
            Verdict::Dead
        } else if self.questions < MOST_QUESTIONS {
            self.asked = true;
            self.questions += 1;
            self.due = Instant::now() + self.waits.proof;
            Verdict::Ask
        } else {
            self.due += Duration::from_hours(1);
            Verdict::Wait
        }
    }
}
