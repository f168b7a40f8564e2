//! The RPCs over the wire, with Momento's generated clients.

mod common;

use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult, started};
use momento_lambda_local::{Options, Server};
use momento_protos::cache_client::{ECacheResult, GetBatchRequest, IncrementRequest};
use momento_protos::control_client::{
    DeleteCacheRequest, FlushCacheRequest, ListCachesRequest, ListSigningKeysRequest,
};
use tonic::{Code, Status};

fn code<T>(answer: &Result<T, Status>) -> Code {
    answer.as_ref().err().map_or(Code::Ok, Status::code)
}

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
async fn caches_are_created_listed_flushed_and_deleted() -> TestResult {
    let server = Server::start(Options::default()).await?;
    let mut client = Client::connect(&server).await?;
    for name in ["b", "a"] {
        client.create_cache(name).await?;
    }
    assert_eq!(code(&client.create_cache("a").await), Code::AlreadyExists);

    let request = client.request(ListCachesRequest {
        next_token: String::new(),
    });
    let list = client.control.list_caches(request).await?.into_inner();
    assert_eq!(list.next_token, "");
    let names: Vec<_> = list
        .cache
        .iter()
        .map(|cache| cache.cache_name.as_str())
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_ne!(list.cache[0].cache_id, list.cache[1].cache_id);
    let limits = list.cache[0].cache_limits.ok_or("no cache limits")?;
    assert_eq!(
        (limits.max_item_size_kb, limits.max_ttl_seconds),
        (4883, 86_400)
    );
    assert_eq!(
        (limits.max_throughput_kbps, limits.max_traffic_rate),
        (10_240, 500)
    );
    let limits = list.cache[0].topic_limits.ok_or("no topic limits")?;
    assert_eq!(
        (limits.max_publish_rate, limits.max_subscription_count),
        (100, 100)
    );
    assert_eq!(limits.max_publish_message_size_kb, 100);

    let mut on_a = client.clone().cache(Some("a"));
    on_a.set(b"key", b"value", MINUTE).await?;
    let request = client.request(FlushCacheRequest {
        cache_name: "a".to_owned(),
    });
    client.control.flush_cache(request).await?;
    assert_eq!(on_a.get(b"key").await?, None);

    on_a.set(b"key", b"value", MINUTE).await?;
    let request = client.request(DeleteCacheRequest {
        cache_name: "a".to_owned(),
    });
    client.control.delete_cache(request).await?;
    assert_eq!(code(&on_a.get(b"key").await), Code::NotFound);
    client.create_cache("a").await?;
    assert_eq!(on_a.get(b"key").await?, None, "a cache made again is empty");
    Ok(())
}

#[tokio::test]
async fn an_unknown_cache_is_not_found() -> TestResult {
    let (_server, client) = started().await?;
    let mut client = client.cache(Some("unknown"));
    let answer = client.get(b"key").await;
    assert!(
        answer
            .as_ref()
            .is_err_and(|status| status.message().contains("unknown")),
        "{answer:?}"
    );
    assert_eq!(code(&answer), Code::NotFound);
    assert_eq!(
        code(&client.set(b"key", b"value", MINUTE).await),
        Code::NotFound
    );
    assert_eq!(code(&client.delete(b"key").await), Code::NotFound);
    let request = client.request(FlushCacheRequest {
        cache_name: "unknown".to_owned(),
    });
    assert_eq!(
        code(&client.control.flush_cache(request).await),
        Code::NotFound
    );
    let request = client.request(DeleteCacheRequest {
        cache_name: "unknown".to_owned(),
    });
    assert_eq!(
        code(&client.control.delete_cache(request).await),
        Code::NotFound
    );
    Ok(())
}

#[tokio::test]
async fn a_cache_must_be_named() -> TestResult {
    let (_server, client) = started().await?;
    for name in [None, Some(""), Some("  ")] {
        let mut client = client.clone().cache(name);
        assert_eq!(
            code(&client.get(b"key").await),
            Code::InvalidArgument,
            "{name:?}"
        );
        assert_eq!(
            code(&client.set(b"key", b"value", MINUTE).await),
            Code::InvalidArgument
        );
        assert_eq!(code(&client.delete(b"key").await), Code::InvalidArgument);
    }
    let mut client = client;
    for name in ["", " "] {
        assert_eq!(
            code(&client.create_cache(name).await),
            Code::InvalidArgument
        );
        let request = client.request(FlushCacheRequest {
            cache_name: name.to_owned(),
        });
        assert_eq!(
            code(&client.control.flush_cache(request).await),
            Code::InvalidArgument
        );
        let request = client.request(DeleteCacheRequest {
            cache_name: name.to_owned(),
        });
        assert_eq!(
            code(&client.control.delete_cache(request).await),
            Code::InvalidArgument
        );
    }
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
async fn what_is_not_implemented_says_its_name() -> TestResult {
    let (server, mut client) = started().await?;
    let request = client.request(IncrementRequest::default());
    let status = client
        .data
        .increment(request)
        .await
        .err()
        .ok_or("increment answered")?;
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("Increment"), "{status:?}");
    let request = client.request(GetBatchRequest::default());
    let status = client
        .data
        .get_batch(request)
        .await
        .err()
        .ok_or("get_batch answered")?;
    assert_eq!(status.code(), Code::Unimplemented);
    let request = client.request(ListSigningKeysRequest::default());
    let status = client
        .control
        .list_signing_keys(request)
        .await
        .err()
        .ok_or("it answered")?;
    assert_eq!(status.code(), Code::Unimplemented);
    assert_eq!(server.counters().calls_of("increment"), 1);
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
