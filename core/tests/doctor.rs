//! The doctor's opinion of an environment: each thing that can be wrong, named with what to do.
//!
//! One test, since the AWS variables are the process's. Every run is made twice, as JSON and as text,
//! and no output may hold a part of the key or of AWS's credentials.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{Answer, Stub, block_on, environment, parameter, refusal, refusing_port, secret};
use momento_lambda_core::doctor::{Host, run};
use momento_lambda_local::{Options, Server};
use std::ffi::OsString;
use std::io::Write as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A v2 key: `{"t":"g","jti":"CANARY"}` in the middle.
const KEY: &str = "eyJhbGciOiJub25lIn0.eyJ0IjoiZyIsImp0aSI6IkNBTkFSWSJ9.CANARYSIGNATURE";
const SECRETS: [&str; 6] = [
    "eyJhbGciOiJub25lIn0",
    "eyJ0IjoiZyIsImp0aSI6IkNBTkFSWSJ9",
    "CANARY",
    "AKIDEXAMPLE",
    "SECRETEXAMPLE",
    "SESSIONEXAMPLE",
];

/// What the doctor says.
struct Opinion(serde_json::Value);

impl Opinion {
    fn all(&self) -> &Vec<serde_json::Value> {
        self.0["checks"].as_array().unwrap()
    }

    #[track_caller]
    fn says(&self, check: &str, status: &str, parts: &[&str]) -> &Self {
        let found = self.all().iter().find(|found| found["name"] == check);
        let found = found.unwrap_or_else(|| panic!("no check {check}: {}", self.0));
        assert_eq!(found["status"], status, "{found}");
        assert!(found["milliseconds"].is_number(), "{found}");
        if status == "failed" {
            assert!(
                found["fix"].as_str().is_some_and(|fix| !fix.is_empty()),
                "{found}"
            );
        }
        for part in parts {
            assert!(found.to_string().contains(part), "no {part:?} in {found}");
        }
        self
    }

    /// This check failed, and only this one.
    #[track_caller]
    fn fails_at(&self, check: &str, parts: &[&str]) -> &Self {
        assert_eq!(self.0["ok"], false);
        let failed: Vec<_> = self
            .all()
            .iter()
            .filter(|found| found["status"] == "failed")
            .collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        self.says(check, "failed", parts)
    }

    #[track_caller]
    fn is_good(&self) -> &Self {
        assert_eq!(self.0["ok"], true, "{}", self.0);
        self
    }
}

async fn outcome(arguments: &[&str], json: bool) -> (u8, String) {
    let mut arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    if json {
        arguments.push("--json".into());
    }
    let outcome = tokio::task::spawn_blocking(move || run(arguments, &Host::rust()));
    let outcome = outcome.await.unwrap();
    for secret in SECRETS {
        assert!(!outcome.text.contains(secret), "{}", outcome.text);
    }
    (outcome.exit_code, outcome.text)
}

async fn ask(arguments: &[&str]) -> Opinion {
    let begun = Instant::now();
    let (code, text) = outcome(arguments, true).await;
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["kind"], "environment");
    assert_eq!(json["language"], "rust");
    assert_eq!(code, u8::from(json["ok"] == false), "{json}");
    let (same, text) = outcome(arguments, false).await;
    assert_eq!(same, code, "{text}");
    assert_eq!(text.contains("FAILED"), code == 1, "{text}");
    // Twice the time of the whole run, and what a busy machine adds.
    assert!(
        begun.elapsed() < Duration::from_secs(25),
        "{:?}",
        begun.elapsed()
    );
    Opinion(json)
}

#[test]
fn environments() {
    environment::set(&[
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "SECRETEXAMPLE"),
        ("AWS_SESSION_TOKEN", "SESSIONEXAMPLE"),
        ("KEY", KEY),
    ]);
    block_on(async {
        let server = Server::start(Options::default().cache("cache").token(KEY))
            .await
            .unwrap();
        let address = format!("http://127.0.0.1:{}", server.address().port());
        let value = serde_json::json!({"MOMENTO_API_KEY": KEY, "MOMENTO_ENDPOINT": address});
        let value = value.to_string();

        sources_and_formats(&address).await;
        calls(&address).await;
        refused_tokens().await;
        let (stub, port) = Stub::start(None);
        environment::set(&[("AWS_ENDPOINT_URL", &format!("http://127.0.0.1:{port}"))]);
        secrets_manager(&stub, &value).await;
        parameter_store(&stub, &value).await;
        extension(&stub, &value).await;
        credentials(&stub, port, &value).await;
        addresses_that_do_not_answer().await;
        certificates().await;
    });
}

