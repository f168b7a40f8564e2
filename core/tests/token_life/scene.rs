//! What the tests share: one stub of Secrets Manager, in which each test has a secret of its own, and
//! a server that accepts and refuses tokens as told.

use crate::common::{Answer, Stub, environment, refusal, secret};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use momento_lambda_core::{CacheClient, Configuration};
use momento_lambda_local::{Options, Server};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a call takes on a busy machine, if it waits for nothing.
pub const AT_ONCE: Duration = Duration::from_millis(400);
pub const NOBODY: &str = "nobody has this token";

/// A secret of the stub's.
pub struct Secret {
    pub source: String,
    stages: Mutex<HashMap<&'static str, Answer>>,
    pub asked: Mutex<Vec<&'static str>>,
    pub delay: Mutex<Duration>,
}

impl Secret {
    pub fn is(&self, stage: &'static str, answer: Answer) {
        self.stages.lock().unwrap().insert(stage, answer);
    }

    /// The current version from now on.
    pub fn holds(&self, server: &Server, token: &str) {
        self.is("AWSCURRENT", secret(&value(server, token)));
    }

    pub fn asked(&self) -> usize {
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
pub fn own_secret(name: &str) -> Arc<Secret> {
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
pub fn token(name: &str) -> String {
    jwt(&format!(r#"{{"t":"g","jti":"{name}"}}"#))
}

/// A v2 key that ends then.
pub fn ending(at: SystemTime) -> String {
    let at = at.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    jwt(&format!(r#"{{"t":"g","exp":{at}}}"#))
}

fn jwt(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.c2ln", part(r#"{"alg":"none"}"#), part(claims))
}

pub fn value(server: &Server, token: &str) -> String {
    let endpoint = format!("http://127.0.0.1:{}", server.address().port());
    serde_json::json!({"MOMENTO_API_KEY": token, "MOMENTO_ENDPOINT": endpoint}).to_string()
}

/// A server that accepts this token, and a secret that holds it.
pub async fn scene(name: &str, token: &str) -> (Server, Arc<Secret>) {
    let options = Options::default().cache("cache").token(token);
    let server = Server::start(options).await.unwrap();
    let secret = own_secret(name);
    secret.holds(&server, token);
    (server, secret)
}

pub async fn get(client: &CacheClient) {
    let begun = Instant::now();
    assert_eq!(client.get("cache", "key").await.expect("a miss"), None);
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

pub fn lambda() -> Configuration {
    Configuration::lambda()
}
