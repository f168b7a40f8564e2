//! Calls within an invocation: bound by its time, and ended before it is.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{Answer, Stub, block_on, environment};
use momento_lambda_core::bridge::{Asks, Completions, Event, Submissions};
use momento_lambda_core::operation::Request;
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, Error, ErrorCode, Invocation};
use momento_lambda_local::{Options, Server};
use std::sync::Arc;
use std::time::{Duration, Instant};

const REMAINING: Duration = Duration::from_millis(300);

// One test, because invocations are the process's.
#[test]
fn invocations() {
    let (stub, port) = Stub::start(None);
    environment::set_aws(port);
    block_on(async {
        a_silent_server_costs_the_invocation_s_time_at_most().await;
        a_silent_look_up_too(&stub).await;
        a_turn_that_does_not_come_too().await;
        a_call_that_begins_too_late_is_not_sent().await;
        the_client_s_own_deadline_is_told_as_such().await;
        what_nobody_waits_for_is_done_when_it_has_settled().await;
        what_is_given_up_is_not_waited_for().await;
    });
    through_the_bridge();
}

async fn server(latency: Duration) -> (Server, CacheClient) {
    let options = Options::default().cache("cache").latency(latency);
    let server = Server::start(options).await.expect("a server");
    let client = own_client(&server, Duration::from_secs(10));
    (server, client)
}

fn own_client(server: &Server, deadline: Duration) -> CacheClient {
    let mut options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()));
    options.configuration = options.configuration.with_deadline(deadline);
    CacheClient::new(options).expect("a client")
}

fn begin() -> Invocation {
    Invocation::begin(Some(REMAINING), Invocation::MARGIN)
}

fn assert_cut_short(error: &Error, begun: Instant) {
    let taken = begun.elapsed();
    assert!(taken < REMAINING, "{taken:?}");
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    assert!(error.details().contains("invocation's time"), "{error}");
}

async fn a_silent_server_costs_the_invocation_s_time_at_most() {
    let (server, client) = server(Duration::ZERO).await;
    assert_eq!(client.get("cache", "key").await.expect("a miss"), None);
    server.block();
    let begun = Instant::now();
    let invocation = begin();
    let error = client.get("cache", "key").await.expect_err("silent");
    assert_cut_short(&error, begun);
    assert!(begun.elapsed() > REMAINING / 2, "it had its time");
    drop(invocation);
    server.unblock();
    assert_eq!(client.get("cache", "key").await.expect("a miss"), None);
}

async fn a_silent_look_up_too(stub: &Stub) {
    stub.answer(&[Answer::Silence]);
    let client = common::client("secretsmanager:token");
    let begun = Instant::now();
    let _invocation = begin();
    let error = client.get("cache", "key").await.expect_err("silent");
    assert_cut_short(&error, begun);
}

async fn a_turn_that_does_not_come_too() {
    let (server, _) = server(Duration::ZERO).await;
    let mut options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()));
    options.configuration = options
        .configuration
        .with_deadline(Duration::from_secs(10))
        .with_max_concurrent_requests(1);
    let client = CacheClient::new(options).expect("a client");
    server.block();
    let begun = Instant::now();
    let _invocation = begin();
    let calls = tokio::join!(client.get("cache", "a"), client.get("cache", "b"));
    assert_cut_short(&calls.0.expect_err("silent"), begun);
    assert_cut_short(&calls.1.expect_err("no turn"), begun);
}

async fn a_call_that_begins_too_late_is_not_sent() {
    let (server, client) = server(Duration::ZERO).await;
    let remaining = Duration::from_secs(2);
    let _invocation = Invocation::begin(Some(remaining), remaining);
    client
        .set("cache", "key", "first", None)
        .await
        .expect("set");
    // Into the margin, which is half of so short a time.
    tokio::time::sleep(remaining / 2).await;
    let error = client.set("cache", "key", "second", None).await;
    assert_cut_short(&error.expect_err("too late"), Instant::now());
    assert_eq!(server.counters().calls_of("set"), 1);
}

async fn the_client_s_own_deadline_is_told_as_such() {
    let (server, _) = server(Duration::ZERO).await;
    let client = own_client(&server, Duration::from_millis(50));
    server.block();
    let _invocation = Invocation::begin(Some(Duration::from_mins(1)), Invocation::MARGIN);
    let error = client.get("cache", "key").await.expect_err("silent");
    assert_eq!(error.code(), ErrorCode::Timeout);
    assert!(error.details().contains("within 50 ms"), "{error}");
}

async fn what_nobody_waits_for_is_done_when_it_has_settled() {
    let (_server, client) = server(Duration::from_millis(100)).await;
    let invocation = Invocation::begin(Some(Duration::from_mins(1)), Invocation::MARGIN);
    let (setting, begun) = (client.clone(), Arc::new(tokio::sync::Notify::new()));
    let telling = Arc::clone(&begun);
    let set = tokio::spawn(async move {
        telling.notify_one();
        setting.set("cache", "key", "value", None).await
    });
    begun.notified().await;
    invocation.settle().await;
    assert_eq!((invocation.under_way(), invocation.unfinished()), (0, 0));
    drop(invocation);
    set.await.expect("no panic").expect("set");
    let value = client.get("cache", "key").await.expect("an answer");
    assert_eq!(value, Some(b"value".to_vec()));
}

async fn what_is_given_up_is_not_waited_for() {
    let (server, client) = server(Duration::ZERO).await;
    server.block();
    let invocation = Invocation::begin(Some(Duration::from_mins(1)), Invocation::MARGIN);
    let silent = client.clone();
    let call = tokio::spawn(async move { silent.get("cache", "key").await });
    while invocation.under_way() == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    invocation.settle().await;
    assert_eq!(invocation.under_way(), 0);
}

/// As Python and Node do it: the call counts from when it is submitted, and its completion comes first.
fn through_the_bridge() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_server, client) = runtime.block_on(server(Duration::from_millis(100)));
    let (sender, woken) = std::sync::mpsc::channel();
    let completions = Arc::new(Completions::new(move || {
        let _ = sender.send(());
    }));
    let invocation = Arc::new(Invocation::begin(
        Some(Duration::from_mins(1)),
        Invocation::MARGIN,
    ));
    let request = Request::Delete {
        cache_name: "cache".to_owned(),
        key: b"key".to_vec(),
    };
    let submissions = Submissions::new(Arc::clone(&completions));
    submissions
        .call(&client, request, 1, Asks::default())
        .expect("submitted");
    assert_eq!(invocation.under_way(), 1);
    submissions.settle(&invocation, 2).expect("submitted");
    let mut tickets = Vec::new();
    while tickets.len() < 2 {
        woken.recv_timeout(Duration::from_secs(20)).expect("a wake");
        tickets.extend(completions.drain().into_iter().map(|event| match event {
            Event::Completed(completion) => completion.ticket,
            Event::Asked(_) => unreachable!(),
        }));
    }
    assert_eq!(tickets, [1, 2]);
}