async fn sources_and_formats(address: &str) {
    let none = ask(&[]).await;
    none.fails_at("token source", &["MOMENTO_SECRET_ID"]);
    none.says("call", "skipped", &[]);
    let unset = ask(&["--token-source", "env:UNSET_HERE"]).await;
    unset
        .fails_at("variable", &["UNSET_HERE"])
        .says("format", "skipped", &[]);
    ask(&["--token-source", "other:CANARY"])
        .await
        .fails_at("token source", &["unknown kind"]);

    environment::set(&[("MOMENTO_API_KEY", KEY), ("MOMENTO_ENDPOINT", address)]);
    let good = ask(&["--cache", "cache"]).await;
    good.is_good()
        .says(
            "token source",
            "ok",
            &["env:MOMENTO_API_KEY, named by MOMENTO_API_KEY"],
        )
        .says(
            "format",
            "ok",
            &["plain key", "v2", "the variable MOMENTO_ENDPOINT"],
        );
    environment::set(&[("MOMENTO_API_KEY", ""), ("MOMENTO_ENDPOINT", "")]);

    let missing = ask(&["--token-source", "env:KEY"]).await;
    missing.fails_at("format", &["needs an endpoint"]);
    let bad = ask(&["--token-source", "env:KEY", "--endpoint", "ftp://a"]).await;
    bad.fails_at("endpoint", &["--endpoint"]);

    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"{\"MOMENTO_API_KEY\": CANARY}").unwrap();
    let source = format!("file:{}", file.path().display());
    ask(&["--token-source", &source])
        .await
        .fails_at("format", &["malformed", "line 1"]);
}

async fn calls(address: &str) {
    let at = ["--token-source", "env:KEY", "--endpoint", address];
    let listed = ask(&at).await;
    listed
        .is_good()
        .says("cache DNS", "ok", &["addresses: 1"])
        .says("cache TCP", "ok", &["127.0.0.1"])
        .says("cache TLS", "skipped", &["plaintext"])
        .says("control DNS", "skipped", &["the cache's"])
        .says("call", "ok", &["list_caches", "caches: 1"])
        .says("get", "ok", &["miss"]);
    let named = ask(&[&at[..], &["--cache", "cache"]].concat()).await;
    named.is_good().says("call", "ok", &["miss"]);
    let absent = ask(&[&at[..], &["--cache", "absent"]].concat()).await;
    absent.fails_at("call", &["NOT_FOUND_ERROR", "create_cache"]);
    let short = ask(&[&at[..], &["--timeout", "0.000001"]].concat()).await;
    assert_eq!(short.0["ok"], false);

    let empty = Server::start(Options::default()).await.unwrap();
    let empty = format!("http://127.0.0.1:{}", empty.address().port());
    let nothing = ask(&["--token-source", "env:KEY", "--endpoint", &empty]).await;
    nothing.is_good().says("get", "skipped", &["no cache yet"]);
}

/// A server that answers every call with this status, and repeats the token in its message.
async fn refusing_server(status: &'static str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // The doctor's own dial says nothing and ends.
                let Ok(mut connection) = h2::server::handshake(stream).await else {
                    return;
                };
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    let token = request.headers()["authorization"].to_str().unwrap();
                    let reply = http::Response::builder()
                        .header("content-type", "application/grpc")
                        .header("grpc-status", status)
                        .header("grpc-message", format!("no%20{token}"))
                        .body(())
                        .unwrap();
                    let _ = respond.send_response(reply, true);
                }
            });
        }
    });
    address
}

