//! A server's connections: TLS, cuts, shutdown, the admin port, and what cannot be started.

mod common;

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult, admin, started};
use momento_lambda_local::{Error, Options, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

/// Waits for a condition that the server reaches by itself.
async fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "never came: {what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn tls_with_a_given_certificate() -> TestResult {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let options = Options::default().cache(CACHE).tls(&certificate, &key);
    assert!(!format!("{options:?}").contains(key.lines().nth(1).ok_or("an empty key")?));
    let server = Server::start(options).await?;

    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(&certificate));
    let endpoint = Channel::from_shared(format!("https://{}", server.address()))?;
    let mut client = Client::on(endpoint.tls_config(tls)?.connect().await?);
    client.set(b"key", b"value", MINUTE).await?;
    assert!(client.get(b"key").await?.is_some());

    // A client without TLS is cut off and takes nobody with it.
    let mut plain = TcpStream::connect(server.address()).await?;
    plain.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await?;
    let mut rest = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, plain.read_to_end(&mut rest)).await?;
    assert!(client.get(b"key").await?.is_some());
    Ok(())
}

#[tokio::test]
async fn bad_options_are_told_apart() -> TestResult {
    let remote = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let refused = Server::start(Options::default().host(remote)).await;
    assert!(matches!(refused, Err(Error::NotLoopback(address)) if address == remote));

    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let refused = Server::start(Options::default().tls("nonsense", &key)).await;
    assert!(matches!(refused, Err(Error::Certificate(_))));
    let refused = Server::start(Options::default().tls(&certificate, "nonsense")).await;
    assert!(matches!(refused, Err(Error::Key)));
    let refused =
        Server::start(Options::default().tls(&certificate, other.signing_key.serialize_pem()))
            .await;
    assert!(matches!(refused, Err(Error::Tls(_))));

    let refused = Server::start(Options::default().cache(" ")).await;
    assert!(matches!(refused, Err(Error::EmptyCacheName)));

    let first = Server::start(Options::default()).await?;
    let refused = Server::start(Options::default().port(first.address().port())).await;
    assert!(matches!(refused, Err(Error::Listen { address, .. }) if address == first.address()));
    Ok(())
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open() -> TestResult {
    let (server, client) = started().await?;
    let second = Client::connect(&server).await?;
    until("two connections", || {
        server.counters().open_connections == 2
    })
    .await;
    drop(second);
    until("one left", || server.counters().open_connections == 1).await;
    assert_eq!(server.counters().connections, 2);
    drop(client);
    until("none left", || server.counters().open_connections == 0).await;
    Ok(())
}

#[tokio::test]
async fn a_cut_resets_the_socket() -> TestResult {
    let server = Server::start(Options::default()).await?;
    let mut socket = TcpStream::connect(server.address()).await?;
    until("the connection", || server.counters().open_connections == 1).await;
    server.close_connections();
    let mut rest = Vec::new();
    let end = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut rest)).await?;
    assert_eq!(
        end.err().map(|error| error.kind()),
        Some(std::io::ErrorKind::ConnectionReset)
    );
    until("its end", || server.counters().open_connections == 0).await;
    Ok(())
}

#[tokio::test]
async fn a_cut_ends_calls_under_way_and_a_redial_works() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .latency(Duration::from_hours(1));
    let server = Server::start(options).await?;
    let mut client = Client::connect(&server).await?;
    let call = tokio::spawn(async move { (client.get(b"key").await, client) });
    until("the call", || server.counters().calls_of("get") == 1).await;
    server.close_connections();
    let (answer, mut client) = tokio::time::timeout(PATIENCE, call).await??;
    assert!(answer.is_err_and(|status| status.code() != Code::Ok));

    let call = tokio::spawn(async move { client.get(b"key").await });
    until("the call on a new connection", || {
        server.counters().calls_of("get") == 2
    })
    .await;
    assert_eq!(server.counters().connections, 2);
    call.abort();
    Ok(())
}

