//! The Rust runner of tests/vectors: every case against momento-lambda-local.
#![expect(clippy::print_stdout, reason = "says how much ran")]

mod arguments;
mod request;

use arguments::{Arguments, Names, bytes};
use momento_lambda_core::operation::Reply;
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, Configuration, Result};
use momento_lambda_local::{Options, Server};
use serde_json::{Map, Value};
use std::path::Path;
use std::time::{Duration, Instant};

/// For cases that wait for something to happen.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn every_vector_holds() {
    let server = Server::start(Options::default()).await.expect("a server");
    // A generous deadline: a debug build that moves 5 MB on a busy machine is not what is tested.
    let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()))
        .with_configuration(Configuration::laptop());
    let client = CacheClient::new(options).expect("a client");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let (mut ran, mut skipped, mut failures) = (0, 0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("tests/vectors") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        for (number, case) in file["cases"].as_array().expect("cases").iter().enumerate() {
            let name = format!("{}: {}", path.file_stem().unwrap().display(), case["name"]);
            match run(
                &client,
                case,
                &format!("{}-{number}", path.file_stem().unwrap().display()),
            )
            .await
            {
                Ok(true) => ran += 1,
                Ok(false) => skipped += 1,
                Err(what) => failures.push(format!("{name}: {what}")),
            }
        }
    }
    println!("vectors in Rust: {ran} ran, {skipped} skipped (arguments that Rust's types refuse)");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(ran > 0, "no vector ran");
}

/// `Ok(false)` where the case can't be written in Rust.
async fn run(client: &CacheClient, case: &Value, id: &str) -> Result<bool, String> {
    let names = Names {
        cache: format!("rust-{id}"),
        other: format!("rust-{id}-other"),
    };
    client
        .create_cache(names.cache.as_str())
        .await
        .map_err(|error| error.to_string())?;
    let empty = Map::new();
    let request_of = |call: &Value| {
        let fields = call["arguments"].as_object().unwrap_or(&empty);
        let arguments = Arguments {
            fields,
            names: &names,
        };
        request::request(call["operation"].as_str().unwrap_or_default(), &arguments)
    };
    for call in case["before"].as_array().into_iter().flatten() {
        let request = request_of(call).ok_or("a step before can't be written in Rust")?;
        client
            .execute(request)
            .await
            .map_err(|error| format!("before: {error}"))?;
    }
    let Some(request) = request_of(case) else {
        return Ok(false);
    };
    let deadline = Instant::now() + PATIENCE;
    loop {
        let outcome = judge(case, client.execute(request.clone()).await, &names);
        if outcome.is_ok() || case["until"] != Value::Bool(true) || Instant::now() > deadline {
            return outcome.map(|()| true);
        }
    }
}

fn judge(case: &Value, outcome: Result<Reply>, names: &Names) -> Result<(), String> {
    if let Some(expected) = case["error"].as_object() {
        let error = outcome.err().ok_or("no error came")?;
        if expected["code"] != error.code().name() {
            return Err(format!("another error came: {error}"));
        }
        // The texts of limits stand in the bindings; here the limit itself is told.
        let said = format!(
            "{} {} size limit exceeded",
            error.details(),
            error.limit().name().replace("_size", "")
        );
        let part = expected["message"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase();
        return if said.to_lowercase().contains(&part) {
            Ok(())
        } else {
            Err(format!("{said:?} does not hold {part:?}"))
        };
    }
    let reply = outcome.map_err(|error| error.to_string())?;
    let expected = &case["reply"];
    let fits = match (&reply, expected["variant"].as_str()) {
        (Reply::Success | Reply::Created, Some("Success"))
        | (Reply::AlreadyExists, Some("AlreadyExists"))
        | (Reply::Miss, Some("Miss")) => true,
        (Reply::Caches(caches), Some("Success")) => {
            let wanted = bytes(&expected["includes_cache"], names);
            caches
                .iter()
                .any(|cache| Some(cache.name.as_bytes()) == wanted.as_deref())
        }
        (Reply::Hit(value), Some("Hit")) => {
            Some(value) == bytes(&expected["value"], names).as_ref()
        }
        _ => false,
    };
    if fits {
        Ok(())
    } else {
        Err("another reply came".to_owned())
    }
}