async fn refused_tokens() {
    let other = Server::start(Options::default().token("another"))
        .await
        .unwrap();
    let other = format!("http://127.0.0.1:{}", other.address().port());
    let refused = ask(&["--token-source", "env:KEY", "--endpoint", &other]).await;
    refused.fails_at("call", &["AUTHENTICATION_ERROR", "valid API key"]);

    let denying = refusing_server("7").await;
    let at = ["--token-source", "env:KEY", "--endpoint", &denying];
    ask(&at)
        .await
        .is_good()
        .says("call", "ok", &["accepted", "--cache NAME"]);
    let named = ask(&[&at[..], &["--cache", "cache"]].concat()).await;
    named.fails_at("call", &["PERMISSION_ERROR", "may not read", "(removed)"]);
    let failing = refusing_server("16").await;
    let refused = ask(&["--token-source", "env:KEY", "--endpoint", &failing]).await;
    refused.fails_at("call", &["AUTHENTICATION_ERROR", "(removed)"]);
}

async fn secrets_manager(stub: &Stub, value: &str) {
    let action = "secretsmanager:GetSecretValue";
    let at = ["--token-source", "secretsmanager:token"];
    stub.answer(&[secret(value)]);
    let good = ask(&at).await;
    good.is_good()
        .says("aws region", "ok", &["eu-west-1, named by AWS_REGION"])
        .says("aws credentials", "ok", &["AWS_ACCESS_KEY_ID"])
        .says(action, "ok", &["secretsmanager:token"])
        .says("kms:Decrypt", "ok", &[])
        .says(
            "format",
            "ok",
            &["MOMENTO_API_KEY", "v2", "MOMENTO_ENDPOINT beside the key"],
        );

    stub.answer(&[refusal("ResourceNotFoundException", "can't find")]);
    ask(&at)
        .await
        .fails_at(action, &["eu-west-1 was asked", "AWS_REGION", "ARN"])
        .says("format", "skipped", &[]);
    let arn = "secretsmanager:arn:aws:secretsmanager:us-east-2:123456789012:secret:a-AbCdEf";
    let elsewhere = ask(&["--token-source", arn]).await;
    elsewhere
        .fails_at(action, &["names the region us-east-2"])
        .says("aws region", "ok", &["named by the ARN"]);

    stub.answer(&[refusal("AccessDeniedException", "User x is not authorized")]);
    let denied = ask(&at).await;
    denied.fails_at(action, &["allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:*:secret:token-??????"]);
    denied.says("kms:Decrypt", "skipped", &[]);
    stub.answer(&[refusal(
        "AccessDeniedException",
        "Access to KMS is not allowed",
    )]);
    let denied = ask(&at).await;
    denied
        .fails_at("kms:Decrypt", &["allow kms:Decrypt"])
        .says(action, "ok", &["allowed"]);

    stub.answer(&[secret("{\"MOMENTO_API_KEY\": CANARY")]);
    ask(&at).await.fails_at("format", &["malformed"]);
    stub.answer(&[Answer::Silence]);
    ask(&at).await.fails_at(action, &["VPC"]);
}

async fn parameter_store(stub: &Stub, value: &str) {
    let at = ["--token-source", "ssm:/momento/token"];
    stub.answer(&[parameter("SecureString", value)]);
    ask(&at).await.is_good().says("ssm:GetParameter", "ok", &[]);
    stub.answer(&[parameter("StringList", "CANARY,CANARY")]);
    ask(&at)
        .await
        .fails_at("ssm:GetParameter", &["StringList", "SecureString"]);
    stub.answer(&[refusal("ParameterNotFound", "")]);
    ask(&at)
        .await
        .fails_at("ssm:GetParameter", &["eu-west-1 was asked"]);
}

async fn extension(stub: &Stub, value: &str) {
    let (beside, port) = Stub::start(None);
    environment::set(&[("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", &port.to_string())]);
    let at = ["--token-source", "extension:secretsmanager:token"];
    beside.answer(&[secret(value)]);
    let good = ask(&at).await;
    good.is_good().says("extension", "ok", &[]).says(
        "secretsmanager:GetSecretValue",
        "skipped",
        &["not needed"],
    );

    beside.answer(&[Answer::Json(400, "an unexpected error CANARY".to_owned())]);
    stub.answer(&[secret(value)]);
    let fallen_back = ask(&at).await;
    fallen_back
        .fails_at(
            "extension",
            &[
                "HTTP 400",
                "falls back to secretsmanager:GetSecretValue",
                "layer",
            ],
        )
        .says("secretsmanager:GetSecretValue", "ok", &[])
        .says("call", "ok", &[]);
    environment::set(&[("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", "a port")]);
    ask(&at)
        .await
        .fails_at("extension", &["PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"]);
}

