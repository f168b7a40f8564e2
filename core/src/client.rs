//! The client that warm invocations share.
//!
//! Making one does no work on the network: the look-up and the connection begin in the background
//! or with the first operation, once however many callers wait, and a failure is forgotten as soon
//! as it has been told, so that the next call tries afresh.

use crate::config::{Compression, ReadConcern, Retry};
use crate::error::{Error, ErrorCode, Result};
use crate::operation::{self, Hooks, Reply, Request, Service};
use crate::options::{ClientOptions, Credentials};
use crate::single_flight::SingleFlight;
use crate::token::{Credential, Endpoint, look_up};
use crate::transport::{Channel, ChannelOptions};
use http::HeaderValue;
use once_cell::sync::Lazy;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// A token that was refused is not looked up again sooner than this after the last look-up.
const LOOK_UP_COOL_DOWN: Duration = Duration::from_secs(1);

/// A cache client. Cheap to clone; clones share the token and the connection.
#[derive(Clone, Debug)]
pub struct CacheClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: ClientOptions,
    session: Arc<SingleFlight<Arc<Session>>>,
    look_ups: AtomicU64,
    connections: Arc<AtomicU64>,
    closed: AtomicBool,
    /// As many permits as calls may be under way; none where that is any number.
    places: Option<Semaphore>,
}

/// What a client has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Token look-ups begun.
    pub look_ups: u64,
    /// Connections made.
    pub connections: u64,
}

impl CacheClient {
    /// A client of its own, not shared through [`get_momento_client`]. Touches no network.
    pub fn new(options: ClientOptions) -> Result<Self> {
        options.validate()?;
        let places = options.configuration.max_concurrent_requests;
        Ok(Self(Arc::new(Inner {
            options,
            session: Arc::default(),
            look_ups: AtomicU64::new(0),
            connections: Arc::default(),
            closed: AtomicBool::new(false),
            places: places.map(|most| Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
        })))
    }

    /// Looks the token up and connects, or joins whoever is at it. Optional: the first operation
    /// does the same.
    pub async fn start(&self) -> Result<()> {
        self.session().await?.data.connect().await
    }

    /// As [`start`](Self::start), and waits until the service has answered on the connection: what
    /// an eager connect promises. A server that accepts and says nothing keeps it waiting; bound it.
    pub async fn connect(&self) -> Result<()> {
        self.session().await?.data.probe().await
    }

    /// Carries out any operation. The methods named after the operations are thin covers of this.
    pub async fn execute(&self, request: Request) -> Result<Reply> {
        self.execute_with(request, None).await
    }

    /// The same, with a host's hooks around it.
    pub async fn execute_with(
        &self,
        request: Request,
        hooks: Option<Arc<dyn Hooks>>,
    ) -> Result<Reply> {
        request.validate()?;
        let service = request.operation().service();
        let _place = match &self.0.places {
            Some(places) => Some(self.place(places, self.deadline(service)).await?),
            None => None,
        };
        // A look-up has a budget of its own: the call's time starts when it is there.
        let session = self.session().await?;
        let deadline = self.deadline(service);
        let result = operation::carry_out(&session, request, hooks, deadline).await;
        if let Err(error) = &result
            && error.code() == ErrorCode::Authentication
        {
            self.0.forget_refused(&session);
        }
        result
    }

    fn deadline(&self, service: Service) -> tokio::time::Instant {
        let configuration = &self.0.options.configuration;
        let duration = match service {
            Service::Data => configuration.deadline,
            Service::Control => configuration.control_deadline,
        };
        let now = tokio::time::Instant::now();
        // A deadline beyond what a clock can tell is none: a year stands for it.
        now.checked_add(duration)
            .unwrap_or_else(|| now + Duration::from_hours(24 * 365))
    }

    /// Waits for a call's turn.
    async fn place<'a>(
        &self,
        places: &'a Semaphore,
        deadline: tokio::time::Instant,
    ) -> Result<tokio::sync::SemaphorePermit<'a>> {
        match tokio::time::timeout_at(deadline, places.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Error::new(
                ErrorCode::Timeout,
                format!(
                    "the call's turn did not come before its deadline: {} calls may be under way at a time",
                    self.0
                        .options
                        .configuration
                        .max_concurrent_requests
                        .unwrap_or_default()
                ),
            )),
        }
    }

    /// What this client has done so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        Counters {
            look_ups: self.0.look_ups.load(Ordering::Relaxed),
            connections: self.0.connections.load(Ordering::Relaxed),
        }
    }

    /// The options it was made from.
    #[must_use]
    pub fn options(&self) -> &ClientOptions {
        &self.0.options
    }

    /// Lets go of connection and token. Calls in flight end; later ones fail. If the client came
    /// from [`get_momento_client`], the next call of that makes a new one.
    pub fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        if let Some(session) = self.0.session.ready() {
            session.data.close();
            session.control.close();
        }
        self.0.session.clear(|_| true);
        registry().retain(|_, client| !Arc::ptr_eq(&client.0, &self.0));
    }

    async fn session(&self) -> Result<Arc<Session>> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(Error::new(
                ErrorCode::FailedPrecondition,
                "this client is closed; make or get another one",
            ));
        }
        if let Some(session) = self.0.session.ready() {
            return Ok(session);
        }
        let this = Arc::clone(&self.0);
        self.0
            .session
            .join(self.0.options.configuration.look_up_budget, move || {
                let this = Arc::clone(&this);
                async move { this.begin().await.map(Arc::new) }
            })
            .await
    }
}

