//! What holds for every call: items, limits, tokens, the latency.

mod common;

use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult, code, started};
use momento_lambda_local::{Options, Server};
use momento_protos::cache_client::ECacheResult;

use tonic::Code;

#[tokio::test]
async fn an_item_is_set_read_and_deleted() -> TestResult {
    let (_server, mut client) = started().await?;
    assert_eq!(client.get(b"key").await?, None);
    let stored = client.set(b"key", b"\x00value\xff", MINUTE).await?;
    assert_eq!(stored.result(), ECacheResult::Ok);
    assert_eq!(
        client.get(b"key").await?.as_deref(),
        Some(&b"\x00value\xff"[..])
    );
    client.delete(b"key").await?;
    client.delete(b"key").await?;
    assert_eq!(client.get(b"key").await?, None);
    Ok(())
}

#[tokio::test]
async fn an_empty_value_is_a_hit() -> TestResult {
    let (_server, mut client) = started().await?;
    client.set(b"", b"", MINUTE).await?;
    assert_eq!(client.get(b"").await?.as_deref(), Some(&b""[..]));
    Ok(())
}

#[tokio::test]
async fn an_item_expires_by_the_clock() -> TestResult {
    let (_server, mut client) = started().await?;
    let before = Instant::now();
    client.set(b"key", b"value", 200).await?;
    while client.get(b"key").await?.is_some() {
        assert!(before.elapsed() < PATIENCE, "the item never expired");
        tokio::task::yield_now().await;
    }
    assert!(before.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn a_ttl_must_be_within_a_day() -> TestResult {
    let (_server, mut client) = started().await?;
    for ttl in [0, 24 * 60 * MINUTE + 1, u64::MAX] {
        assert_eq!(
            code(&client.set(b"key", b"value", ttl).await),
            Code::InvalidArgument,
            "{ttl}"
        );
    }
    for ttl in [1, 24 * 60 * MINUTE] {
        assert_eq!(
            code(&client.set(b"key", b"value", ttl).await),
            Code::Ok,
            "{ttl}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn caches_do_not_share_items() -> TestResult {
    let server = Server::start(Options::default().cache(CACHE).cache("other")).await?;
    let mut client = Client::connect(&server).await?;
    client.set(b"key", b"value", MINUTE).await?;
    assert_eq!(client.clone().cache(Some("other")).get(b"key").await?, None);
    Ok(())
}

#[tokio::test]
async fn five_megabytes_fit_and_more_is_refused_in_words_every_sdk_reads() -> TestResult {
    let (_server, mut client) = started().await?;
    let large = vec![b'x'; 5_000_000];
    client.set(b"key", &large, MINUTE).await?;
    assert!(
        client
            .get(b"key")
            .await?
            .is_some_and(|value| value == large)
    );

    let refused = client.set(b"key", &vec![b'x'; 5_300_000], MINUTE).await;
    let status = refused.err().ok_or("5,300,000 bytes were accepted")?;
    assert_eq!(status.code(), Code::ResourceExhausted);
    assert!(status.message().contains("Request limit"), "{status:?}");
    let trailer = status.metadata().get("err").ok_or("no err trailer")?;
    assert_eq!(trailer, "request_size_limit_exceeded");
    assert!(
        client.get(b"key").await?.is_some(),
        "the refused item left the one before it alone"
    );
    Ok(())
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_in_the_same_words() -> TestResult {
    let (_server, mut client) = started().await?;
    for value in [
        vec![b'x'; 9_900_000],
        vec![b'x'; 10_000_000],
        vec![b'x'; 15_000_000],
    ] {
        let refused = client.set(b"key", &value, MINUTE).await;
        let status = refused.err().ok_or("it was accepted")?;
        assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
        assert!(status.message().contains("Request limit"), "{status:?}");
        let trailer = status.metadata().get("err").ok_or("no err trailer")?;
        assert_eq!(trailer, "request_size_limit_exceeded");
    }
    assert_eq!(client.get(b"key").await?, None);
    Ok(())
}

#[tokio::test]
async fn only_the_given_tokens_are_accepted() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .token("first")
        .token("second");
    let server = Server::start(options).await?;
    let client = Client::connect(&server).await?;
    for token in ["first", "second"] {
        assert_eq!(client.clone().token(token).get(b"key").await?, None);
    }
    for mut refused in [
        client.clone(),
        client.clone().token(""),
        client.clone().token("firs"),
        client.token("third"),
    ] {
        let status = refused
            .get(b"key")
            .await
            .err()
            .ok_or("a wrong token was accepted")?;
        assert_eq!(status.code(), Code::Unauthenticated);
        assert!(!status.message().contains("first") && !status.message().contains("third"));
        assert_eq!(
            code(&refused.create_cache("new").await),
            Code::Unauthenticated
        );
    }
    assert!(
        !format!("{server:?}").contains("second"),
        "a token shows in a debug print"
    );
    Ok(())
}

#[tokio::test]
async fn the_accepted_tokens_change_while_it_runs() -> TestResult {
    let server = Server::start(Options::default().cache(CACHE).token("first")).await?;
    let client = Client::connect(&server).await?;
    let (mut first, mut second) = (client.clone().token("first"), client.token("second"));
    first.get(b"key").await?;
    server.accept_only(&["second"]);
    assert_eq!(code(&first.get(b"key").await), Code::Unauthenticated);
    second.get(b"key").await?;
    server.reset();
    assert_eq!(code(&first.get(b"key").await), Code::Unauthenticated);
    server.accept_only(&[]);
    first.get(b"key").await?;
    Ok(())
}

#[tokio::test]
async fn without_given_tokens_any_is_accepted() -> TestResult {
    let (server, client) = started().await?;
    client.clone().token("whatever").get(b"key").await?;
    assert_eq!(
        server
            .last_metadata()
            .get("authorization")
            .map(String::as_str),
        Some("present")
    );
    client.clone().get(b"key").await?;
    assert_eq!(
        server
            .last_metadata()
            .get("authorization")
            .map(String::as_str),
        Some("absent")
    );
    assert_eq!(
        server.last_metadata().get("cache").map(String::as_str),
        Some(CACHE)
    );
    Ok(())
}

#[tokio::test]
async fn every_answer_is_held_back_by_the_latency() -> TestResult {
    let latency = Duration::from_millis(150);
    let options = Options::default()
        .cache(CACHE)
        .token("right")
        .latency(latency);
    let server = Server::start(options).await?;
    let client = Client::connect(&server).await?;
    for (token, expected) in [("right", Code::Ok), ("wrong", Code::Unauthenticated)] {
        let before = Instant::now();
        assert_eq!(
            code(&client.clone().token(token).get(b"key").await),
            expected
        );
        assert!(before.elapsed() >= latency);
    }
    Ok(())
}

#[tokio::test]
async fn a_thousand_calls_share_a_connection() -> TestResult {
    let (server, client) = started().await?;
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..1000_u32 {
        let mut client = client.clone();
        calls.spawn(async move {
            let key = number.to_be_bytes();
            client.set(&key, &key, MINUTE).await?;
            client
                .get(&key)
                .await
                .map(|value| value.as_deref() == Some(&key))
        });
    }
    while let Some(answer) = calls.join_next().await {
        assert!(answer??);
    }
    let counters = server.counters();
    assert_eq!((counters.connections, counters.open_connections), (1, 1));
    assert_eq!(
        (counters.calls_of("set"), counters.calls_of("get")),
        (1000, 1000)
    );
    Ok(())
}