async fn credentials(stub: &Stub, port: u16, value: &str) {
    let at = ["--token-source", "secretsmanager:token"];
    environment::set(&[("AWS_ACCESS_KEY_ID", "")]);
    let none = ask(&at).await;
    none.fails_at("aws credentials", &["AWS_ACCESS_KEY_ID"]);
    none.says("secretsmanager:GetSecretValue", "skipped", &[]);
    let uri = format!("http://127.0.0.1:{port}/credentials");
    environment::set(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "CANARY"),
    ]);
    stub.answer(&[Answer::Json(500, "{}".to_owned())]);
    let refused = ask(&at).await;
    refused.fails_at("aws credentials", &["AWS_CONTAINER_CREDENTIALS_FULL_URI"]);
    let answer = serde_json::json!({
        "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "SECRETEXAMPLE", "Token": "SESSIONEXAMPLE", "Expiration": "2099-01-01T00:00:00Z",
    });
    let answer = Answer::Json(200, answer.to_string());
    // Once to check them, once for the look-up.
    stub.answer(&[answer.clone(), answer.clone(), secret(value)]);
    let (code, text) = outcome(&at, true).await;
    assert_eq!(code, 0, "{text}");
    environment::set(&[("AWS_REGION", "")]);
    ask(&at)
        .await
        .fails_at("aws region", &["AWS_REGION"])
        .says("aws credentials", "skipped", &[]);
}

async fn addresses_that_do_not_answer() {
    let unknown = ask(&[
        "--token-source",
        "env:KEY",
        "--endpoint",
        "no-such-host.invalid",
    ])
    .await;
    unknown
        .says("cache DNS", "failed", &["cache.no-such-host.invalid"])
        .says("cache TLS", "skipped", &[])
        .says("control DNS", "failed", &["control.no-such-host.invalid"])
        .says("call", "skipped", &["no connection"]);

    let refused = format!("http://127.0.0.1:{}", refusing_port());
    let at = ask(&["--token-source", "env:KEY", "--endpoint", &refused]).await;
    at.fails_at("cache TCP", &["refused"])
        .says("call", "skipped", &[]);

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let plain = ask(&[
        "--token-source",
        "env:KEY",
        "--endpoint",
        &format!("http://127.0.0.1:{port}"),
    ])
    .await;
    plain.fails_at("call", &["TIMEOUT_ERROR"]);
    let tls = ask(&[
        "--token-source",
        "env:KEY",
        "--endpoint",
        &format!("https://127.0.0.1:{port}"),
    ])
    .await;
    tls.fails_at("cache TLS", &["TLS gave no answer"])
        .says("call", "skipped", &[]);
    let begun = Instant::now();
    let at = format!("https://127.0.0.1:{port}");
    let short = outcome(
        &[
            "--token-source",
            "env:KEY",
            "--endpoint",
            &at,
            "--timeout",
            "0.3",
        ],
        true,
    )
    .await;
    assert_eq!(short.0, 1);
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}

async fn certificates() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = certified.cert.pem();
    let options = Options::default().tls(&certificate, certified.signing_key.serialize_pem());
    let server = Server::start(options).await.unwrap();
    let at = format!("https://localhost:{}", server.address().port());
    let at = ["--token-source", "env:KEY", "--endpoint", &at];
    let untrusted = ask(&at).await;
    untrusted.fails_at("cache TLS", &["certificate", "--root-certificates"]);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(certificate.as_bytes()).unwrap();
    let path = file.path().display().to_string();
    let trusted = ask(&[&at[..], &["--root-certificates", &path]].concat()).await;
    trusted
        .is_good()
        .says("cache TLS", "ok", &["TLSv1_3", "h2"]);
    let absent = ask(&[&at[..], &["--root-certificates", "no-such-file"]].concat()).await;
    absent.fails_at("cache TLS", &["no-such-file", "PEM"]);
}
