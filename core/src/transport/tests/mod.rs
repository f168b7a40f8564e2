//! Connections that die, on a real server behind a proxy: no request that may be repeated is lost,
//! none of the others is carried out twice, and nobody waits for long.

mod proxy;

use super::pieces::Pieces;
use super::{Channel, ChannelOptions, Failure, Outgoing, Patience};
use crate::counters::{Counters, Tally};
use crate::runtime;
use crate::token::Endpoint;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request};
use http_body_util::BodyExt;
use momento_lambda_local::{Options, Server};
use prost::Message;
use proxy::Proxy;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The bound for a call that met a dead connection is 400 ms; a busy machine may add as much.
const SLOWEST: Duration = Duration::from_millis(800);
const DEADLINE: Duration = Duration::from_millis(1_100);

/// A client's view: a channel through a proxy to a server.
struct Scene {
    server: Server,
    proxy: Proxy,
    channel: Channel,
    tally: Arc<Tally>,
}

impl Scene {
    async fn new(patience: Patience) -> Self {
        Self::with(Options::default(), patience).await
    }

    async fn with(options: Options, patience: Patience) -> Self {
        Self::at("127.0.0.1", None, options, patience).await
    }

    /// `certificate`: a file with the server's own, over TLS.
    async fn at(
        host: &str,
        certificate: Option<PathBuf>,
        options: Options,
        patience: Patience,
    ) -> Self {
        let server = Server::start(options.cache("cache")).await.expect("server");
        let proxy = Proxy::start(server.address()).await;
        let tally = Arc::new(Tally::default());
        let options = ChannelOptions {
            endpoint: Endpoint {
                host: host.to_owned(),
                port: proxy.port,
                secure: certificate.is_some(),
            },
            agent: HeaderValue::from_static("agent"),
            runtime_version: HeaderValue::from_static("rust"),
            connect_budget: Duration::from_secs(1),
            patience,
            max_message_bytes: 1_000_000,
            root_certificates: certificate,
        };
        Self {
            channel: Channel::new(options, Arc::clone(&tally)).expect("a channel"),
            server,
            proxy,
            tally,
        }
    }

    async fn call(&self, rpc: &str, message: Vec<u8>, once: bool) -> Result<Duration, Failure> {
        let mut body = vec![0];
        body.extend(u32::try_from(message.len()).expect("small").to_be_bytes());
        body.extend(message);
        let uri = format!("{}cache_client.Scs/{rpc}", self.channel.origin());
        let head = || {
            Request::builder()
                .method(Method::POST)
                .uri(&uri)
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .header("cache", "cache")
                .body(())
                .expect("a head")
        };
        let begun = Instant::now();
        let outgoing = Outgoing {
            head: &head,
            body: &Pieces::from(Bytes::from(body)),
            once,
            deadline: tokio::time::Instant::now() + DEADLINE,
        };
        let exchange = self.channel.exchange(outgoing, |reply| async move {
            let trailers = reply.into_body().collect().await?.trailers().cloned();
            let status = trailers
                .as_ref()
                .and_then(|trailers: &HeaderMap| trailers.get("grpc-status"));
            assert_eq!(status, Some(&HeaderValue::from_static("0")));
            Ok(())
        });
        match tokio::time::timeout(DEADLINE, exchange).await {
            Ok(result) => result.map(|()| begun.elapsed()),
            Err(_) => Err(Failure::Answered(tonic::Status::deadline_exceeded("test"))),
        }
    }

    /// A request that may be repeated.
    async fn get(&self) -> Result<Duration, Failure> {
        let message = momento_protos::cache_client::GetRequest {
            cache_key: b"key".to_vec(),
        };
        self.call("Get", message.encode_to_vec(), false).await
    }

    /// One that must not be carried out twice.
    async fn increment(&self) -> Result<Duration, Failure> {
        let message = momento_protos::cache_client::IncrementRequest {
            cache_key: b"number".to_vec(),
            amount: 1,
            ttl_milliseconds: 60_000,
        };
        self.call("Increment", message.encode_to_vec(), true).await
    }

    async fn get_or_increment(&self, once: bool) -> Result<Duration, Failure> {
        if once {
            self.increment().await
        } else {
            self.get().await
        }
    }

    fn counters(&self) -> Counters {
        self.tally.read()
    }

