//! The life of a token: rotated, revoked, expired, with a store that is up, down or slow.
//!
//! All tests share one stub of Secrets Manager, each with a secret of its own; the server accepts
//! and refuses tokens as told.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{Answer, SLACK, Stub, client, client_with, environment, refusal, secret};
use momento_lambda_core::operation::{Answered, Asking, Attempt, Failed, Hooks, Reply, Request};
use momento_lambda_core::token::{Credential, Endpoints};
use momento_lambda_core::{CacheClient, ClientOptions, Configuration, ErrorCode, runtime};
use momento_lambda_local::{Options, Server};
use secrecy::SecretString;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a call takes on a busy machine, if it waits for nothing.
const AT_ONCE: Duration = Duration::from_millis(400);
const NOBODY: &str = "nobody has this token";

/// A secret of the stub's.
struct Secret {
    source: String,
    stages: Mutex<HashMap<&'static str, Answer>>,
    asked: Mutex<Vec<&'static str>>,
    delay: Mutex<Duration>,
}

impl Secret {
    fn is(&self, stage: &'static str, answer: Answer) {
        self.stages.lock().unwrap().insert(stage, answer);
    }

    /// The current version from now on.
    fn holds(&self, server: &Server, token: &str) {
        self.is("AWSCURRENT", secret(&value(server, token)));
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn answer(&self, request: &str) -> Answer {
        let stage = if request.contains("AWSPREVIOUS") {
            "AWSPREVIOUS"
        } else {
            "AWSCURRENT"
        };
        self.asked.lock().unwrap().push(stage);
        let delay = *self.delay.lock().unwrap();
        std::thread::sleep(delay);
        let stages = self.stages.lock().unwrap();
        let missing = || refusal("ResourceNotFoundException", "no such stage");
        stages.get(stage).cloned().unwrap_or_else(missing)
    }
}

static SECRETS: LazyLock<Mutex<HashMap<String, Arc<Secret>>>> = LazyLock::new(|| {
    let port = Stub::answering(Box::new(|request| {
        let secrets = SECRETS.lock().unwrap();
        let named = |(name, _): &(&String, &Arc<Secret>)| request.contains(&format!("\"{name}\""));
        let found = secrets
            .iter()
            .find(named)
            .map(|(_, secret)| Arc::clone(secret));
        drop(secrets);
        found.expect("a secret of a test").answer(request)
    }));
    environment::set_aws(port);
    Mutex::default()
});

/// A secret that is the caller's alone.
fn own_secret(name: &str) -> Arc<Secret> {
    let secret = Arc::new(Secret {
        source: format!("secretsmanager:{name}"),
        stages: Mutex::default(),
        asked: Mutex::default(),
        delay: Mutex::default(),
    });
    let mut secrets = SECRETS.lock().unwrap();
    secrets.insert(name.to_owned(), Arc::clone(&secret));
    secret
}

/// A v2 key.
fn token(name: &str) -> String {
    jwt(&format!(r#"{{"t":"g","jti":"{name}"}}"#))
}

/// A v2 key that ends then.
fn ending(at: SystemTime) -> String {
    let at = at.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    jwt(&format!(r#"{{"t":"g","exp":{at}}}"#))
}

fn jwt(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2ln", part(r#"{"alg":"none"}"#), part(claims))
}

fn value(server: &Server, token: &str) -> String {
    let endpoint = format!("http://127.0.0.1:{}", server.address().port());
    serde_json::json!({"MOMENTO_API_KEY": token, "MOMENTO_ENDPOINT": endpoint}).to_string()
}

/// A server that accepts this token, and a secret that holds it.
async fn scene(name: &str, token: &str) -> (Server, Arc<Secret>) {
    let options = Options::default().cache("cache").token(token);
    let server = Server::start(options).await.unwrap();
    let secret = own_secret(name);
    secret.holds(&server, token);
    (server, secret)
}

async fn get(client: &CacheClient) {
    let begun = Instant::now();
    assert_eq!(client.get("cache", "key").await.expect("a miss"), None);
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

fn lambda() -> Configuration {
    Configuration::lambda()
}

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
    assert_eq!(client.counters().look_ups, 1);
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
