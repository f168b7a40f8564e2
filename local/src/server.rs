//! A running server.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::admin;
use crate::calls::{Calls, Tokens};
use crate::connection::Connections;
use crate::counters::{Counters, Counting};
use crate::error::Error;
use crate::options::Options;
use crate::store::Store;
use crate::tls;

/// How long a shutdown lets calls finish.
const GRACE: Duration = Duration::from_secs(2);
/// How long accepting pauses when it fails: out of file descriptors, which only time mends.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// An in-memory Momento that listens until it is dropped or shut down.
///
/// It runs inside the caller's tokio runtime, of either flavor. Dropping it closes everything at once.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    state: Arc<State>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// What the server, its admin port and its calls share.
#[derive(Debug)]
pub(crate) struct State {
    store: Arc<Store>,
    counting: Arc<Counting>,
    connections: Arc<Connections>,
    tokens: Tokens,
    kept_caches: Vec<String>,
}

impl State {
    pub(crate) fn counters(&self) -> Counters {
        self.counting.read()
    }

    pub(crate) fn last_metadata(&self) -> BTreeMap<String, String> {
        self.counting.last_metadata()
    }

    pub(crate) fn close_connections(&self) {
        self.connections.cut();
    }

    pub(crate) fn block(&self) {
        self.connections.gate().close();
    }

    pub(crate) fn unblock(&self) {
        self.connections.gate().open();
    }

    pub(crate) fn flush(&self) {
        self.store.flush();
    }

    pub(crate) fn reset(&self) {
        self.store.keep_only(&self.kept_caches);
        self.counting.reset();
        self.unblock();
    }
}

impl Server {
    /// Starts a server. It accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// [`Error`] says which option cannot be used, and why.
    pub async fn start(options: Options) -> Result<Self, Error> {
        if !options.host.is_loopback() && !options.allow_remote {
            return Err(Error::NotLoopback(options.host));
        }
        let tls = options.tls.as_ref().map(tls::acceptor).transpose()?;
        let store = Arc::new(Store::default());
        for name in &options.caches {
            if name.trim().is_empty() {
                return Err(Error::EmptyCacheName);
            }
            store.create(name);
        }
        let (listener, address) = listen(SocketAddr::new(options.host, options.port)).await?;
        let admin = match options.admin_port {
            Some(port) => Some(listen(SocketAddr::new(options.host, port)).await?),
            None => None,
        };

        let counting = Arc::new(Counting::new());
        let tokens = Tokens::new(options.tokens);
        let calls = Calls::new(
            &store,
            Arc::clone(&counting),
            tokens.clone(),
            options.latency,
        );
        let connections = Arc::new(Connections::new(Arc::clone(&counting)));
        let kept_caches = options.caches;
        let state = Arc::new(State {
            store,
            counting,
            connections,
            tokens,
            kept_caches,
        });

        let (stop, stopped) = watch::channel(false);
        let accepting = accept(
            listener,
            Arc::clone(&state.connections),
            calls,
            tls,
            stopped,
        );
        let mut tasks = vec![tokio::spawn(accepting)];
        let admin_address = admin.map(|(listener, address)| {
            tasks.push(tokio::spawn(admin::serve(listener, Arc::clone(&state))));
            address
        });
        Ok(Self {
            address,
            admin_address,
            state,
            stop,
            tasks,
        })
    }

    /// Where gRPC clients connect to.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the admin port listens, if there is one.
    #[must_use]
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// How many connections and calls there were so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.state.counters()
    }

    /// What the last call carried: its `cache`, `agent`, `runtime-version`, `grpc-timeout` and `read-concern` metadata
    /// as far as it had them, and `authorization` as `present` or `absent`.
    #[must_use]
    pub fn last_metadata(&self) -> BTreeMap<String, String> {
        self.state.last_metadata()
    }

    /// Resets every open connection, as a network that fails would: no call on one of them gets an answer any more.
    /// New connections are accepted as before.
    pub fn close_connections(&self) {
        self.state.close_connections();
    }

    /// Leaves every connection without an answer, as a network that drops packets would: no byte is read or written,
    /// new connections are accepted and stay silent. [`unblock`](Self::unblock) ends it.
    pub fn block(&self) {
        self.state.block();
    }

    /// Ends [`block`](Self::block): what was sent meanwhile is answered.
    pub fn unblock(&self) {
        self.state.unblock();
    }

    /// From now on accepts these tokens and no others, as after a rotation; with none, any. Calls under way are not
    /// judged again. A [`reset`](Self::reset) leaves it so.
    pub fn accept_only(&self, tokens: &[&str]) {
        let tokens = tokens.iter().copied().map(SecretString::from).collect();
        self.state.tokens.replace(tokens);
    }

    /// Forgets every item of every cache.
    pub fn flush(&self) {
        self.state.flush();
    }

    /// Back to the beginning: forgets the signing keys and every cache but those of [`Options::cache`], which keep
    /// their items, counts from 0, also what fault headers have done, and [unblocks](Self::unblock).
    pub fn reset(&self) {
        self.state.reset();
    }

    /// Stops accepting, lets calls under way finish for up to two seconds, and closes everything.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..1) {
            // It ends at the signal; that it may have been cancelled before changes nothing.
            let _ = task.await;
        }
        let _ = tokio::time::timeout(GRACE, self.state.connections.ended()).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
        self.state.connections.cut();
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let refused = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    Ok((listener, bound))
}

async fn accept(
    listener: TcpListener,
    connections: Arc<Connections>,
    calls: Calls,
    tls: Option<TlsAcceptor>,
    mut stopped: watch::Receiver<bool>,
) {
    let stop = stopped.clone();
    loop {
        let accepted = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => connections.serve(stream, calls.clone(), tls.clone(), stop.clone()),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}