    fn increments(&self) -> u64 {
        self.server.counters().calls_of("increment")
    }
}

/// A short idle time makes a connection suspect.
fn suspicious() -> Patience {
    Patience {
        suspect_after: Duration::from_millis(20),
        ..Patience::default()
    }
}

/// A short idle time makes a connection stale.
fn distrustful() -> Patience {
    Patience {
        stale_after: Duration::from_millis(20),
        ..suspicious()
    }
}

/// Longer than that.
async fn idle() {
    tokio::time::sleep(Duration::from_millis(40)).await;
}

#[tokio::test]
async fn a_connection_in_use_that_falls_silent_costs_each_call_a_moment() {
    let scene = Scene::new(Patience::default()).await;
    scene.get().await.expect("healthy");
    scene.proxy.silence();
    let (one, other) = tokio::join!(scene.get(), scene.get());
    for taken in [one, other] {
        let taken = taken.expect("the second connection's answer");
        assert!(taken < SLOWEST, "{taken:?}");
    }
    let counters = scene.counters();
    assert_eq!((counters.connections, counters.condemned), (2, 1));
    assert_eq!(counters.raced, 2);
    let taken = scene.get().await.expect("healthy again");
    assert!(taken < Duration::from_millis(100), "{taken:?}");
}

#[tokio::test]
async fn a_call_that_must_not_be_repeated_waits_where_it_is_and_the_next_does_not() {
    let scene = Scene::new(Patience::default()).await;
    scene.increment().await.expect("healthy");
    scene.proxy.silence();
    scene.increment().await.expect_err("nobody can know");
    let taken = scene.increment().await.expect("a new connection");
    assert!(taken < SLOWEST, "{taken:?}");
    assert_eq!(scene.counters().connections, 2);
    assert_eq!(scene.increments(), 2);
}

#[tokio::test]
async fn a_suspect_that_answers_keeps_its_place() {
    let scene = Scene::new(suspicious()).await;
    scene.get().await.expect("the first");
    let before = scene.counters();
    for _ in 0..3 {
        idle().await;
        scene.get().await.expect("healthy");
        idle().await;
        scene.increment().await.expect("healthy");
    }
    let after = scene.counters();
    assert_eq!(after.connections, before.connections);
    assert_eq!(after.suspected - before.suspected, 6);
    assert!(after.pings - before.pings >= 6, "{after:?}");
    assert_eq!(scene.increments(), 3);
}

#[tokio::test]
async fn a_suspect_that_is_dead_is_replaced_before_anything_is_lost() {
    for once in [false, true] {
        for patience in [suspicious(), distrustful()] {
            let scene = Scene::new(patience).await;
            scene.get().await.expect("healthy");
            let before = scene.counters().connections;
            scene.proxy.silence();
            idle().await;
            let taken = scene.get_or_increment(once).await;
            let taken = taken.expect("the second connection's answer");
            assert!(taken < SLOWEST, "once: {once}, {patience:?}: {taken:?}");
            assert!(scene.counters().connections > before);
            assert_eq!(scene.increments(), u64::from(once));
        }
    }
}

#[tokio::test]
async fn a_stale_connection_that_lives_may_answer_first() {
    let mut scene = Scene::new(distrustful()).await;
    scene.get().await.expect("healthy");
    let before = scene.counters().connections;
    idle().await;
    // Nobody takes new connections, but the old one is as good as ever.
    scene.proxy.refuse();
    scene.get().await.expect("the first connection's answer");
    assert_eq!(scene.counters().connections, before);
}

#[tokio::test]
async fn a_slow_answer_is_not_taken_for_death() {
    let latency = Duration::from_millis(500);
    let scene = Scene::with(Options::default().latency(latency), Patience::default()).await;
    for taken in [scene.get().await, scene.increment().await] {
        assert!(taken.expect("slow, but well") >= latency);
    }
    let counters = scene.counters();
    assert_eq!((counters.connections, counters.condemned), (1, 0));
    assert!(counters.pings >= 2 && counters.pings <= 6, "{counters:?}");
}

