//! Tokens that get old or come to their own end.

use crate::common::{Answer, SLACK, client, client_with, refusal};
use crate::scene::{AT_ONCE, NOBODY, ending, get, lambda, scene, token};
use momento_lambda_core::token::{Credential, Endpoints};
use momento_lambda_core::{CacheClient, ClientOptions, ErrorCode, runtime};
use secrecy::SecretString;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

#[tokio::test]
async fn a_token_is_looked_up_again_beside_the_calls() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("beside", &old).await;
    let ttl = Duration::from_millis(400);
    let client = client_with(&secret.source, lambda().with_token_ttl(ttl));
    get(&client).await;
    *secret.delay.lock().unwrap() = AT_ONCE + Duration::from_millis(200);
    server.accept_only(&[&old, &new]);
    secret.holds(&server, &new);
    let begun = Instant::now();
    while client.counters().renewals == 0 {
        let called = Instant::now();
        get(&client).await;
        assert!(called.elapsed() < AT_ONCE, "a call waited for the look-up");
        assert!(begun.elapsed() < ttl * 4, "no refresh");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(client.counters().look_ups, 2);
    server.accept_only(&[&new]);
    let before = server.counters().calls_of("get");
    get(&client).await;
    assert_eq!(server.counters().calls_of("get"), before + 1, "not refused");
    assert_eq!(client.counters().connections, 1);
}

#[tokio::test]
async fn a_refresh_that_fails_hurts_no_call() {
    let (_server, secret) = scene("fails", &token("old")).await;
    let ttl = Duration::from_millis(100);
    let client = client_with(&secret.source, lambda().with_token_ttl(ttl));
    get(&client).await;
    secret.is("AWSCURRENT", refusal("AccessDeniedException", "not now"));
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(1_500) {
        get(&client).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let asked = secret.asked() - 1;
    assert!((1..=3).contains(&asked), "{asked} look-ups in 1.5 s");
}

#[tokio::test]
async fn beyond_twice_its_ttl_a_call_waits_for_the_look_up_but_not_for_ever() {
    let (old, new) = (token("old"), token("new"));
    let (server, secret) = scene("overdue", &old).await;
    let ttl = Duration::from_millis(100);
    let budget = Duration::from_millis(300);
    let configuration = lambda().with_token_ttl(ttl).with_start_budget(budget);
    let client = client_with(&secret.source, configuration);
    get(&client).await;
    tokio::time::sleep(ttl * 3).await;
    secret.holds(&server, &new);
    server.accept_only(&[&new]);
    get(&client).await;
    assert_eq!(server.counters().calls_of("get"), 2, "no call was refused");

    // Silence costs the budget once; then the old token goes on.
    secret.is("AWSCURRENT", Answer::Silence);
    tokio::time::sleep(ttl * 3).await;
    let begun = Instant::now();
    get(&client).await;
    assert!(begun.elapsed() >= budget, "{:?}", begun.elapsed());
    let begun = Instant::now();
    get(&client).await;
    assert!(begun.elapsed() < budget, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_token_that_ends_is_replaced_before() {
    let end = SystemTime::now() + Duration::from_secs(3);
    let (old, new) = (ending(end), token("new"));
    let (server, secret) = scene("ends", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    server.accept_only(&[&old, &new]);
    secret.holds(&server, &new);
    while client.counters().renewals == 0 {
        get(&client).await;
        assert!(SystemTime::now() < end, "not looked up before its end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(end.duration_since(SystemTime::now()).unwrap() < Duration::from_secs(1));
    assert_eq!(client.counters().look_ups, 2);
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_before_the_call() {
    let end = SystemTime::now() + Duration::from_millis(500);
    let (old, new) = (ending(end), token("new"));
    let (server, secret) = scene("ended", &old).await;
    let client = client(&secret.source);
    get(&client).await;
    secret.holds(&server, &new);
    server.accept_only(&[&new]);
    tokio::time::sleep(Duration::from_millis(600)).await;
    get(&client).await;
    assert_eq!(server.counters().calls_of("get"), 2, "no call was refused");
}

#[tokio::test]
async fn a_token_that_ended_without_a_successor_is_named() {
    let old = ending(UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    let (server, secret) = scene("no-successor", &old).await;
    server.accept_only(&[NOBODY]);
    let endpoints = Endpoints::local("127.0.0.1", server.address().port());
    let fixed = Credential::new(SecretString::from(old), endpoints);
    let fixed = CacheClient::new(ClientOptions::new(fixed)).unwrap();
    for client in [client(&secret.source), fixed] {
        for _ in 0..3 {
            let error = client.get("cache", "key").await.expect_err("ended");
            assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
            assert!(
                error.details().contains("expired at 2023-11-14T22:13:20Z"),
                "{error}"
            );
        }
    }
    assert_eq!(secret.asked(), 1, "a look-up again brings the same");
}

#[test]
fn a_synchronous_process_looks_up_between_its_calls() {
    let server = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (_kept, secret) = server.block_on(scene("synchronous", &token("a")));
    let ttl = Duration::from_millis(200);
    let client = client_with(&secret.source, lambda().with_token_ttl(ttl));
    let get = || runtime::block_on(client.get("cache", "key"));
    get().expect("a miss");
    std::thread::sleep(ttl.mul_f64(1.3));
    let begun = Instant::now();
    *secret.delay.lock().unwrap() = AT_ONCE;
    get().expect("a miss");
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    // Nobody calls any more, and yet it is asked, and answered.
    while secret.asked() < 2 {
        assert!(begun.elapsed() < SLACK, "not looked up");
        std::thread::yield_now();
    }
}
