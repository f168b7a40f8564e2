//! Tokens that the service refuses, with a successor and without.

use crate::common::{self, SLACK, client, refusal};
use crate::scene::{AT_ONCE, NOBODY, get, scene, token, value};
use momento_lambda_core::operation::{Answered, Asking, Attempt, Failed, Hooks, Reply, Request};
use momento_lambda_core::token::{Credential, Endpoints};
use momento_lambda_core::{CacheClient, ClientOptions, ErrorCode};
use momento_lambda_local::{Options, Server};
use secrecy::SecretString;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rotation_under_load_costs_one_look_up_and_no_call() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("rotation", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    let (stop, made) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let (client, stop, made) = (client.clone(), Arc::clone(&stop), Arc::clone(&made));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    client
                        .increment("cache", "number", 1, None)
                        .await
                        .expect("counted");
                    made.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let after = async |more: usize| {
        let wanted = made.load(Ordering::Relaxed) + more;
        while made.load(Ordering::Relaxed) < wanted {
            tokio::task::yield_now().await;
        }
    };
    after(200).await;
    secret.holds(&server, &new);
    server.accept_only(&[&new]);
    after(200).await;
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.expect("no call failed");
    }
    let made = i64::try_from(made.load(Ordering::Relaxed)).unwrap();
    let number = client.increment("cache", "number", 1, None).await;
    assert_eq!(number.expect("counted"), made + 1, "each exactly once");
    let counters = client.counters();
    assert_eq!((counters.look_ups, secret.asked()), (2, 2));
    assert_eq!((counters.renewals, counters.connections), (1, 1));
    assert_eq!(server.counters().connections, 1);
    assert!(
        counters.repeated >= 1 && counters.repeated <= 16,
        "{counters:?}"
    );
}

#[tokio::test]
async fn a_token_is_replaced_however_young_it_is() {
    let (first, second, third) = (token("1"), token("2"), token("3"));
    let (server, secret) = scene("young", &first).await;
    let client = client(&secret.source);
    get(&client).await;
    for (next, look_ups) in [(&second, 2), (&third, 3)] {
        secret.holds(&server, next);
        server.accept_only(&[next]);
        get(&client).await;
        assert_eq!(client.counters().look_ups, look_ups);
    }
}

