//! A process that says that it has forked begins a new life with the same client, and one that is
//! closed lets go of everything.
//!
//! The processes of this file never fork in truth: the parent is the same process before it said so.
//! With forks, and everything that a fork breaks: bindings-python/tests/test_processes.py. One test,
//! because the process says it for all its threads.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{block_on, client, environment, server};
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, ErrorCode, forked, get_momento_client_with};
use momento_lambda_local::{Options, Server};
use std::future::{Future, poll_fn};
use std::task::Poll;
use std::time::{Duration, Instant};

#[test]
fn lives() {
    environment::set(&[("KEY_OF_FORKED", "")]);
    block_on(async {
        a_child_has_connections_and_counters_of_its_own().await;
        a_child_finds_the_shared_client();
        a_look_up_outlives_no_closed_client().await;
    });
}

async fn a_child_has_connections_and_counters_of_its_own() {
    let server = Server::start(Options::default().cache("cache"))
        .await
        .unwrap();
    let local = Credential::local("127.0.0.1", server.address().port());
    let client = CacheClient::new(ClientOptions::new(local)).unwrap();
    client.set("cache", "key", "value", None).await.unwrap();
    forked();
    assert_eq!(client.counters().connections, 0);
    assert!(client.get("cache", "key").await.unwrap().is_some());
    assert_eq!(client.counters().connections, 1);
    assert_eq!(server.counters().open_connections, 2);

    // What the child lets go of is its own.
    client.close();
    drop(client);
    open_connections(&server, 1).await;
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.counters().open_connections, 1, "the parent's");
}

fn a_child_finds_the_shared_client() {
    let options = || {
        ClientOptions::from_environment(Some("env:KEY_OF_FORKED"), None, |_| None).expect("options")
    };
    let (parents, new) = get_momento_client_with(options()).unwrap();
    assert!(new);
    forked();
    let (childs, new) = get_momento_client_with(options()).unwrap();
    assert!(!new);
    assert!(std::ptr::eq(parents.options(), childs.options()));
    childs.close();
    assert!(get_momento_client_with(options()).unwrap().1);
}

async fn a_look_up_outlives_no_closed_client() {
    let (server, secret) = server().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, secret).unwrap();
    let client = client(&format!("file:{}", file.display()));
    let mut call = Box::pin(client.get("cache", "key"));
    // The first step begins the look-up, which can't have gone on before this thread waits.
    let begun = poll_fn(|context| Poll::Ready(call.as_mut().poll(context).is_pending())).await;
    assert!(begun);
    client.close();
    // Its reply, or that the client is closed.
    if let Err(error) = call.await {
        assert_eq!(error.code(), ErrorCode::FailedPrecondition, "{error}");
    }
    open_connections(&server, 0).await;
    assert!(client.get("cache", "key").await.is_err());
}

async fn open_connections(server: &Server, wanted: u64) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.counters().open_connections != wanted {
        let open = server.counters().open_connections;
        assert!(Instant::now() < deadline, "{open} connections are open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
