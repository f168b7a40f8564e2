//! The look-up through the Lambda extension: what is asked, and that whatever the extension does,
//! AWS's own API is asked within the same budget.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{
    Answer, BUDGET, SLACK, Stub, block_on, client, client_with, environment, fails,
    one_look_up_for_many_calls, parameter, refusal, refusing_port, secret, server, works,
};
use momento_lambda_core::{Configuration, ErrorCode};
use std::time::{Duration, Instant};

const SECRET: &str = "extension:secretsmanager:momento/token";
const PARAMETER: &str = "extension:ssm:/momento/token:live";
const SESSION_TOKEN: &str = "CANARY-session/token==";
const PORT: &str = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT";

fn secure(value: &str) -> Answer {
    parameter("SecureString", value)
}

fn not_ready() -> Answer {
    Answer::Json(
        400,
        "not ready to serve traffic, please wait CANARY".to_owned(),
    )
}

#[test]
fn look_ups() {
    let (extension, extension_port) = Stub::start(None);
    let (api, api_port) = Stub::start(None);
    environment::set_aws(api_port);
    environment::set(&[
        (PORT, &extension_port.to_string()),
        ("AWS_SESSION_TOKEN", SESSION_TOKEN),
    ]);
    block_on(async {
        api.answer(&[refusal("AccessDeniedException", "nobody should ask")]);
        one_look_up_for_many_calls(&extension, SECRET, secret).await;
        what_was_asked(
            &extension,
            "GET /secretsmanager/get?secretId=momento%2Ftoken&versionStage=AWSCURRENT HTTP/1.1\r\n",
        );
        one_look_up_for_many_calls(&extension, PARAMETER, secure).await;
        what_was_asked(
            &extension,
            "GET /systemsmanager/parameters/get?name=%2Fmomento%2Ftoken&withDecryption=true&label=live HTTP/1.1\r\n",
        );
        it_becomes_ready(&extension).await;
        assert_eq!(api.asked(), 0);
        the_api_stands_in(&extension, &api).await;
        both_fail(&extension, &api).await;
        nothing_to_ask_it_with(&extension, &api).await;
        nobody_listens(&api).await;
    });
}

fn what_was_asked(extension: &Stub, first_line: &str) {
    let request = extension.requests()[0].clone();
    assert!(request.starts_with(first_line), "{request}");
    let header = format!("\r\nx-aws-parameters-secrets-token: {SESSION_TOKEN}\r\n");
    assert!(request.contains(&header), "{request}");
    assert!(request.contains("\r\nhost: 127.0.0.1:"), "{request}");
}

async fn it_becomes_ready(extension: &Stub) {
    let (_server, value) = server().await;
    extension.answer(&[not_ready(), not_ready(), not_ready(), secret(&value)]);
    works(&client(SECRET)).await;
    assert_eq!(extension.asked(), 4);
}

/// What the extension may do instead of answering, what is said of it, and whether it is asked once.
fn failures() -> Vec<(Answer, &'static str, bool)> {
    let json = |status, body: &str| Answer::Json(status, body.to_owned());
    vec![
        (not_ready(), "was not ready within 300 ms", false),
        (json(400, "CANARY"), "it answered HTTP 400)", true),
        (json(500, "CANARY"), "it answered HTTP 500)", true),
        (Answer::Silence, "gave no answer within 300 ms", true),
        (Answer::Truncated, "before the whole answer", true),
        (json(200, "<CANARY>"), "no text that could be", true),
        (json(200, "[\"CANARY\"]"), "no text that could be", true),
        (
            json(200, "{\"SecretString\": 1, \"Parameter\": \"CANARY\"}"),
            "no text that could be",
            true,
        ),
        (
            parameter("StringList", "CANARY,CANARY"),
            "no text that could be",
            true,
        ),
        (
            json(200, &"CANARY".repeat(300_000)),
            "before the whole answer",
            true,
        ),
        (
            refusal("AccessDeniedException", "CANARY"),
            "it answered HTTP 400 AccessDeniedException)",
            true,
        ),
        (
            json(400, "api error ResourceNotFoundException: CANARY"),
            "it answered HTTP 400 ResourceNotFoundException)",
            true,
        ),
    ]
}

async fn the_api_stands_in(extension: &Stub, api: &Stub) {
    let (_server, value) = server().await;
    for (source, good) in [
        (SECRET, secret as fn(&str) -> Answer),
        (PARAMETER, secure as fn(&str) -> Answer),
    ] {
        for (failure, part, once) in failures() {
            extension.answer(&[failure]);
            api.answer(&[good(&value)]);
            let begun = Instant::now();
            works(&client(source)).await;
            // Twice its patience at most, and the rest for a busy machine.
            let taken = begun.elapsed();
            assert!(taken < Duration::from_millis(1_100), "{part}: {taken:?}");
            assert_eq!(api.asked(), 1, "{part}");
            assert_eq!(extension.asked() == 1, once, "{part}");
        }
    }
    let request = api.requests()[0].clone();
    assert!(
        request.contains("\"Name\":\"/momento/token:live\""),
        "{request}"
    );
}

async fn both_fail(extension: &Stub, api: &Stub) {
    let (_server, value) = server().await;
    for (failure, part, _) in failures() {
        extension.answer(&[failure]);
        api.answer(&[refusal("AccessDeniedException", "not authorized")]);
        let client = client(PARAMETER);
        let error = fails(&client).await;
        assert_eq!(error.code(), ErrorCode::Permission, "{error}");
        for part in [PARAMETER, "allow ssm:GetParameter on", part] {
            assert!(error.details().contains(part), "{part}: {error}");
        }
        extension.answer(&[secure(&value)]);
        works(&client).await;
    }
    extension.answer(&[Answer::Silence]);
    api.answer(&[Answer::Silence]);
    let patient = Configuration::lambda().with_start_budget(BUDGET + SLACK);
    let error = fails(&client_with(SECRET, patient)).await;
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    for part in [SECRET, "no answer within 300 ms"] {
        assert!(error.details().contains(part), "{part}: {error}");
    }
}

/// Without a session there is no token for the extension, and a port may be misspelt.
async fn nothing_to_ask_it_with(extension: &Stub, api: &Stub) {
    let (_server, value) = server().await;
    for (token, part) in [
        ("", "AWS_SESSION_TOKEN, which is unset"),
        ("CANARY\n", "AWS_SESSION_TOKEN holds"),
    ] {
        environment::set(&[("AWS_SESSION_TOKEN", token)]);
        extension.answer(&[secret(&value)]);
        api.answer(&[refusal("ResourceNotFoundException", "can't find")]);
        let error = fails(&client(SECRET)).await;
        assert!(error.details().contains(part), "{error}");
        assert_eq!(extension.asked(), 0);
    }
    environment::set(&[("AWS_SESSION_TOKEN", SESSION_TOKEN), (PORT, "CANARY")]);
    let error = fails(&client(SECRET)).await;
    assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    assert!(error.details().contains(PORT), "{error}");
}

async fn nobody_listens(api: &Stub) {
    let (_server, value) = server().await;
    let port = refusing_port().to_string();
    environment::set(&[(PORT, &port)]);
    api.answer(&[secret(&value)]);
    works(&client(SECRET)).await;
    api.answer(&[refusal("ResourceNotFoundException", "can't find")]);
    let error = fails(&client(SECRET)).await;
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    for part in ["no such secret in eu-west-1", &port, "refused", "layer"] {
        assert!(error.details().contains(part), "{part}: {error}");
    }
}
