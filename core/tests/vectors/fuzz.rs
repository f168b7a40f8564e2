//! Ten thousand calls of any operation with any arguments that Rust's types can hold: each is carried
//! out or refused with a code that says whose fault it was, and nothing panics, hangs or breaks the
//! connection.

use crate::arguments::Arguments;
use crate::{read, request};
use momento_lambda_core::token::Credential;
use momento_lambda_core::{CacheClient, ClientOptions, Configuration, ErrorCode};
use momento_lambda_local::{Options, Server};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const CALLS: u32 = 10_000;

/// Bytes as the vectors write them.
fn bytes() -> BoxedStrategy<Value> {
    prop_oneof![
        select(vec![
            "",
            "a",
            "b",
            "5",
            "-7",
            "9223372036854775807",
            "a\0b",
            "grüße"
        ])
        .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        vec(any::<u8>(), 0..40).prop_map(|bytes| {
            use base64::Engine;
            json!({"base64": base64::engine::general_purpose::STANDARD.encode(bytes)})
        }),
    ]
    .boxed()
}

fn name() -> BoxedStrategy<Value> {
    prop_oneof![
        8 => select(vec!["cache", "other", "x"]).prop_map(Value::from),
        1 => select(vec!["", " ", "a\nb", "caché", "\0"]).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
    ]
    .boxed()
}

fn number() -> BoxedStrategy<Value> {
    let written = |number: f64| match number {
        number if number.is_nan() => json!("NaN"),
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        number => json!(number),
    };
    prop_oneof![any::<f64>(), -3.0..3.0, Just(f64::NAN), Just(f64::INFINITY)]
        .prop_map(written)
        .boxed()
}

fn seconds() -> BoxedStrategy<Value> {
    prop_oneof![0.001..90_000.0, Just(0.0), Just(1e-9), 0.0..1e19]
        .prop_map(|seconds: f64| json!({"seconds": seconds}))
        .boxed()
}

fn pairs(second: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    vec((bytes(), second), 0..5)
        .prop_map(|pairs| json!({"pairs": pairs}))
        .boxed()
}

/// Any value of an argument of this kind.
fn value(kind: &str) -> BoxedStrategy<Value> {
    match kind {
        "cache_name" | "name" | "text" => name(),
        "bytes" | "hash" => bytes(),
        "bytes_list" => vec(bytes(), 0..6).prop_map(Value::from).boxed(),
        "dictionary" => pairs(bytes()),
        "scored" => pairs(number()),
        "items" => vec((bytes(), bytes(), proptest::option::of(seconds())), 0..5)
            .prop_map(|items| {
                let item = |(key, value, ttl): (Value, Value, Option<Value>)| match ttl {
                    Some(ttl) => json!({"key": key, "value": value, "ttl": ttl}),
                    None => json!({"key": key, "value": value}),
                };
                json!({"items": items.into_iter().map(item).collect::<Vec<_>>()})
            })
            .boxed(),
        "sources" => vec((name(), number()), 0..4)
            .prop_map(|sources| {
                let source = |(name, weight)| json!({"name": name, "weight": weight});
                json!({"sources": sources.into_iter().map(source).collect::<Vec<_>>()})
            })
            .boxed(),
        "ttl" | "new_ttl" | "key_ttl" => seconds(),
        "collection_ttl" => (seconds(), any::<bool>())
            .prop_map(
                |(seconds, refresh)| json!({"seconds": seconds["seconds"], "refresh": refresh}),
            )
            .boxed(),
        "amount" => any::<i64>().prop_map(Value::from).boxed(),
        "score" | "score_bound" => number(),
        "limit" => prop_oneof![0..5_u64, any::<u64>()]
            .prop_map(Value::from)
            .boxed(),
        "index" => prop_oneof![-5..5_i32, any::<i32>()]
            .prop_map(Value::from)
            .boxed(),
        "pop_count" | "offset" | "count" | "size" => prop_oneof![0..5_u32, any::<u32>()]
            .prop_map(Value::from)
            .boxed(),
        "order" => select(vec!["ascending", "descending"])
            .prop_map(Value::from)
            .boxed(),
        "aggregate" => select(vec!["sum", "min", "max"])
            .prop_map(Value::from)
            .boxed(),
        "flag" => any::<bool>().prop_map(Value::from).boxed(),
        other => unreachable!("a kind that this has no values for: {other}"),
    }
}

/// A call: the operation's name and its arguments, optional ones left out now and then.
fn call(operation: &Value) -> BoxedStrategy<(String, Map<String, Value>)> {
    let name = operation["name"].as_str().expect("a name").to_owned();
    let mut arguments = Vec::new();
    for argument in operation["arguments"].as_array().expect("arguments") {
        let may_lack = argument["optional"] == true || !argument["default"].is_null();
        let given = if may_lack {
            proptest::option::of(value(argument["kind"].as_str().expect("a kind"))).boxed()
        } else {
            value(argument["kind"].as_str().expect("a kind"))
                .prop_map(Some)
                .boxed()
        };
        let argument = argument["name"].as_str().expect("a name").to_owned();
        arguments.push(
            given
                .prop_map(move |value| (argument.clone(), value))
                .boxed(),
        );
    }
    arguments
        .prop_map(move |given| {
            let given = given
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            (name.clone(), given.collect())
        })
        .boxed()
}

#[test]
fn any_arguments_are_carried_out_or_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (_server, client) = runtime.block_on(async {
        let server = Server::start(Options::default().cache("cache"))
            .await
            .expect("a server");
        let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()));
        let options = options.with_configuration(Configuration::laptop());
        (server, CacheClient::new(options).expect("a client"))
    });
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/parity/operations.json");
    let calls: Vec<_> = read(&table)["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .map(call)
        .collect();
    let mut ends: BTreeMap<&str, u32> = BTreeMap::new();
    let ends_of = std::cell::RefCell::new(&mut ends);
    let config = Config {
        cases: CALLS,
        failure_persistence: None,
        ..Config::default()
    };
    let tried =
        TestRunner::new(config).run(&proptest::strategy::Union::new(calls), |(name, given)| {
            let Some(request) = request::request(&name, &Arguments(&given)) else {
                *ends_of
                    .borrow_mut()
                    .entry("can't be written in Rust")
                    .or_default() += 1;
                return Ok(());
            };
            let end = match runtime.block_on(client.execute(request)) {
                Ok(_) => "carried out",
                Err(error) => {
                    let refused = matches!(
                        error.code(),
                        ErrorCode::InvalidArgument
                            | ErrorCode::NotFound
                            | ErrorCode::FailedPrecondition
                            | ErrorCode::LimitExceeded
                    );
                    prop_assert!(refused, "{name} {given:?}: {error}");
                    if error.code() == ErrorCode::NotFound {
                        // One of these calls may have deleted it: then most of the rest would find nothing.
                        let _ = runtime.block_on(client.create_cache("cache"));
                    }
                    error.code().name()
                }
            };
            *ends_of.borrow_mut().entry(end).or_default() += 1;
            Ok(())
        });
    println!("calls with any arguments: {ends:?}");
    assert!(tried.is_ok(), "{tried:?}");
    assert!(
        ends["carried out"] > CALLS / 4,
        "too few good calls: {ends:?}"
    );
}
