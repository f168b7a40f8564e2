//! One case: its caches, the steps before, the call, the answer.

use crate::arguments::{Arguments, bytes};
use crate::{replies, request};
use momento_lambda_core::operation::{Reply, Request};
use momento_lambda_core::{CacheClient, Result};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// For cases that wait for something to happen.
const PATIENCE: Duration = Duration::from_secs(5);

/// What came of a case that did not fail.
pub enum Outcome {
    Ran,
    /// It can't be written in Rust.
    Skipped,
}

/// What the names of a case stand for.
struct Names<'a> {
    client: &'a CacheClient,
    /// A fresh cache.
    cache: String,
    /// A name that no cache has.
    other: String,
    signing_key: Option<String>,
}

/// Runs a case in a cache of its own, named after `id`.
pub async fn run(client: &CacheClient, case: &Value, id: &str) -> Result<Outcome, String> {
    let mut names = Names {
        client,
        cache: format!("rust-{id}"),
        other: format!("rust-{id}-other"),
        signing_key: None,
    };
    client
        .create_cache(names.cache.as_str())
        .await
        .map_err(|error| format!("no cache: {error}"))?;
    let outcome = run_named(&mut names, case).await;
    // So that thousands of caches do not pile up; some cases have deleted theirs.
    let _ = client.delete_cache(names.cache.as_str()).await;
    outcome
}

async fn run_named(names: &mut Names<'_>, case: &Value) -> Result<Outcome, String> {
    for step in case["before"].as_array().into_iter().flatten() {
        let request =
            request_of(&names.resolve(step).await?).ok_or("a step can't be written in Rust")?;
        match names.client.execute(request).await {
            Ok(Reply::SigningKey(key)) => names.signing_key = Some(key.key_id),
            Ok(_) => {}
            Err(error) => return Err(format!("before: {error}")),
        }
    }
    let case = names.resolve(case).await?;
    let Some(request) = request_of(&case) else {
        return Ok(Outcome::Skipped);
    };
    let mut expected = case.get("rust").unwrap_or(&case).clone();
    if expected["reply"]["variant"] == "Hit" && case["operation"] == "get_with_hash" {
        let value = bytes(&expected["reply"]["value"]).ok_or("the reply has no value")?;
        expected["reply"]["hash"] = names.hash_of(value).await?;
    }
    let deadline = Instant::now() + PATIENCE;
    loop {
        let judged = replies::judge(&expected, &names.client.execute(request.clone()).await);
        if judged.is_ok() || case["until"] != true || Instant::now() > deadline {
            return judged.map(|()| Outcome::Ran);
        }
        // Between two looks at something that takes its time on the server.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn request_of(call: &Value) -> Option<Request> {
    let empty = Map::new();
    let arguments = Arguments(call["arguments"].as_object().unwrap_or(&empty));
    request::request(call["operation"].as_str()?, &arguments)
}

impl Names<'_> {
    /// The same with what the names and the hashes in it stand for.
    async fn resolve(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match text.as_str() {
                "$cache" => json!(self.cache),
                "$other" => json!(self.other),
                "$signing_key" => json!(self.signing_key),
                _ => value.clone(),
            },
            Value::Array(values) => {
                let mut resolved = Vec::with_capacity(values.len());
                for value in values {
                    resolved.push(Box::pin(self.resolve(value)).await?);
                }
                Value::Array(resolved)
            }
            Value::Object(fields) => {
                if let Some(value) = fields.get("hash_of") {
                    return self.hash_of(bytes(value).ok_or("no value to hash")?).await;
                }
                let mut resolved = Map::new();
                // Steps before are resolved one by one, when it is their turn.
                for (name, value) in fields.iter().filter(|(name, _)| *name != "before") {
                    resolved.insert(name.clone(), Box::pin(self.resolve(value)).await?);
                }
                Value::Object(resolved)
            }
            _ => value.clone(),
        })
    }

    /// The server alone knows how it hashes: it is asked, in a cache that the case can't see.
    async fn hash_of(&self, value: Vec<u8>) -> Result<Value, String> {
        use base64::Engine;
        let cache_name = format!("{}-hashes", self.cache);
        let told = |error: momento_lambda_core::Error| format!("no hash: {error}");
        self.client.create_cache(&cache_name).await.map_err(told)?;
        let reply = self
            .client
            .execute(Request::SetWithHash {
                cache_name,
                key: b"hashed".to_vec(),
                value,
                ttl: None,
                compress: None,
            })
            .await;
        match reply.map_err(told)? {
            Reply::StoredWithHash(hash) => {
                Ok(json!({"base64": base64::engine::general_purpose::STANDARD.encode(hash)}))
            }
            reply => Err(format!("no hash: {reply:?}")),
        }
    }
}