#[tokio::test]
async fn a_shutdown_lets_calls_finish() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .latency(Duration::from_millis(200));
    let server = Server::start(options).await?;
    let address = server.address();
    let mut client = Client::connect(&server).await?;
    let call = tokio::spawn(async move { client.get(b"key").await });
    until("the call", || server.counters().calls_of("get") == 1).await;
    tokio::time::timeout(PATIENCE, server.shutdown()).await?;
    assert_eq!(call.await??, None);
    assert!(TcpStream::connect(address).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .latency(Duration::from_hours(1));
    let server = Server::start(options).await?;
    let mut client = Client::connect(&server).await?;
    let call = tokio::spawn(async move { client.get(b"key").await });
    until("the call", || server.counters().calls_of("get") == 1).await;
    tokio::time::timeout(PATIENCE, server.shutdown()).await?;
    assert!(tokio::time::timeout(PATIENCE, call).await??.is_err());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_server_is_gone() -> TestResult {
    let (server, mut client) = started().await?;
    client.get(b"key").await?;
    let address = server.address();
    drop(server);
    let start = Instant::now();
    while TcpStream::connect(address).await.is_ok() {
        assert!(start.elapsed() < PATIENCE, "it still listens");
        tokio::task::yield_now().await;
    }
    assert!(client.get(b"key").await.is_err());
    Ok(())
}

#[tokio::test]
async fn the_admin_port_counts_and_resets() -> TestResult {
    let options = Options::default().cache(CACHE).admin_port(0);
    let server = Server::start(options).await?;
    let address = server.admin_address().ok_or("no admin port")?;
    let mut client = Client::connect(&server).await?.token("never shown");
    client.create_cache("made later").await?;
    client.set(b"key", b"value", MINUTE).await?;
    client.get(b"key").await?;

    let (status, counters) = admin(address, "GET", "/counters").await?;
    assert_eq!(status, 200);
    assert_eq!(
        (&counters["connections"], &counters["open_connections"]),
        (&json!(1), &json!(1))
    );
    for (rpc, calls) in [("create-cache", 1), ("set", 1), ("get", 1), ("delete", 0)] {
        assert_eq!(counters["calls"][rpc], json!(calls), "{rpc}");
    }
    let (_, last) = admin(address, "GET", "/last-metadata").await?;
    assert_eq!(last, json!({"cache": CACHE, "authorization": "present"}));

    assert_eq!(counters["requests"], json!({}));
    client
        .clone()
        .header("request-id", "some id")
        .get(b"key")
        .await?;
    let (_, counters) = admin(address, "GET", "/counters").await?;
    assert_eq!(counters["requests"], json!({"some id": {"get": 1}}));

    assert_eq!(admin(address, "POST", "/reset").await?, (200, json!({})));
    let (_, counters) = admin(address, "GET", "/counters").await?;
    assert_eq!(
        (&counters["connections"], &counters["open_connections"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(counters["calls"]["get"], json!(0));
    assert!(
        client.get(b"key").await?.is_some(),
        "a cache given at the start keeps its items"
    );
    assert_eq!(admin(address, "POST", "/flush").await?, (200, json!({})));
    assert!(
        client.get(b"key").await?.is_none(),
        "a flush takes the items of all caches"
    );
    let gone = client.clone().cache(Some("made later")).get(b"key").await;
    assert_eq!(gone.err().map(|status| status.code()), Some(Code::NotFound));

    assert_eq!(admin(address, "POST", "/close-connections").await?.0, 200);
    until("the cut", || server.counters().open_connections == 0).await;

    assert_eq!(admin(address, "GET", "/nothing").await?.0, 404);
    assert_eq!(admin(address, "GET", "/reset").await?.0, 405);
    assert_eq!(admin(address, "POST", "/counters").await?.0, 405);
    assert_eq!(admin(address, "POST", "/block").await?.0, 405);
    Ok(())
}