#[tokio::test]
async fn a_cut_between_calls_costs_nothing_not_even_an_increment() {
    let scene = Scene::new(Patience::default()).await;
    scene.increment().await.expect("healthy");
    for round in 1..20 {
        scene.proxy.cut();
        scene.get().await.expect("idempotent");
        scene.proxy.cut();
        while scene.server.counters().open_connections > 0 {
            tokio::task::yield_now().await;
        }
        scene
            .increment()
            .await
            .expect("found dead before it was used");
        assert_eq!(scene.increments(), round + 1);
    }
}

#[tokio::test]
async fn a_restart_is_waited_for() {
    for once in [false, true] {
        let mut scene = Scene::new(Patience::default()).await;
        scene.get().await.expect("healthy");
        scene.proxy.refuse();
        scene.proxy.cut();
        let reopened = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
        };
        // The call begins while nobody listens.
        let (port, server) = (scene.proxy.port, scene.server.address());
        let reopen = tokio::spawn(async move {
            reopened.await;
            Proxy::at(port, server).await
        });
        while scene.server.counters().open_connections > 0 {
            tokio::task::yield_now().await;
        }
        let taken = scene.get_or_increment(once).await;
        let taken = taken.expect("the restarted server's answer");
        assert!(taken < SLOWEST, "{taken:?}");
        drop(reopen.await.expect("a proxy"));
    }
}

#[tokio::test]
async fn when_nobody_is_there_calls_fail_at_once_until_somebody_is() {
    let scene = Scene::new(Patience::default()).await;
    scene.get().await.expect("healthy");
    scene.proxy.be_deaf(true);
    scene.proxy.silence();
    scene.get().await.expect_err("silence");
    let storm = Instant::now();
    let mut taken: Vec<_> = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let failure = scene.get().await.expect_err("silence");
        assert!(failure.is_out_of_reach(), "{failure:?}");
        taken.push(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    taken.sort();
    assert!(taken[90] < Duration::from_millis(10), "{:?}", taken[90]);
    // Every 10 ms at first, a tenth of the outage later: 10 for each time that it grows e-fold.
    let counters = scene.counters();
    assert!(
        counters.connections <= 50,
        "{counters:?} in {:?}",
        storm.elapsed()
    );

    scene.proxy.be_deaf(false);
    let healed = Instant::now();
    while scene.get().await.is_err() {
        assert!(healed.elapsed() < Duration::from_secs(3), "not found again");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn after_a_pause_a_call_has_its_whole_patience_again() {
    let mut scene = Scene::new(Patience::default()).await;
    scene.proxy.refuse();
    scene.get().await.expect_err("refused");
    let failure = scene.get().await.expect_err("refused");
    assert!(matches!(failure, Failure::Rejected(_)), "{failure:?}");
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    let failure = scene.get().await.expect_err("refused");
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
}

#[tokio::test]
async fn an_old_connection_is_followed_by_a_new_one_while_it_serves() {
    let patience = Patience {
        age: Duration::from_millis(20),
        ..Patience::default()
    };
    let scene = Scene::new(patience).await;
    scene.get().await.expect("the first");
    tokio::time::sleep(Duration::from_millis(30)).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while scene.counters().connections < 2 || scene.server.counters().open_connections > 1 {
        scene.increment().await.expect("served meanwhile");
        assert!(Instant::now() < deadline, "{:?}", scene.counters());
    }
    assert_eq!(scene.counters().condemned, 0);
}

#[test]
fn an_old_connection_is_followed_where_nobody_drives_between_calls() {
    let patience = Patience {
        age: Duration::from_millis(20),
        ..Patience::default()
    };
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    // With TLS a dial takes longer than the call that begins it.
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("issued");
    let certificate = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(certificate.path(), issued.cert.pem()).expect("written");
    let options = Options::default().tls(issued.cert.pem(), issued.signing_key.serialize_pem());
    let path = Some(certificate.path().to_owned());
    let scene = servers.block_on(Scene::at("localhost", path, options, patience));
    let get = || runtime::block_on(async { Ok(scene.get().await.is_ok()) });
    assert!(get().expect("a runtime"));
    std::thread::sleep(Duration::from_millis(30));
    assert!(get().expect("a runtime"));
    let deadline = Instant::now() + Duration::from_secs(5);
    while scene.counters().aged == 0 {
        assert!(Instant::now() < deadline, "{:?}", scene.counters());
        std::thread::sleep(Duration::from_millis(1));
    }
}
