//! Snapshots: nothing of a client's is in them, and nothing that is restored from them is trusted.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{Answer, Stub, block_on, client, environment, secret, server, works};
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, after_restore, before_snapshot};
use std::time::{Duration, Instant};

const SOURCE: &str = "secretsmanager:token";
/// What closes and dials in the background has this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

// One test, because a snapshot is of all the clients of a process.
#[test]
fn snapshots() {
    let (stub, port) = Stub::start(None);
    environment::set_aws(port);
    block_on(async {
        a_snapshot_holds_no_connection_and_no_token(&stub).await;
        a_restored_client_takes_a_rotated_token_and_a_new_connection(&stub).await;
        what_was_on_its_way_is_not_taken(&stub).await;
        a_restored_process_takes_its_credentials_from_the_container(&stub, port).await;
        a_client_with_a_fixed_key_connects_anew().await;
    });
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn a_snapshot_holds_no_connection_and_no_token(stub: &Stub) {
    let (server, value) = server().await;
    stub.answer(&[secret(&value)]);
    let client = client(SOURCE);
    works(&client).await;
    assert_eq!(server.counters().open_connections, 1);
    before_snapshot().await;
    until("the server sees the end", || {
        server.counters().open_connections == 0
    })
    .await;
    works(&client).await;
    assert_eq!((stub.asked(), client.counters().connections), (2, 2));
}

async fn a_restored_client_takes_a_rotated_token_and_a_new_connection(stub: &Stub) {
    let (old, old_value) = server().await;
    let (new, new_value) = server().await;
    stub.answer(&[secret(&old_value)]);
    let client = client(SOURCE);
    works(&client).await;
    // Meanwhile the secret names another server, and the old one is gone without a word.
    old.block();
    stub.answer(&[secret(&new_value)]);
    let head_start = tokio::spawn(after_restore());
    works(&client).await;
    head_start.await.expect("no panic");
    assert_eq!(
        (stub.asked(), client.counters().look_ups),
        (1, 2),
        "the call joined the head start"
    );
    assert_eq!(new.counters().connections, 1);
}

async fn what_was_on_its_way_is_not_taken(stub: &Stub) {
    let (_server, value) = server().await;
    stub.answer(&[Answer::Silence, secret(&value)]);
    let client = client(SOURCE);
    let starting = client.clone();
    let start = tokio::spawn(async move { starting.start().await });
    until("the look-up was asked", || stub.asked() == 1).await;
    drop(after_restore());
    let begun = Instant::now();
    works(&client).await;
    assert!(begun.elapsed() < Duration::from_millis(900), "it waited");
    start.abort();
}

/// `SnapStart` gives no credentials in variables: they would be in the snapshot.
async fn a_restored_process_takes_its_credentials_from_the_container(stub: &Stub, port: u16) {
    let (_server, value) = server().await;
    stub.answer(&[secret(&value)]);
    let client = client(SOURCE);
    works(&client).await;
    environment::set(&[
        ("AWS_ACCESS_KEY_ID", ""),
        (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("http://127.0.0.1:{port}/credentials"),
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic example"),
    ]);
    let credentials = serde_json::json!({
        "AccessKeyId": "ASIARESTORED", "SecretAccessKey": "s", "Token": "session", "Expiration": "2099-01-01T00:00:00Z",
    });
    stub.answer(&[Answer::Json(200, credentials.to_string()), secret(&value)]);
    drop(after_restore());
    works(&client).await;
    let requests = stub.requests();
    assert!(requests[0].starts_with("GET /credentials"));
    assert!(requests[1].contains("ASIARESTORED"));
}

async fn a_client_with_a_fixed_key_connects_anew() {
    let server = momento_lambda_local::Server::start(
        momento_lambda_local::Options::default().cache("cache"),
    )
    .await
    .unwrap();
    let credential = Credential::local("127.0.0.1", server.address().port());
    let client = CacheClient::new(ClientOptions::new(credential)).expect("a client");
    works(&client).await;
    drop(after_restore());
    works(&client).await;
    assert_eq!(server.counters().connections, 2);
    client.close();
    after_restore().await;
    assert_eq!(
        server.counters().connections,
        2,
        "a closed one stays closed"
    );
}
