//! What stands around a call: retries, hooks, concurrency, compression, read concern, sizes.
//!
//! momento-lambda-local fails on demand, as the metadata of a call says; a hook sets that metadata.
#![expect(clippy::expect_used, reason = "a test says what failed by panicking")]

use bytes::Bytes;
use momento_lambda_core::operation::{Answered, Asking, Attempt, Failed, Hooks, Reply, Request};
use momento_lambda_core::token::Credential;
use momento_lambda_core::{
    CacheClient, ClientOptions, Compression, CompressionFormat, CompressionLevel, Configuration,
    Error, ErrorCode, ReadConcern, Retry,
};
use momento_lambda_local::{Options, Server};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Adds metadata to every attempt and writes down what it sees.
#[derive(Default)]
struct Watching {
    metadata: Vec<(String, String)>,
    pauses: Vec<Option<Duration>>,
    seen: Mutex<Vec<String>>,
    replies: Mutex<Vec<(i32, Option<Bytes>)>>,
    fails: bool,
}

impl Watching {
    fn adding(metadata: &[(&str, &str)]) -> Self {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            metadata: metadata.iter().map(owned).collect(),
            ..Self::default()
        }
    }

    fn note(&self, what: String) {
        self.seen.lock().expect("notes").push(what);
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("notes").clone()
    }
}

impl Hooks for Watching {
    fn watches_attempts(&self) -> bool {
        true
    }

    fn before(&self, attempt: Attempt) -> Asking<'_, Vec<(String, String)>> {
        self.note(format!(
            "before {} {}",
            attempt.number, attempt.message_name
        ));
        let secret = attempt
            .metadata
            .iter()
            .any(|(name, _)| name == "authorization");
        assert!(!secret, "the token is not for hooks");
        let mut metadata = attempt.metadata;
        metadata.extend(self.metadata.clone());
        Box::pin(async move {
            if self.fails {
                return Err(Error::invalid_argument("the middleware raised"));
            }
            Ok(metadata)
        })
    }

    fn after(&self, answered: Answered) -> Asking<'_, ()> {
        self.note(format!("after {} {}", answered.number, answered.reply_name));
        let reply = (answered.code, answered.reply);
        self.replies.lock().expect("replies").push(reply);
        Box::pin(async { Ok(()) })
    }

    fn retry(&self, failed: Failed) -> Asking<'_, Option<Duration>> {
        self.note(format!("retry {} {}", failed.attempt, failed.code));
        let pause = self
            .pauses
            .get(failed.attempt as usize - 1)
            .copied()
            .flatten();
        Box::pin(async move { Ok(pause) })
    }
}

async fn server() -> Server {
    let options = Options::default().cache("cache");
    Server::start(options).await.expect("a server")
}

fn client(server: &Server, configuration: Configuration) -> CacheClient {
    let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()));
    CacheClient::new(options.with_configuration(configuration)).expect("a client")
}

fn get() -> Request {
    Request::Get {
        cache_name: "cache".to_owned(),
        key: b"key".to_vec(),
        decompress: None,
    }
}

fn increment() -> Request {
    Request::Increment {
        cache_name: "cache".to_owned(),
        key: b"number".to_vec(),
        amount: 1,
        ttl: None,
    }
}

const OUTAGE: [(&str, &str); 3] = [
    ("request-id", "a"),
    ("return-error", "unavailable"),
    ("error-rpcs", "get increment"),
];

#[tokio::test]
async fn an_outage_ends_in_three_more_attempts_and_its_error() {
    let server = server().await;
    let client = client(&server, Configuration::lambda());
    let hooks = Arc::new(Watching::adding(&OUTAGE));
    let outcome = client.execute_with(get(), Some(hooks.clone())).await;
    let error = outcome.expect_err("an outage");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert_eq!(error.grpc().map(|grpc| grpc.code), Some(14));
    assert_eq!(server.counters().calls_of("get"), 4);
    assert_eq!(
        hooks.seen().len(),
        8,
        "each attempt is watched: {:?}",
        hooks.seen()
    );

    let hooks = Arc::new(Watching::adding(&OUTAGE));
    let outcome = client.execute_with(increment(), Some(hooks)).await;
    assert_eq!(
        outcome.expect_err("an outage").code(),
        ErrorCode::ServerUnavailable
    );
    assert_eq!(
        server.counters().calls_of("increment"),
        1,
        "never sent twice"
    );
}

