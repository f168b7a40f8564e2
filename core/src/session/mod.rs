//! The token in use and what carries it.
//!
//! A [`Session`] never changes: a newer token makes another one, which takes over the channels, since
//! these don't know the token, and so the connection stays. [`Sessions`] keeps the one in use and
//! sees to its successor; what it knows and decides is in state.rs.

mod lifetime;
mod pause;
mod sessions;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use sessions::Sessions;

use crate::clock::{milliseconds, wall_clock};
use crate::config::{Compression, ReadConcern, Retry};
use crate::counters::Tally;
use crate::error::{Error, Result};
use crate::operation::{self, LastReply, Service};
use crate::options::ClientOptions;
use crate::token::{Credential, Endpoint};
use crate::transport::{Channel, ChannelOptions, Patience};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A token in use: the channels that carry it.
#[derive(Debug)]
pub(crate) struct Session {
    authorization: HeaderValue,
    headers: [HeaderMap; 2],
    expires_at: Option<SystemTime>,
    is_previous: bool,
    data: Channel,
    control: Channel,
    endpoints: [Endpoint; 2],
    default_ttl: Duration,
    deadline: Duration,
    control_deadline: Duration,
    max_reply_bytes: usize,
    last_reply: LastReply,
    retry: Retry,
    compression: Option<Compression>,
}

impl Session {
    /// `former` leaves its connections to it, as far as they lead where this token is for.
    fn new(
        options: &ClientOptions,
        credential: &Credential,
        former: Option<&Session>,
        tally: &Arc<Tally>,
    ) -> Result<Self> {
        let configuration = &options.configuration;
        let channel = |endpoint: &Endpoint| {
            if let Some(channel) = former.and_then(|former| former.channel_to(endpoint)) {
                return Ok(channel.clone());
            }
            Channel::new(
                ChannelOptions {
                    endpoint: endpoint.clone(),
                    agent: header("agent", &options.agent.name)?,
                    runtime_version: header("runtime version", &options.agent.runtime_version)?,
                    connect_budget: configuration.connect_budget,
                    patience: Patience::default(),
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
        let read_concern = match configuration.read_concern {
            ReadConcern::Balanced => None,
            ReadConcern::Consistent => Some("consistent"),
        };
        let authorization = authorization(credential)?;
        let headers = [Service::Data, Service::Control]
            .map(|service| operation::headers(service, authorization.clone(), read_concern));
        Ok(Self {
            authorization,
            headers,
            expires_at: credential.expires_at(),
            is_previous: false,
            data,
            control,
            endpoints: [endpoints.cache.clone(), endpoints.control.clone()],
            default_ttl: options.default_ttl,
            deadline: configuration.deadline,
            control_deadline: configuration.control_deadline,
            max_reply_bytes: configuration.max_reply_bytes,
            last_reply: LastReply::default(),
            retry: configuration.retry.clone(),
            compression: configuration.compression,
        })
    }

    fn channel_to(&self, endpoint: &Endpoint) -> Option<&Channel> {
        let [cache, control] = &self.endpoints;
        if cache == endpoint {
            Some(&self.data)
        } else if control == endpoint {
            Some(&self.control)
        } else {
            None
        }
    }

    /// Whether both go to the same place with the same token.
    fn is_like(&self, other: &Self) -> bool {
        self.authorization == other.authorization && self.endpoints == other.endpoints
    }

    /// Whether the token is the one before the store's current one.
    pub(crate) fn is_previous(&self) -> bool {
        self.is_previous
    }

    /// When the token came to its own end, in words, if it has one that has passed.
    fn ended(&self) -> Option<String> {
        let at = self.expires_at?;
        let since_epoch = at.duration_since(UNIX_EPOCH).ok()?;
        if milliseconds(since_epoch) > wall_clock() {
            return None;
        }
        let at = DateTime::from(at).fmt(Format::DateTime).ok()?;
        Some(format!("the API key expired at {at}"))
    }

    /// What every request of a service says.
    pub(crate) fn headers(&self, service: Service) -> &HeaderMap {
        match service {
            Service::Data => &self.headers[0],
            Service::Control => &self.headers[1],
        }
    }

    pub(crate) fn max_reply_bytes(&self) -> usize {
        self.max_reply_bytes
    }

    pub(crate) fn last_reply(&self) -> &LastReply {
        &self.last_reply
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.retry
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

fn authorization(credential: &Credential) -> Result<HeaderValue> {
    let mut header = HeaderValue::from_str(credential.expose_token())
        .map_err(|_| Error::invalid_argument("the API key holds characters that can't be sent"))?;
    header.set_sensitive(true);
    Ok(header)
}

fn header(what: &str, text: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(text)
        .map_err(|_| Error::invalid_argument(format!("{what} {text:?} can't be sent as a header")))
}
