//! The client that warm invocations share.
//!
//! Making one does no work on the network: the look-up and the connection begin in the background
//! or with the first operation, once however many callers wait, and a failure is forgotten as soon
//! as it has been told, so that the next call tries afresh.

use crate::counters::Counters;
use crate::error::{Error, ErrorCode, Result};
use crate::invocation::{self, Flight, Limit};
use crate::operation::{self, Hooks, Reply, Request, Service};
use crate::options::{ClientOptions, Credentials};
use crate::per_process::PerProcess;
use crate::restored;
use crate::session::Sessions;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A cache client. Cheap to clone; clones share the token and the connection.
#[derive(Clone, Debug)]
pub struct CacheClient(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: Arc<ClientOptions>,
    closed: AtomicBool,
    life: PerProcess<Life>,
}

/// What a client has in one process, and what the child of a fork must not touch.
#[derive(Debug)]
struct Life {
    sessions: Arc<Sessions>,
    /// As many permits as calls may be under way; none where that is any number.
    places: Option<Semaphore>,
}

impl Life {
    fn new(options: &Arc<ClientOptions>) -> Self {
        let places = options.configuration.max_concurrent_requests;
        Self {
            sessions: Arc::new(Sessions::new(Arc::clone(options))),
            places: places.map(|most| Semaphore::new(most.min(Semaphore::MAX_PERMITS))),
        }
    }
}

impl CacheClient {
    /// A client of its own, not shared through [`get_momento_client`]. Touches no network.
    pub fn new(options: ClientOptions) -> Result<Self> {
        options.validate()?;
        Ok(Self(Arc::new(Inner {
            options: Arc::new(options),
            closed: AtomicBool::new(false),
            life: PerProcess::new(),
        })))
    }

    /// Looks the token up and connects, or joins whoever is at it. Optional: the first operation
    /// does the same.
    pub async fn start(&self) -> Result<()> {
        restored::reseed();
        let session = self.sessions()?.current().await?;
        session.channel(Service::Data).connect().await
    }

    /// As [`start`](Self::start), and waits until the service has answered on the connection: what
    /// an eager connect promises. A server that accepts and says nothing keeps it waiting; bound it.
    pub async fn connect(&self) -> Result<()> {
        let session = self.sessions()?.current().await?;
        session.channel(Service::Data).probe().await
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
        self.execute_in(&invocation::enter(), request, hooks).await
    }

    /// The same for a call that is counted as under way already.
    pub(crate) async fn execute_in(
        &self,
        flight: &Flight,
        request: Request,
        hooks: Option<Arc<dyn Hooks>>,
    ) -> Result<Reply> {
        request.validate()?;
        restored::reseed();
        let operation = request.operation();
        let Some(limit) = flight.limit() else {
            return self.carry_out(request, hooks, None).await;
        };
        if limit.is_over() {
            return Err(limit.error(operation));
        }
        let outcome = self.carry_out(request, hooks, Some(limit)).await;
        outcome.map_err(|error| limit.explain(error, operation))
    }

    async fn carry_out(
        &self,
        request: Request,
        hooks: Option<Arc<dyn Hooks>>,
        limit: Option<Limit>,
    ) -> Result<Reply> {
        let service = request.operation().service();
        let deadline = || {
            let own = self.deadline(service);
            limit.map_or(own, |limit| own.min(limit.at()))
        };
        let sessions = self.sessions()?;
        let _place = match &self.life().places {
            Some(places) => Some(self.place(places, deadline()).await?),
            None => None,
        };
        // A look-up has a budget of its own: the call's time starts when it is there.
        let session = match limit {
            None => sessions.current().await?,
            Some(limit) => tokio::time::timeout_at(limit.at(), sessions.current())
                .await
                .unwrap_or_else(|_| Err(limit.error(request.operation())))?,
        };
        operation::carry_out(sessions, session, request, hooks, deadline()).await
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
    ) -> Result<SemaphorePermit<'a>> {
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
        self.life().sessions.counters()
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
        if let Some(life) = self.0.life.get() {
            life.sessions.close();
        }
        registry().retain(|_, client| !Arc::ptr_eq(&client.0, &self.0));
    }

    /// Lets go of connection and token, and of those on their way; the next call begins anew.
    pub(crate) fn restart(&self) {
        if let Some(life) = self.0.life.get() {
            life.sessions.restart();
        }
    }

    pub(crate) fn downgrade(&self) -> WeakClient {
        WeakClient(Arc::downgrade(&self.0))
    }

    fn life(&self) -> &Life {
        self.0.life.get_or_init(|| {
            restored::remember(self);
            Life::new(&self.0.options)
        })
    }

    fn sessions(&self) -> Result<&Arc<Sessions>> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(Error::new(
                ErrorCode::FailedPrecondition,
                "this client is closed; make or get another one",
            ));
        }
        Ok(&self.life().sessions)
    }
}

/// A client that may be gone.
#[derive(Clone, Debug)]
pub(crate) struct WeakClient(Weak<Inner>);

impl WeakClient {
    pub(crate) fn upgrade(&self) -> Option<CacheClient> {
        self.0.upgrade().map(CacheClient)
    }
}

type Registry = HashMap<String, CacheClient>;

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: PerProcess<Mutex<Registry>> = PerProcess::new();
    let registry = REGISTRY.get_or_init(Mutex::default);
    registry.lock().unwrap_or_else(PoisonError::into_inner)
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