#[tokio::test]
async fn a_short_outage_is_not_seen_by_the_caller() {
    let server = server().await;
    let client = client(&server, Configuration::lambda());
    let hooks = [OUTAGE.as_slice(), &[("error-count", "2")]].concat();
    let hooks = Arc::new(Watching::adding(&hooks));
    let reply = client.execute_with(get(), Some(hooks)).await;
    assert!(matches!(reply, Ok(Reply::Miss)), "{reply:?}");
    assert_eq!(server.counters().calls_of("get"), 3);
}

#[tokio::test]
async fn strategies_that_go_on_until_the_deadline_end_in_a_timeout() {
    let server = server().await;
    let strategies = [
        Retry::FixedTimeout {
            response_timeout: Duration::from_millis(50),
            delay: Duration::from_millis(20),
        },
        Retry::ExponentialBackoff {
            initial_delay: Duration::from_millis(1),
            growth_factor: 2.0,
            max_delay: Duration::from_millis(20),
        },
    ];
    for retry in strategies {
        let configuration = Configuration::lambda()
            .with_deadline(Duration::from_millis(250))
            .with_retry(retry);
        let client = client(&server, configuration);
        let hooks = Arc::new(Watching::adding(&OUTAGE));
        let begun = Instant::now();
        let outcome = client.execute_with(get(), Some(hooks.clone())).await;
        let error = outcome.expect_err("an outage");
        assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
        assert!(begun.elapsed() >= Duration::from_millis(240));
        let attempts = hooks.seen().len() / 2;
        assert!((4..60).contains(&attempts), "{attempts} attempts");
    }
}

