//! Stores that are silent, fail or stand still when the first call comes.

use crate::common::{Answer, SLACK, client, client_with, refusal};
use crate::scene::{AT_ONCE, get, lambda, own_secret, scene, token};
use momento_lambda_core::{ErrorCode, runtime};
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_look_up_whose_signature_expired_on_the_way_is_signed_anew() {
    let (server, secret) = scene("signature", &token("a")).await;
    let expired = "Signature expired: 20260101T000000Z is now earlier than 20260101T010000Z";
    secret.is("AWSCURRENT", refusal("InvalidSignatureException", expired));
    let client = client(&secret.source);
    let error = client
        .get("cache", "key")
        .await
        .expect_err("again and again");
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    assert!(error.details().contains("its clock is wrong"), "{error}");
    assert_eq!(secret.asked(), 2);
    secret.holds(&server, &token("a"));
    get(&client).await;
}

#[tokio::test]
async fn a_silent_store_costs_the_first_call_its_budget() {
    let (server, secret) = scene("silent", &token("a")).await;
    secret.is("AWSCURRENT", Answer::Silence);
    let budget = Duration::from_millis(300);
    let configuration = lambda().with_start_budget(budget);
    let client = client_with(&secret.source, configuration);
    let begun = Instant::now();
    let error = client.get("cache", "key").await.expect_err("silence");
    assert!(begun.elapsed() >= budget && begun.elapsed() < budget + AT_ONCE);
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    for part in [&*secret.source, "300 ms", "token"] {
        assert!(error.details().contains(part), "{error}");
    }
    // The look-up goes on: its second try brings the token.
    secret.holds(&server, &token("a"));
    let healed = Instant::now();
    while client.get("cache", "key").await.is_err() {
        assert!(healed.elapsed() < Duration::from_secs(2), "not healed");
    }
    assert!(client.counters().look_ups <= 2);
}

#[tokio::test]
async fn the_call_after_a_silent_look_up_does_not_wait_on_the_same_silence() {
    let (server, secret) = scene("silent-then-not", &token("a")).await;
    secret.is("AWSCURRENT", Answer::Silence);
    let client = client(&secret.source);
    let begun = Instant::now();
    client.get("cache", "key").await.expect_err("silence");
    // The first look-up's second try falls into the silence, too.
    while secret.asked() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(1) + SLACK);
        tokio::task::yield_now().await;
    }
    secret.holds(&server, &token("a"));
    let healed = Instant::now();
    get(&client).await;
    assert!(healed.elapsed() < AT_ONCE, "{:?}", healed.elapsed());
}

#[tokio::test]
async fn a_store_that_fails_is_asked_less_and_less() {
    let (server, secret) = scene("failing", &token("a")).await;
    secret.is("AWSCURRENT", refusal("AccessDeniedException", "no"));
    let client = client(&secret.source);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        let calls = (0..5).map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.get("cache", "key").await })
        });
        for call in calls.collect::<Vec<_>>() {
            let error = call.await.unwrap().expect_err("no token");
            assert_eq!(error.code(), ErrorCode::Permission, "{error}");
        }
    }
    assert!(secret.asked() <= 9, "{} look-ups in 3 s", secret.asked());
    secret.holds(&server, &token("a"));
    get(&client).await;
}

#[test]
fn a_synchronous_process_goes_on_with_the_look_up_that_a_call_gave_up() {
    let secret = own_secret("given-up");
    secret.is("AWSCURRENT", Answer::Silence);
    let configuration = lambda().with_start_budget(Duration::from_millis(100));
    let client = client_with(&secret.source, configuration);
    let error = runtime::block_on(client.get("cache", "key")).expect_err("silence");
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    // The second try comes after a second of silence, with nobody calling.
    let begun = Instant::now();
    while secret.asked() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(1) + SLACK);
        std::thread::yield_now();
    }
}
