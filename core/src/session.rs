//! The token in use and what carries it: made by a look-up, replaced by the next.

use crate::config::{Compression, ReadConcern, Retry};
use crate::counters::{Counters, Tally};
use crate::error::{Error, Result};
use crate::operation::Service;
use crate::options::{ClientOptions, Credentials};
use crate::single_flight::SingleFlight;
use crate::token::{Credential, Endpoint, look_up};
use crate::transport::{Channel, ChannelOptions};
use http::HeaderValue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A token that was refused is not looked up again sooner than this after the last look-up.
const LOOK_UP_COOL_DOWN: Duration = Duration::from_secs(1);

/// A client's sessions, one at a time.
#[derive(Debug)]
pub(crate) struct Sessions {
    options: Arc<ClientOptions>,
    session: Arc<SingleFlight<Arc<Session>>>,
    tally: Arc<Tally>,
}

impl Sessions {
    pub(crate) fn new(options: Arc<ClientOptions>) -> Self {
        Self {
            options,
            session: Arc::default(),
            tally: Arc::default(),
        }
    }

    pub(crate) fn counters(&self) -> Counters {
        self.tally.read()
    }

    /// The session there is, or the one that a look-up makes: one look-up however many wait.
    pub(crate) async fn current(self: &Arc<Self>) -> Result<Arc<Session>> {
        if let Some(session) = self.session.ready() {
            return Ok(session);
        }
        let this = Arc::clone(self);
        self.session
            .join(self.options.configuration.look_up_budget, move || {
                let this = Arc::clone(&this);
                async move { this.begin().await.map(Arc::new) }
            })
            .await
    }

    async fn begin(&self) -> Result<Session> {
        let credential = match &self.options.credentials {
            Credentials::Fixed(credential) => credential.clone(),
            Credentials::Source { source, endpoint } => {
                self.tally.look_ups.add();
                look_up(source, endpoint, self.options.configuration.look_up_budget).await?
            }
        };
        Session::new(&self.options, &credential, &self.tally)
    }

    /// The service refused the token: the source may have a better one by the next call.
    pub(crate) fn forget_refused(&self, refused: &Arc<Session>) {
        let looked_up = matches!(self.options.credentials, Credentials::Source { .. });
        if looked_up && refused.begun.elapsed() > LOOK_UP_COOL_DOWN {
            self.session.clear(|current| Arc::ptr_eq(current, refused));
        }
    }

    /// Lets go of token and connections. Calls in flight end.
    pub(crate) fn close(&self) {
        self.restart();
    }

    /// Lets go of token and connections, and of those on their way; the next call begins anew.
    pub(crate) fn restart(&self) {
        if let Some(session) = self.session.ready() {
            session.data.close();
            session.control.close();
        }
        self.session.discard();
    }
}

/// A token in use: the channels that carry it.
#[derive(Debug)]
pub(crate) struct Session {
    begun: Instant,
    authorization: HeaderValue,
    data: Channel,
    control: Channel,
    endpoints: [Endpoint; 2],
    default_ttl: Duration,
    deadline: Duration,
    control_deadline: Duration,
    max_reply_bytes: usize,
    retry: Retry,
    read_concern: Option<&'static str>,
    compression: Option<Compression>,
}

impl Session {
    fn new(options: &ClientOptions, credential: &Credential, tally: &Arc<Tally>) -> Result<Self> {
        let mut authorization = HeaderValue::from_str(credential.expose_token()).map_err(|_| {
            Error::invalid_argument("the API key holds characters that can't be sent")
        })?;
        authorization.set_sensitive(true);
        let configuration = &options.configuration;
        let channel = |endpoint: &Endpoint| {
            Channel::new(
                ChannelOptions {
                    endpoint: endpoint.clone(),
                    agent: header("agent", &options.agent.name)?,
                    runtime_version: header("runtime version", &options.agent.runtime_version)?,
                    connect_budget: configuration.connect_budget,
                    max_message_bytes: configuration.max_message_bytes,
                    root_certificates: configuration.root_certificates.clone(),
                },
                Arc::clone(tally),
            )
        };
        let endpoints = credential.endpoints();
        let data = channel(&endpoints.cache)?;
        // A local server has one address for both, and then one connection serves both.
        let control = if endpoints.control == endpoints.cache {
            data.clone()
        } else {
            channel(&endpoints.control)?
        };
        Ok(Self {
            begun: Instant::now(),
            authorization,
            data,
            control,
            endpoints: [endpoints.cache.clone(), endpoints.control.clone()],
            default_ttl: options.default_ttl,
            deadline: configuration.deadline,
            control_deadline: configuration.control_deadline,
            max_reply_bytes: configuration.max_reply_bytes,
            retry: configuration.retry.clone(),
            read_concern: match configuration.read_concern {
                ReadConcern::Balanced => None,
                ReadConcern::Consistent => Some("consistent"),
            },
            compression: configuration.compression,
        })
    }

    /// The header that lets a call in.
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }

    pub(crate) fn max_reply_bytes(&self) -> usize {
        self.max_reply_bytes
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.retry
    }

    /// The header of data calls; `None` where it is the default.
    pub(crate) fn read_concern(&self) -> Option<&'static str> {
        self.read_concern
    }

    pub(crate) fn compression(&self) -> Option<Compression> {
        self.compression
    }

    /// The host of the cache endpoint.
    pub(crate) fn cache_host(&self) -> String {
        self.endpoints[0].host.clone()
    }

    pub(crate) fn channel(&self, service: Service) -> &Channel {
        match service {
            Service::Data => &self.data,
            Service::Control => &self.control,
        }
    }

    pub(crate) fn default_ttl(&self) -> Duration {
        self.default_ttl
    }

    pub(crate) fn deadline(&self, service: Service) -> Duration {
        match service {
            Service::Data => self.deadline,
            Service::Control => self.control_deadline,
        }
    }

    pub(crate) fn endpoint(&self, service: Service) -> &Endpoint {
        match service {
            Service::Data => &self.endpoints[0],
            Service::Control => &self.endpoints[1],
        }
    }
}

fn header(what: &str, text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|_| Error::invalid_argument(format!("{what} {text:?} can't be sent as a header")))
}