#[tokio::test]
async fn without_a_successor_calls_fail_at_once_and_recover_when_there_is_one() {
    let (old, new) = (token("CANARY-old"), token("CANARY-new"));
    let (server, secret) = scene("successor", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    server.accept_only(&[NOBODY]);
    let down_since = Instant::now();
    while down_since.elapsed() < Duration::from_millis(2_500) {
        let begun = Instant::now();
        let error = client.get("cache", "key").await.expect_err("refused");
        assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
        assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
        assert!(error.details().contains("holds no other token"), "{error}");
        assert!(error.grpc().is_some_and(|grpc| grpc.code == 16));
        for canary in [&old, "CANARY"] {
            assert!(!format!("{error:?}{error}").contains(canary), "{error}");
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Each refused token has AWSPREVIOUS asked for as well.
    let asked = secret.asked() - 1;
    assert!((2..=8).contains(&asked), "{asked} look-ups in 2.5 s");
    secret.holds(&server, &new);
    server.accept_only(&[&new]);
    let healed = Instant::now();
    while client.get("cache", "key").await.is_err() {
        assert!(healed.elapsed() < Duration::from_secs(6), "not recovered");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(client.counters().connections, 1);
}

#[tokio::test]
async fn a_refused_token_that_is_let_in_again_serves_again() {
    let old = token("old");
    let (server, secret) = scene("again", &old).await;
    let client = client(&secret.source);
    server.accept_only(&[NOBODY]);
    client.get("cache", "key").await.expect_err("refused");
    server.accept_only(&[&old]);
    get(&client).await;
}

#[tokio::test]
async fn while_the_store_is_down_too_the_error_says_both() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("store-down", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    server.accept_only(&[&new]);
    secret.is("AWSCURRENT", refusal("AccessDeniedException", "not now"));
    let down_since = Instant::now();
    while down_since.elapsed() < Duration::from_millis(1_500) {
        let error = client.get("cache", "key").await.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
        assert!(error.details().contains("AccessDeniedException"), "{error}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(secret.asked() <= 8, "{} look-ups", secret.asked());
    secret.holds(&server, &new);
    let healed = Instant::now();
    while client.get("cache", "key").await.is_err() {
        assert!(healed.elapsed() < Duration::from_secs(1) + SLACK);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_token_before_serves_until_the_current_one_is_let_in() {
    let (before, current) = (token("before"), token("current"));
    let (server, secret) = scene("previous", &current).await;
    secret.is("AWSPREVIOUS", common::secret(&value(&server, &before)));
    server.accept_only(&[&before]);
    let client = client(&secret.source);
    for _ in 0..3 {
        get(&client).await;
    }
    let stages = || secret.asked.lock().unwrap().clone();
    assert_eq!(stages(), ["AWSCURRENT", "AWSCURRENT", "AWSPREVIOUS"]);
    assert_eq!(client.counters().connections, 1);
    // It has served: when it is refused, the current one is worth another try.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    server.accept_only(&[&current]);
    get(&client).await;
    assert_eq!(stages().len(), 4);
    assert_eq!(stages()[3], "AWSCURRENT");
}

#[tokio::test]
async fn a_rotation_to_a_token_that_is_not_let_in_yet_falls_back_within_the_call() {
    let (oldest, before, current) = (token("oldest"), token("before"), token("current"));
    let (server, secret) = scene("not-yet", &oldest).await;
    let client = client(&secret.source);
    get(&client).await;
    secret.holds(&server, &current);
    secret.is("AWSPREVIOUS", common::secret(&value(&server, &before)));
    server.accept_only(&[&before]);
    let stored = client.increment("cache", "number", 1, None).await;
    assert_eq!(stored.expect("within one call"), 1);
}

#[tokio::test]
async fn two_tokens_that_are_both_refused_cost_a_handful_of_look_ups() {
    let (server, secret) = scene("both", &token("current")).await;
    secret.is(
        "AWSPREVIOUS",
        common::secret(&value(&server, &token("before"))),
    );
    server.accept_only(&[NOBODY]);
    let client = client(&secret.source);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(2_500) {
        let error = client.get("cache", "key").await.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(secret.asked() <= 12, "{} look-ups", secret.asked());
}

#[tokio::test]
async fn a_changed_endpoint_is_dialled_and_the_old_connection_let_go() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("moved", &old).await;
    let elsewhere = Options::default().cache("cache").token(&new);
    let elsewhere = Server::start(elsewhere).await.unwrap();
    let client = client(&secret.source);
    get(&client).await;
    server.accept_only(&[NOBODY]);
    secret.holds(&elsewhere, &new);
    get(&client).await;
    assert_eq!(elsewhere.counters().connections, 1);
    assert_eq!(client.counters().connections, 2);
    let begun = Instant::now();
    while server.counters().open_connections > 0 {
        assert!(begun.elapsed() < SLACK, "the old connection stays");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn given_credentials_are_never_looked_up() {
    let server = Server::start(Options::default().cache("cache").token("other"));
    let server = server.await.unwrap();
    let endpoints = Endpoints::local("127.0.0.1", server.address().port());
    let credential = Credential::new(SecretString::from("given"), endpoints);
    let client = CacheClient::new(ClientOptions::new(credential)).unwrap();
    for calls in 1..4 {
        let error = client.get("cache", "key").await.expect_err("refused");
        assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
        assert_eq!(server.counters().calls_of("get"), calls, "sent once");
    }
    assert_eq!(client.counters().look_ups, 0);
}

/// Counts what a middleware sees.
#[derive(Default)]
struct Watching {
    before: AtomicUsize,
    codes: Mutex<Vec<i32>>,
}

impl Hooks for Watching {
    fn watches_attempts(&self) -> bool {
        true
    }

    fn before(&self, attempt: Attempt) -> Asking<'_, Vec<(String, String)>> {
        self.before.fetch_add(1, Ordering::Relaxed);
        let mut metadata = attempt.metadata;
        metadata.push(("read-concern".to_owned(), "consistent".to_owned()));
        Box::pin(async { Ok(metadata) })
    }

    fn after(&self, answered: Answered) -> Asking<'_, ()> {
        self.codes.lock().unwrap().push(answered.code);
        Box::pin(async { Ok(()) })
    }

    fn retry(&self, _: Failed) -> Asking<'_, Option<Duration>> {
        Box::pin(async { Ok(None) })
    }
}

#[tokio::test]
async fn a_middleware_sees_one_attempt_and_its_metadata_goes_out_again() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("middleware", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    secret.holds(&server, &new);
    server.accept_only(&[&new]);
    let hooks = Arc::new(Watching::default());
    let request = Request::Get {
        cache_name: "cache".to_owned(),
        key: b"key".to_vec(),
        decompress: None,
    };
    let reply = client.execute_with(request, Some(hooks.clone())).await;
    assert!(matches!(reply, Ok(Reply::Miss)), "{reply:?}");
    assert_eq!(hooks.before.load(Ordering::Relaxed), 1);
    assert_eq!(*hooks.codes.lock().unwrap(), [0]);
    let metadata = server.last_metadata();
    let concern = metadata.get("read-concern").map(String::as_str);
    assert_eq!(concern, Some("consistent"));
    assert_eq!(server.counters().calls_of("get"), 3);
}
