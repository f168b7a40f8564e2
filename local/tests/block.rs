//! A server that is left without an answer, as behind a network that drops packets.

mod common;

use std::time::Duration;

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult, admin};
use momento_lambda_local::{Options, Server};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::transport::{Certificate, Channel, ClientTlsConfig};

/// How long silence is waited for: nothing signals that nothing happens.
const SILENCE: Duration = Duration::from_millis(300);

#[tokio::test]
async fn a_block_silences_connections_until_it_ends() -> TestResult {
    let server = Server::start(Options::default().cache(CACHE).admin_port(0)).await?;
    let address = server.admin_address().ok_or("no admin port")?;
    let mut client = Client::connect(&server).await?;
    client.set(b"key", b"value", MINUTE).await?;

    for _ in 0..2 {
        assert_eq!(admin(address, "GET", "/block").await?, (200, json!({})));
    }
    let calls_before = server.counters().calls_of("get");
    let mut on_old = tokio::spawn(async move { (client.get(b"key").await, client) });
    let mut on_new = tokio::spawn({
        let channel = Channel::from_shared(format!("http://{}", server.address()))?.connect_lazy();
        async move { Client::on(channel).get(b"key").await }
    });
    assert!(
        timeout(SILENCE, &mut on_old).await.is_err(),
        "an open connection was answered"
    );
    assert!(
        timeout(SILENCE, &mut on_new).await.is_err(),
        "a new connection was answered"
    );
    assert_eq!(server.counters().open_connections, 2);
    assert_eq!(
        server.counters().calls_of("get"),
        calls_before,
        "nothing was read"
    );

    assert_eq!(admin(address, "GET", "/unblock").await?, (200, json!({})));
    let (answer, mut client) = timeout(PATIENCE, on_old).await??;
    assert_eq!(answer?.as_deref(), Some(&b"value"[..]));
    assert_eq!(
        timeout(PATIENCE, on_new).await???.as_deref(),
        Some(&b"value"[..])
    );
    assert!(client.get(b"key").await?.is_some());
    assert_eq!(server.counters().connections, 2, "no connection was lost");
    Ok(())
}

#[tokio::test]
async fn a_call_under_way_is_answered_after_the_block() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .latency(Duration::from_millis(100));
    let server = Server::start(options).await?;
    let mut client = Client::connect(&server).await?;
    let mut call = tokio::spawn(async move { client.get(b"key").await });
    while server.counters().calls_of("get") == 0 {
        tokio::task::yield_now().await;
    }
    server.block();
    assert!(
        timeout(SILENCE, &mut call).await.is_err(),
        "it was answered"
    );
    server.unblock();
    assert_eq!(timeout(PATIENCE, call).await???, None);
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_a_block_and_a_cut_is_noticed_in_one() -> TestResult {
    let server = Server::start(Options::default().cache(CACHE)).await?;
    server.block();
    let mut socket = TcpStream::connect(server.address()).await?;
    socket
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .await?;
    let mut bytes = [0; 9];
    assert!(timeout(SILENCE, socket.read(&mut bytes)).await.is_err());
    server.close_connections();
    assert!(timeout(PATIENCE, socket.read(&mut bytes)).await?.is_err());
    server.reset();
    let mut client = Client::connect(&server).await?;
    assert_eq!(timeout(PATIENCE, client.get(b"key")).await??, None);
    Ok(())
}

#[tokio::test]
async fn a_handshake_waits_for_the_end_of_a_block() -> TestResult {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let (certificate, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    let server = Server::start(Options::default().cache(CACHE).tls(&certificate, &key)).await?;
    server.block();
    let tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(&certificate));
    let endpoint =
        Channel::from_shared(format!("https://{}", server.address()))?.tls_config(tls)?;
    let mut call =
        tokio::spawn(async move { Client::on(endpoint.connect_lazy()).get(b"key").await });
    assert!(
        timeout(SILENCE, &mut call).await.is_err(),
        "it was answered"
    );
    server.unblock();
    assert_eq!(timeout(PATIENCE, call).await???, None);
    Ok(())
}
