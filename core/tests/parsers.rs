//! Texts that users write and secrets hold: whatever they are, a parser answers, and never with what
//! it was given.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use momento_lambda_core::token::{EndpointChoice, Endpoints, Key, TokenSource, look_up};
use proptest::prelude::*;
use std::io::Write;
use std::time::Duration;

/// Long enough not to turn up by chance.
const CANARY: &str = "CANARY0SECRET0CANARY";

fn shown(thing: &impl std::fmt::Debug) -> String {
    format!("{thing:?}")
}

/// Hosts may be shown, even one with a strange name.
fn without_hosts(text: &str) -> String {
    let pieces = text.split("host: \"").enumerate();
    pieces
        .map(|(number, piece)| {
            if number == 0 {
                piece
            } else {
                piece.split_once('"').map_or("", |(_, rest)| rest)
            }
        })
        .collect()
}

/// Text of any kind around the canary.
fn around() -> impl Strategy<Value = String> {
    ("\\PC{0,40}", "\\PC{0,40}").prop_map(|(before, after)| format!("{before}{CANARY}{after}"))
}

/// What a secret could hold: keys of every format, broken in every way.
fn value() -> impl Strategy<Value = String> {
    let endpoint = prop_oneof![around(), Just("cell.example.com".to_owned())];
    let json = (around(), endpoint)
        .prop_map(|(text, endpoint)| {
            serde_json::json!({"api_key": text, "apiKey": text, "endpoint": endpoint, "t": text})
                .to_string()
        })
        .boxed();
    prop_oneof![
        around(),
        json.clone(),
        json.clone().prop_map(|text| STANDARD.encode(text)),
        json.clone().prop_map(|text| URL_SAFE.encode(text)),
        json.clone()
            .prop_map(|text| format!("e30.{}.{CANARY}", URL_SAFE_NO_PAD.encode(text))),
        (json, 0..200_usize).prop_map(|(text, length)| text.chars().take(length).collect()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_key_is_read_or_refused_and_never_shown(text in value()) {
        match Key::parse(&text, "the origin") {
Ok(key) => prop_assert!(!without_hosts(&shown(&key)).contains(CANARY)),
            Err(error) => {
                prop_assert!(!shown(&error).contains(CANARY), "{}", error);
                prop_assert!(error.details().contains("the origin"));
            }
        }
    }

    #[test]
    fn a_v1_key_comes_back_as_it_went_in(token in "[!-~]{1,200}", host in "[a-z]{1,10}(\\.[a-z]{1,10}){1,4}") {
        let json = serde_json::json!({"api_key": token, "endpoint": host}).to_string();
        for text in [STANDARD.encode(&json), URL_SAFE.encode(&json), STANDARD_NO_PAD.encode(&json)] {
            let credential = Key::parse(&text, "o").and_then(|key| key.into_credential(None, "o")).expect("a v1 key");
            prop_assert_eq!(credential.expose_token(), &token);
            prop_assert_eq!(&credential.endpoints().cache.host, &format!("cache.{host}"));
        }
    }

    #[test]
    fn an_endpoint_is_read_or_refused(text in "\\PC{0,60}") {
        if let Ok(endpoints) = Endpoints::parse(&text, "o") {
            let written = endpoints.cache.to_string();
            prop_assert!(written.parse::<http::Uri>().is_ok(), "{written}");
        }
    }

    #[test]
    fn plaintext_never_leaves_this_machine(host in "[a-z0-9.:-]{1,20}", port in 1..u16::MAX) {
        if let Ok(endpoints) = Endpoints::parse(&format!("http://{host}:{port}"), "o") {
            prop_assert!(momento_lambda_core::token::is_loopback(&endpoints.cache.host), "{}", endpoints.cache);
        }
    }

    #[test]
    fn a_source_is_read_or_refused_and_written_back(text in "(extension:)?(secretsmanager|ssm|env|file)?:?\\PC{0,40}") {
        if let Ok(source) = text.parse::<TokenSource>() {
            let again = source.to_string().parse::<TokenSource>();
            prop_assert_eq!(again.expect("what was written can be read"), source);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_read_or_refused_and_never_shown(text in value()) {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("a write");
        let source = format!("file:{}", file.path().display()).parse::<TokenSource>().expect("a source");
        let choice = EndpointChoice { explicit: None, variable: Some("cell.example.com".to_owned()) };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        match runtime.block_on(look_up(&source, &choice, Duration::from_secs(1))) {
            Ok(credential) => prop_assert!(!without_hosts(&shown(&credential)).contains(CANARY)),
            Err(error) => prop_assert!(!shown(&error).contains(CANARY), "{}", error),
        }
    }
}
