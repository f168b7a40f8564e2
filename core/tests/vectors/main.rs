//! The Rust runner of tests/vectors: every case against momento-lambda-local.
#![expect(clippy::print_stdout, reason = "says how much ran")]
#![expect(clippy::expect_used, reason = "a test says what failed by panicking")]

mod arguments;
mod case;
mod fuzz;
mod replies;
mod request;
mod sets;

use case::Outcome;
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, Configuration};
use momento_lambda_local::{Options, Server};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[tokio::test]
async fn every_vector_holds() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let mut files = Vec::new();
    for folder in [vectors.clone(), vectors.join("rust")] {
        for path in json_files(&folder) {
            let name = path.file_stem().expect("a name").display().to_string();
            let cases = read(&path)["cases"].as_array().expect("cases").clone();
            files.push((name, cases));
        }
    }
    run("vectors", files).await;
}

#[tokio::test]
async fn every_behaviour_set_holds() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
    let operations = read(&tests.join("parity/operations.json"));
    run(
        "behaviour sets",
        sets::cases(&tests.join("vectors"), &operations),
    )
    .await;
}

async fn run(what: &str, files: Vec<(String, Vec<Value>)>) {
    let server = Server::start(Options::default()).await.expect("a server");
    // A generous deadline: a debug build that moves 5 MB on a busy machine is not what is tested.
    let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()))
        .with_configuration(Configuration::laptop());
    let client = CacheClient::new(options).expect("a client");
    let (mut ran, mut skipped, mut failures) = (0, 0, Vec::new());
    for (file, cases) in files {
        for (number, case) in cases.iter().enumerate() {
            match case::run(&client, case, &format!("{file}-{number}")).await {
                Ok(Outcome::Ran) => ran += 1,
                Ok(Outcome::Skipped) => skipped += 1,
                Err(why) => failures.push(format!("{file}: {}: {why}", case["name"])),
            }
        }
    }
    println!("{what} in Rust: {ran} ran, {skipped} skipped (arguments that Rust's types refuse)");
    assert!(
        failures.is_empty(),
        "{} failed\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(ran > 0, "no case ran");
}

/// A folder's JSON files, by name.
fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    paths.sort();
    paths
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a readable file");
    serde_json::from_str(&text).expect("JSON")
}