#[tokio::test]
async fn a_slow_attempt_is_followed_by_a_quick_one() {
    let server = server().await;
    let configuration = Configuration::laptop().with_retry(Retry::FixedTimeout {
        response_timeout: Duration::from_millis(50),
        delay: Duration::from_millis(1),
    });
    let client = client(&server, configuration);
    // The first attempt fails at once, the second is slow, the third is not.
    let hooks = Arc::new(Watching::adding(&[
        ("request-id", "slow"),
        ("return-error", "unavailable"),
        ("error-rpcs", "get"),
        ("error-count", "1"),
        ("delay-rpcs", "get"),
        ("delay-ms", "200"),
        ("delay-count", "2"),
    ]));
    let begun = Instant::now();
    let reply = client.execute_with(get(), Some(hooks.clone())).await;
    assert!(matches!(reply, Ok(Reply::Miss)), "{reply:?}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(hooks.seen().len() >= 4, "{:?}", hooks.seen());
}

#[tokio::test]
async fn a_strategy_of_the_hosts_is_asked_after_each_failure() {
    let server = server().await;
    let retry = Retry::Custom {
        response_timeout: None,
    };
    let client = client(&server, Configuration::lambda().with_retry(retry));
    let hooks = Arc::new(Watching {
        pauses: vec![Some(Duration::ZERO), Some(Duration::from_millis(1)), None],
        ..Watching::adding(&OUTAGE)
    });
    // The host may repeat what the list would not.
    let outcome = client.execute_with(increment(), Some(hooks.clone())).await;
    assert_eq!(
        outcome.expect_err("an outage").code(),
        ErrorCode::ServerUnavailable
    );
    let asked: Vec<_> = hooks
        .seen()
        .into_iter()
        .filter(|seen| seen.starts_with("retry"))
        .collect();
    assert_eq!(asked, ["retry 1 14", "retry 2 14", "retry 3 14"]);
}

#[tokio::test]
async fn a_hook_sees_message_and_reply_and_its_failure_is_the_calls() {
    let server = server().await;
    let client = client(&server, Configuration::lambda());
    client
        .set("cache", "key", "value", None)
        .await
        .expect("stored");
    let hooks = Arc::new(Watching::default());
    client
        .execute_with(get(), Some(hooks.clone()))
        .await
        .expect("a hit");
    assert_eq!(hooks.seen(), ["before 1 GetRequest", "after 1 GetResponse"]);
    let replies = hooks.replies.lock().expect("replies").clone();
    let (code, reply) = &replies[0];
    let reply = reply.as_deref().expect("a reply");
    assert!(*code == 0 && reply.windows(5).any(|part| part == b"value"));

    let hooks = Arc::new(Watching {
        fails: true,
        ..Watching::default()
    });
    let outcome = client.execute_with(get(), Some(hooks)).await;
    let error = outcome.expect_err("as the hook");
    assert_eq!(error.details(), "the middleware raised");
    let hooks = Arc::new(Watching::adding(&[("authorization", "another")]));
    let outcome = client.execute_with(get(), Some(hooks)).await;
    assert_eq!(
        outcome.expect_err("refused").code(),
        ErrorCode::InvalidArgument
    );
}

#[tokio::test]
async fn no_more_calls_than_allowed_are_under_way() {
    let server = server().await;
    let configuration = Configuration::laptop()
        .with_deadline(Duration::from_millis(400))
        .with_max_concurrent_requests(2);
    let client = client(&server, configuration);
    let slow: [(&str, &str); 3] = [
        ("request-id", "b"),
        ("delay-rpcs", "get"),
        ("delay-ms", "250"),
    ];
    let call = || {
        let client = client.clone();
        let hooks = Arc::new(Watching::adding(&slow));
        tokio::spawn(async move { client.execute_with(get(), Some(hooks)).await })
    };
    let calls = [call(), call(), call(), call(), call()];
    let mut ends = Vec::new();
    for call in calls {
        ends.push(call.await.expect("a call").map_err(|error| error.code()));
    }
    let hits = ends.iter().filter(|end| end.is_ok()).count();
    let late = ends
        .iter()
        .filter(|end| matches!(end, Err(ErrorCode::Timeout)))
        .count();
    assert_eq!(hits + late, 5, "{ends:?}");
    assert!(
        (2..=4).contains(&hits),
        "two at a time, 250 ms each, 400 ms to wait: {ends:?}"
    );
    assert!(
        CacheClient::new(
            ClientOptions::new(Credential::local("127.0.0.1", 1))
                .with_configuration(Configuration::lambda().with_max_concurrent_requests(0))
        )
        .is_err()
    );
}

#[tokio::test]
async fn values_are_compressed_where_a_call_asks_for_it() {
    let server = server().await;
    let value = b"compressible ".repeat(1_000);
    let set = |compress| Request::Set {
        cache_name: "cache".to_owned(),
        key: b"key".to_vec(),
        value: value.clone(),
        ttl: None,
        compress,
    };
    let plain = client(&server, Configuration::lambda());
    let error = plain
        .execute(set(Some(true)))
        .await
        .expect_err("no strategy");
    assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    for format in [CompressionFormat::Gzip, CompressionFormat::Zstd] {
        let compression = Compression {
            format,
            level: CompressionLevel::Balanced,
            decompress_automatically: true,
        };
        let client = client(
            &server,
            Configuration::lambda().with_compression(compression),
        );
        client.execute(set(Some(true))).await.expect("stored");
        let stored = plain
            .get("cache", "key")
            .await
            .expect("a get")
            .expect("a hit");
        assert!(
            stored.len() < value.len() / 10,
            "{format:?}: {} bytes",
            stored.len()
        );
        assert_eq!(
            client.get("cache", "key").await.expect("a get"),
            Some(value.clone())
        );
        let raw = Request::Get {
            cache_name: "cache".to_owned(),
            key: b"key".to_vec(),
            decompress: Some(false),
        };
        match client.execute(raw).await {
            Ok(Reply::Hit(raw)) => assert_eq!(raw, stored),
            other => panic!("{other:?}"),
        }
        client.execute(set(None)).await.expect("stored as it is");
        assert_eq!(
            plain.get("cache", "key").await.expect("a get"),
            Some(value.clone())
        );
    }
}

#[tokio::test]
async fn a_consistent_read_says_so() {
    let server = server().await;
    for (concern, header) in [
        (ReadConcern::Consistent, Some("consistent")),
        (ReadConcern::Balanced, None),
    ] {
        let client = client(&server, Configuration::lambda().with_read_concern(concern));
        client.get("cache", "key").await.expect("a miss");
        let metadata = server.last_metadata();
        let found = metadata.get("read-concern");
        assert_eq!(found.map(String::as_str), header);
    }
}

#[tokio::test]
async fn a_reply_over_the_limit_is_refused() {
    let server = server().await;
    let client = client(&server, Configuration::laptop().with_max_reply_bytes(1_000));
    client
        .set("cache", "key", vec![0; 2_000], None)
        .await
        .expect("stored");
    let error = client.get("cache", "key").await.expect_err("too large");
    assert_eq!(error.code(), ErrorCode::LimitExceeded, "{error}");
}