impl Inner {
    async fn begin(&self) -> Result<Session> {
        let credential = match &self.options.credentials {
            Credentials::Fixed(credential) => credential.clone(),
            Credentials::Source { source, endpoint } => {
                self.look_ups.fetch_add(1, Ordering::Relaxed);
                look_up(source, endpoint, self.options.configuration.look_up_budget).await?
            }
        };
        Session::new(&self.options, &credential, &self.connections)
    }

    /// The service refused the token: the source may have a better one by the next call.
    fn forget_refused(&self, refused: &Arc<Session>) {
        let looked_up = matches!(self.options.credentials, Credentials::Source { .. });
        if looked_up && refused.begun.elapsed() > LOOK_UP_COOL_DOWN {
            self.session.clear(|current| Arc::ptr_eq(current, refused));
        }
    }
}

/// A token in use: the channels that carry it.
#[derive(Debug)]
pub(crate) struct Session {
    begun: Instant,
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
    fn new(
        options: &ClientOptions,
        credential: &Credential,
        dials: &Arc<AtomicU64>,
    ) -> Result<Self> {
        let mut authorization = HeaderValue::from_str(credential.expose_token()).map_err(|_| {
            Error::invalid_argument("the API key holds characters that can't be sent")
        })?;
        authorization.set_sensitive(true);
        let configuration = &options.configuration;
        let channel = |endpoint: &Endpoint| {
            Channel::new(
                ChannelOptions {
                    endpoint: endpoint.clone(),
                    authorization: authorization.clone(),
                    agent: header("agent", &options.agent.name)?,
                    runtime_version: header("runtime version", &options.agent.runtime_version)?,
                    connect_budget: configuration.connect_budget,
                    max_message_bytes: configuration.max_message_bytes,
                    root_certificates: configuration.root_certificates.clone(),
                },
                Arc::clone(dials),
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

type Registry = HashMap<String, CacheClient>;

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: Lazy<Mutex<Registry>> = Lazy::new(Mutex::default);
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The client that the environment asks for, the same one on every call. See the crate's example.
pub fn get_momento_client() -> Result<CacheClient> {
    let variable = |name: &str| std::env::var(name).ok();
    let (client, new) =
        get_momento_client_with(ClientOptions::from_environment(None, None, variable)?)?;
    if new && let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let starting = client.clone();
        // What fails here fails again, and is told, in the first operation.
        runtime.spawn(async move { drop(starting.start().await) });
    }
    Ok(client)
}

/// The client for these options, the same one for the same options, and whether it is new: a new
/// one wants [`CacheClient::start`] in the background.
pub fn get_momento_client_with(options: ClientOptions) -> Result<(CacheClient, bool)> {
    let Credentials::Source { source, endpoint } = &options.credentials else {
        return Ok((CacheClient::new(options)?, true));
    };
    // Sources, endpoints and settings hold no token, so a key may be their text.
    let key = format!(
        "{source}\n{endpoint:?}\n{:?}\n{:?}\n{:?}",
        options.configuration, options.default_ttl, options.agent
    );
    let mut registry = registry();
    if let Some(client) = registry.get(&key) {
        return Ok((client.clone(), false));
    }
    let client = CacheClient::new(options)?;
    registry.insert(key, client.clone());
    Ok((client, true))
}
