//! The look-up at Secrets Manager, on the wire: what is asked, what each answer becomes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{
    Answer, Stub, block_on, client, client_with, environment, fails, faults_on_the_way,
    one_look_up_for_many_calls, refusal, refusals_are_typed_and_forgotten, refusing_port, secret,
    server, works,
};
use momento_lambda_core::{ClientOptions, Configuration, ErrorCode, get_momento_client_with};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::sync::Arc;
use std::time::Duration;

const SOURCE: &str = "secretsmanager:token";

#[test]
fn look_ups() {
    let port = refusing_port();
    environment::set_aws(port);
    block_on(async {
        refused_connection(port).await;
        let (stub, stub_port) = Stub::start(None);
        point_to(&format!("http://127.0.0.1:{stub_port}"), "");
        one_look_up_for_many_calls(&stub, SOURCE, secret).await;
        what_was_asked(&stub);
        refusals(&stub).await;
        faults_on_the_way(&stub, SOURCE, "InternalServiceError", secret).await;
        the_same_options_give_the_same_client();
        credentials_of_a_container(&stub, stub_port).await;
        look_up_over_tls().await;
    });
}

fn point_to(endpoint: &str, authorities: &str) {
    environment::set(&[
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_CA_BUNDLE", authorities),
    ]);
}

async fn refused_connection(port: u16) {
    let error = fails(&client(SOURCE)).await;
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    for part in [&format!("127.0.0.1:{port}"), SOURCE] {
        assert!(error.details().contains(part), "{error}");
    }
}

fn what_was_asked(stub: &Stub) {
    let request = stub.requests()[0].clone();
    for part in [
        "\"VersionStage\":\"AWSCURRENT\"",
        "\"SecretId\":\"token\"",
        "/eu-west-1/secretsmanager/aws4_request",
        "secretsmanager.GetSecretValue",
    ] {
        assert!(request.contains(part), "{request}");
    }
}

async fn refusals(stub: &Stub) {
    let cases = [
        (
            refusal("ResourceNotFoundException", "can't find"),
            ErrorCode::Authentication,
            "no such secret",
        ),
        (
            refusal("AccessDeniedException", "not authorized"),
            ErrorCode::Permission,
            "secretsmanager:GetSecretValue",
        ),
        (
            refusal("ThrottlingException", "Rate exceeded"),
            ErrorCode::LimitExceeded,
            "ThrottlingException",
        ),
        (
            refusal("InternalServiceError", "oops"),
            ErrorCode::ServerUnavailable,
            "InternalServiceError",
        ),
        (
            refusal("ExpiredTokenException", "expired"),
            ErrorCode::Authentication,
            "expired",
        ),
        (
            secret("{\"other\": \"CANARY\"}"),
            ErrorCode::InvalidArgument,
            "MOMENTO_API_KEY",
        ),
        (
            secret("{\"MOMENTO_API_KEY\": CANARY"),
            ErrorCode::InvalidArgument,
            "malformed",
        ),
        (secret("CANARY"), ErrorCode::InvalidArgument, "API key"),
    ];
    refusals_are_typed_and_forgotten(stub, SOURCE, &cases, secret).await;
}

fn the_same_options_give_the_same_client() {
    let options =
        |source: &str| ClientOptions::from_environment(Some(source), None, |_| None).unwrap();
    let (first, new) = get_momento_client_with(options("secretsmanager:a")).unwrap();
    assert!(new);
    let (_, new) = get_momento_client_with(options("secretsmanager:a")).unwrap();
    assert!(!new);
    let (_, new) = get_momento_client_with(options("secretsmanager:b")).unwrap();
    assert!(new);
    first.close();
    let (_, new) = get_momento_client_with(options("secretsmanager:a")).unwrap();
    assert!(new, "a closed client is not handed out again");
}

/// Under `SnapStart` there are no credentials in variables, only an address to get them from.
async fn credentials_of_a_container(stub: &Stub, port: u16) {
    let (_server, value) = server().await;
    environment::set(&[("AWS_ACCESS_KEY_ID", "")]);
    let error = fails(&client(SOURCE)).await;
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    assert!(error.details().contains("AWS_ACCESS_KEY_ID"), "{error}");

    environment::set(&[
        (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            &format!("http://127.0.0.1:{port}/credentials"),
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic example"),
    ]);
    let credentials = serde_json::json!({
        "AccessKeyId": "ASIACONTAINER", "SecretAccessKey": "s", "Token": "session", "Expiration": "2099-01-01T00:00:00Z",
    });
    stub.answer(&[Answer::Json(200, credentials.to_string()), secret(&value)]);
    works(&client(SOURCE)).await;
    let requests = stub.requests();
    assert!(
        requests[0].starts_with("GET /credentials"),
        "{}",
        requests[0]
    );
    assert!(
        requests[0]
            .to_lowercase()
            .contains("authorization: basic example"),
        "{}",
        requests[0]
    );
    assert!(
        requests[1].contains("Credential=ASIACONTAINER/"),
        "{}",
        requests[1]
    );

    // Credentials of a container last some hours: each look-up asks for its own.
    let again = Configuration::lambda().with_token_ttl(Duration::from_millis(1));
    let both = [Answer::Json(200, credentials.to_string()), secret(&value)];
    stub.answer(&[both.clone(), both].concat());
    let client = client_with(SOURCE, again);
    works(&client).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    works(&client).await;
    let of_the_container = |request: &&String| request.starts_with("GET /credentials");
    assert_eq!(stub.requests().iter().filter(of_the_container).count(), 2);

    stub.answer(&[Answer::Json(403, "{}".to_owned())]);
    let error = fails(&common::client(SOURCE)).await;
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    environment::set(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")]);
}

async fn look_up_over_tls() {
    let (_server, value) = server().await;
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(issued.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![issued.cert.der().clone()], key)
        .unwrap();
    let (stub, port) = Stub::start(Some(Arc::new(tls)));
    stub.answer(&[secret(&value)]);
    let endpoint = format!("https://localhost:{port}");

    point_to(&endpoint, "");
    let error = fails(&client(SOURCE)).await;
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(error.details().contains("TLS"), "{error}");

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), issued.cert.pem()).unwrap();
    point_to(&endpoint, file.path().to_str().unwrap());
    works(&client(SOURCE)).await;
    assert_eq!(stub.asked(), 1);
}
