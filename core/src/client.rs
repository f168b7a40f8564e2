//! The client that warm invocations share.
//!
//! Making one does no work on the network: the look-up and the connection begin in the background
//! or with the first operation, once however many callers wait, and a failure is told to those who
//! waited, so that the next call tries afresh, after a short pause.

use crate::counters::Counters;
use crate::error::{Error, ErrorCode, Result};
use crate::invocation::{self, Flight, Limit};
use crate::operation::{self, Hooks, Reply, Request, Service};
use crate::options::{ClientOptions, Credentials};
use crate::per_process::PerProcess;
use crate::restored;
use crate::session::{Session, Sessions};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

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
        let sessions = self.sessions()?;
        let session = sessions.current(never()).await?;
        session.channel(Service::Data).connect().await
    }

    /// As [`start`](Self::start), and waits until the service has answered on the connection: what
    /// an eager connect promises. A server that accepts and says nothing keeps it waiting; bound it.
    pub async fn connect(&self) -> Result<()> {
        let sessions = self.sessions()?;
        let session = sessions.current(never()).await?;
        session.channel(Service::Data).probe().await
    }

    /// Carries out any operation. The methods named after the operations are thin covers of this.
    pub fn execute(&self, request: Request) -> impl Future<Output = Result<Reply>> + Send {
        self.execute_with(request, None)
    }

    // Not `async fn`s around `async fn`s: each would keep the request once more, and be copied.
    /// The same, with a host's hooks around it.
    pub fn execute_with(
        &self,
        request: Request,
        hooks: Option<Arc<dyn Hooks>>,
    ) -> impl Future<Output = Result<Reply>> + Send {
        let flight = invocation::enter();
        async move { self.execute_in(&flight, request, hooks).await }
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
        let limit = flight.limit();
        if let Some(limit) = limit
            && limit.is_over()
        {
            return Err(limit.error(operation));
        }
        let outcome = self.carry_out(request, hooks, limit).await;
        outcome.map_err(|error| match limit {
            Some(limit) => limit.explain(error, operation),
            None => error,
        })
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
        let (session, deadline) = match sessions.ready() {
            Some(session) => (session, deadline()),
            None => Box::pin(self.begin(&sessions, service, limit)).await?,
        };
        operation::carry_out(&sessions, session, request, hooks, deadline).await
    }

    /// The session and the deadline of a call that finds no token, or one much too old. Its time
    /// starts when the token is there, but a first call takes no longer than budget or deadline.
    async fn begin(
        &self,
        sessions: &Arc<Sessions>,
        service: Service,
        limit: Option<Limit>,
    ) -> Result<(Arc<Session>, Instant)> {
        let bound = |by: Instant| limit.map_or(by, |limit| by.min(limit.at()));
        let budget = self.0.options.configuration.start_budget();
        let at_most = later(budget).max(self.deadline(service));
        let start_by = bound(later(budget));
        let is_first = sessions.is_empty();
        let session = sessions.current(start_by).await?;
        if !is_first {
            return Ok((session, bound(self.deadline(service))));
        }
        // A failure is told by the request itself, in the form that its failures have.
        let connecting = session.channel(service).connect();
        if timeout_at(start_by, connecting).await.is_err() {
            return Err(Error::new(
                ErrorCode::Timeout,
                format!(
                    "there was no connection to {} within {} ms, the budget of a first call, look-up of the token included",
                    session.endpoint(service),
                    budget.as_millis()
                ),
            ));
        }
        Ok((session, bound(self.deadline(service).min(at_most))))
    }

    fn deadline(&self, service: Service) -> Instant {
        let configuration = &self.0.options.configuration;
        let duration = match service {
            Service::Data => configuration.deadline,
            Service::Control => configuration.control_deadline,
        };
        later(duration)
    }

    /// Waits for a call's turn.
    async fn place<'a>(
        &self,
        places: &'a Semaphore,
        deadline: Instant,
    ) -> Result<SemaphorePermit<'a>> {
        match timeout_at(deadline, places.acquire()).await {
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

    /// Lets go of connection and token. Calls at the service still end in their own way, by a reply
    /// or at their deadlines; one that is not sent yet may fail as later ones do. If the client came
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

    fn sessions(&self) -> Result<InUse<'_>> {
        if self.0.closed.load(Ordering::Relaxed) {
            return Err(Error::new(
                ErrorCode::FailedPrecondition,
                "this client is closed; make or get another one",
            ));
        }
        Ok(InUse {
            sessions: &self.life().sessions,
            closed: &self.0.closed,
        })
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

/// The sessions of a client, as a call uses them. A look-up that was under way when the client was
/// closed brings a session all the same: the last call to end lets go of it.
struct InUse<'a> {
    sessions: &'a Arc<Sessions>,
    closed: &'a AtomicBool,
}

impl std::ops::Deref for InUse<'_> {
    type Target = Arc<Sessions>;

    fn deref(&self) -> &Arc<Sessions> {
        self.sessions
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        if self.closed.load(Ordering::Relaxed) {
            self.sessions.close();
        }
    }
}

fn later(duration: Duration) -> Instant {
    // What is beyond what a clock can tell is never.
    Instant::now().checked_add(duration).unwrap_or_else(never)
}

/// A year stands for it.
fn never() -> Instant {
    Instant::now() + Duration::from_hours(24 * 365)
}

type Registry = HashMap<String, CacheClient>;

fn registry() -> MutexGuard<'static, Registry> {
    static REGISTRY: PerProcess<Mutex<Registry>> = PerProcess::new();
    // A child goes on with the same clients, each of which begins a life of its own there; unless the
    // lock was held by a thread that the child does not have.
    let registry = REGISTRY.get_or_inherit(|parents| {
        Mutex::new(match parents.map(Mutex::try_lock) {
            Some(Ok(clients)) => clients.clone(),
            Some(Err(TryLockError::Poisoned(clients))) => clients.into_inner().clone(),
            Some(Err(TryLockError::WouldBlock)) | None => Registry::new(),
        })
    });
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
        "{source}\n{endpoint:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        options.configuration,
        options.default_ttl,
        options.token_ttl(),
        options.agent
    );
    let mut registry = registry();
    if let Some(client) = registry.get(&key) {
        return Ok((client.clone(), false));
    }
    let client = CacheClient::new(options)?;
    registry.insert(key, client.clone());
    Ok((client, true))
}
