//! A TCP proxy whose connections can die in silence, be cut, or find nobody.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What becomes of the connections there are; new ones are as new as ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nothing goes through any more, and nobody is told.
    Silence,
    /// RST.
    Cut,
}

pub(super) struct Proxy {
    pub(super) port: u16,
    server: SocketAddr,
    fate: watch::Sender<Option<Fate>>,
    /// New connections meet silence as well.
    deaf: watch::Sender<bool>,
    listening: Option<JoinHandle<()>>,
}

impl Proxy {
    pub(super) async fn start(server: SocketAddr) -> Self {
        Self::at(0, server).await
    }

    pub(super) async fn at(port: u16, server: SocketAddr) -> Self {
        let mut proxy = Self {
            port,
            server,
            fate: watch::channel(None).0,
            deaf: watch::channel(false).0,
            listening: None,
        };
        proxy.open().await;
        proxy
    }

    async fn open(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await;
        let listener = listener.expect("the port");
        self.port = listener.local_addr().expect("an address").port();
        let (server, fate, deaf) = (self.server, self.fate.clone(), self.deaf.subscribe());
        self.listening = Some(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (mut fate, deaf) = (fate.subscribe(), deaf.clone());
                fate.mark_unchanged();
                tokio::spawn(async move {
                    if *deaf.borrow() {
                        std::future::pending::<()>().await;
                    }
                    let upstream = TcpStream::connect(server).await.expect("the server");
                    relay(client, upstream, fate).await;
                });
            }
        }));
    }

    /// Refuses connections.
    pub(super) fn refuse(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.abort();
        }
    }

    /// The connections there are say nothing any more.
    pub(super) fn silence(&self) {
        self.fate.send_replace(Some(Fate::Silence));
    }

    /// The connections there are break.
    pub(super) fn cut(&self) {
        self.fate.send_replace(Some(Fate::Cut));
    }

    /// Whether connections made from now on are accepted and then left alone.
    pub(super) fn be_deaf(&self, deaf: bool) {
        self.deaf.send_replace(deaf);
    }
}

async fn relay(
    mut client: TcpStream,
    mut upstream: TcpStream,
    mut fate: watch::Receiver<Option<Fate>>,
) {
    let mut requests = vec![0; 64 * 1024];
    let mut replies = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            _ = fate.changed() => {
                if *fate.borrow() == Some(Fate::Cut) {
                    client.set_zero_linger().expect("an open socket");
                    return;
                }
                // Both sockets stay open.
                std::future::pending::<()>().await;
            }
            read = client.read(&mut requests) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => if upstream.write_all(&requests[..bytes]).await.is_err() { return },
            },
            read = upstream.read(&mut replies) => match read {
                Ok(0) | Err(_) => return,
                Ok(bytes) => if client.write_all(&replies[..bytes]).await.is_err() { return },
            },
        }
    }
}
