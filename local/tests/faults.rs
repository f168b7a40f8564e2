//! Faults that calls ask for in their metadata, and attempts as the server counts them.

mod common;

use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, TestResult, bytes, call, code, started};
use momento_lambda_local::{Options, Server};
use momento_protos::cache_client::GetBatchRequest;
use tonic::Code;

#[tokio::test]
async fn an_outage_lasts_and_befalls_only_what_it_names() -> TestResult {
    let (server, client) = started().await?;
    let mut client = client
        .header("request-id", "outage")
        .header("return-error", "unavailable")
        .header("error-rpcs", "get get-batch create-cache");
    for _ in 0..3 {
        assert_eq!(code(&client.get(b"key").await), Code::Unavailable);
    }
    let batch = call!(client.get_batch(GetBatchRequest::default()));
    assert_eq!(code(&batch), Code::Unavailable);
    assert_eq!(code(&client.create_cache("new").await), Code::Unavailable);
    client.set(b"key", b"value", MINUTE).await?;

    let counters = server.counters();
    assert_eq!(counters.attempts_of("outage", "get"), 3);
    assert_eq!(counters.attempts_of("outage", "set"), 1);
    assert_eq!(counters.attempts_of("outage", "delete"), 0);
    assert_eq!(counters.attempts_of("other", "get"), 0);
    Ok(())
}

#[tokio::test]
async fn a_counted_error_ends() -> TestResult {
    let (server, client) = started().await?;
    let mut client = client
        .header("request-id", "two errors")
        .header("return-error", "deadline-exceeded")
        .header("error-rpcs", "get")
        .header("error-count", "2");
    for expected in [
        Code::DeadlineExceeded,
        Code::DeadlineExceeded,
        Code::Ok,
        Code::Ok,
    ] {
        assert_eq!(code(&client.get(b"key").await), expected);
    }
    assert_eq!(server.counters().attempts_of("two errors", "get"), 4);
    server.reset();
    assert!(server.counters().requests.is_empty());
    assert_eq!(
        code(&client.get(b"key").await),
        Code::DeadlineExceeded,
        "a reset counts anew"
    );
    Ok(())
}

#[tokio::test]
async fn a_call_is_delayed_and_then_served() -> TestResult {
    const DELAY: Duration = Duration::from_millis(150);
    let (_server, client) = started().await?;
    let mut plain = client.clone();
    let mut delayed = client
        .header("request-id", "one delay")
        .header("delay-rpcs", "set")
        .header("delay-ms", "150")
        .header("delay-count", "1");
    let before = Instant::now();
    let call = tokio::spawn(async move {
        delayed.set(b"key", b"value", MINUTE).await?;
        let first = Instant::now();
        delayed.set(b"key", b"value", MINUTE).await?;
        Ok::<_, tonic::Status>(first)
    });
    while plain.get(b"key").await?.is_none() {}
    assert!(
        before.elapsed() >= DELAY,
        "it was stored before the delay was over"
    );
    assert!(call.await??.duration_since(before) >= DELAY);
    Ok(())
}

#[tokio::test]
async fn a_malformed_header_is_named() -> TestResult {
    let (_server, client) = started().await?;
    for (name, value) in [
        ("return-error", "nonsense"),
        ("delay-ms", "soon"),
        ("error-count", "1"),
    ] {
        let answer = client.clone().header(name, value).get(b"key").await;
        let status = answer.err().ok_or("it was ignored")?;
        assert_eq!(status.code(), Code::InvalidArgument);
        assert!(status.message().contains(name), "{status:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_comes_before_faults() -> TestResult {
    let server = Server::start(Options::default().cache(CACHE).token("right")).await?;
    let client = Client::connect(&server)
        .await?
        .header("return-error", "internal")
        .header("error-rpcs", "get");
    for (token, expected) in [("right", Code::Internal), ("wrong", Code::Unauthenticated)] {
        let answer = client.clone().token(token).get(&bytes("key")).await;
        assert_eq!(code(&answer), expected);
    }
    Ok(())
}
