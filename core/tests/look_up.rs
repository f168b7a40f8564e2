//! The look-up at Secrets Manager, on the wire: what is asked, what each answer becomes.
//!
//! A stub of our own speaks the API: silence, truncation, throttling and denial in AWS's own form
//! can't be had from moto. One test per process: the AWS variables are the process's.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

use momento_lambda_core::{CacheClient, ClientOptions, ErrorCode, get_momento_client_with};
use momento_lambda_local::{Options, Server};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const V2: &str = "eyJhbGciOiJub25lIn0.eyJ0IjoiZyJ9.c2ln";

/// An answer of the stub.
#[derive(Clone)]
enum Answer {
    /// A status with a JSON body.
    Json(u16, String),
    /// A body shorter than its announced length, then the end.
    Truncated,
    /// Nothing, ever.
    Silence,
}

/// Answers in order, the last one for ever; keeps what it was asked.
struct Stub {
    answers: Mutex<Vec<Answer>>,
    requests: Mutex<Vec<String>>,
    kept: Mutex<Vec<Box<dyn Send>>>,
}

impl Stub {
    fn start(tls: Option<Arc<ServerConfig>>) -> (Arc<Self>, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stub = Arc::new(Self {
            answers: Mutex::default(),
            requests: Mutex::default(),
            kept: Mutex::default(),
        });
        let serving = Arc::clone(&stub);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (serving, tls) = (Arc::clone(&serving), tls.clone());
                std::thread::spawn(move || match tls {
                    None => serving.serve(stream),
                    Some(tls) => {
                        let session = ServerConnection::new(tls).unwrap();
                        serving.serve(StreamOwned::new(session, stream));
                    }
                });
            }
        });
        (stub, port)
    }

    fn answer(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap() = answers.to_vec();
        self.requests.lock().unwrap().clear();
    }

    fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn serve(&self, mut stream: impl Read + Write + Send + 'static) {
        let mut request = Vec::new();
        let mut chunk = [0; 4096];
        // A body is one small JSON object: the request is whole when that is closed.
        let whole = |request: &[u8]| {
            request.ends_with(b"}") || request.starts_with(b"GET") && request.ends_with(b"\r\n\r\n")
        };
        while !whole(&request) {
            match stream.read(&mut chunk) {
                Ok(0) | Err(_) => return,
                Ok(read) => request.extend_from_slice(&chunk[..read]),
            }
        }
        self.requests
            .lock()
            .unwrap()
            .push(String::from_utf8(request).unwrap());
        let answer = {
            let mut answers = self.answers.lock().unwrap();
            if answers.len() > 1 {
                answers.remove(0)
            } else {
                answers[0].clone()
            }
        };
        let text = match answer {
            Answer::Json(status, body) => format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            Answer::Truncated => {
                "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"SecretString\":".to_owned()
            }
            Answer::Silence => {
                self.kept.lock().unwrap().push(Box::new(stream));
                return;
            }
        };
        let _ = stream.write_all(text.as_bytes());
    }
}

fn secret(value: &str) -> Answer {
    let body = serde_json::json!({"ARN": "arn", "Name": "token", "SecretString": value, "VersionStages": ["AWSCURRENT"]});
    Answer::Json(200, body.to_string())
}

fn refusal(code: &str, message: &str) -> Answer {
    let status = if code == "InternalServiceError" {
        500
    } else {
        400
    };
    Answer::Json(
        status,
        serde_json::json!({"__type": code, "message": message}).to_string(),
    )
}

fn client() -> CacheClient {
    let options =
        ClientOptions::from_environment(Some("secretsmanager:token"), None, |_| None).unwrap();
    CacheClient::new(options).unwrap()
}

mod environment {
    //! The variables that the AWS SDK reads of its own accord.
    #![expect(
        unsafe_code,
        reason = "the only way to set a variable of the own process"
    )]

    pub fn set(endpoint: &str, authorities: &str) {
        set_all(&[
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "example"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint),
            ("AWS_CA_BUNDLE", authorities),
        ]);
    }

    pub fn set_all(variables: &[(&str, &str)]) {
        for (name, value) in variables {
            // SAFETY: called by the only test of this process, on the thread that also does the
            // look-ups; the stubs' threads don't read the environment.
            unsafe { std::env::set_var(name, value) };
        }
    }
}

#[test]
fn look_ups() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    environment::set(&format!("http://127.0.0.1:{port}"), "");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            refused_connection(port).await;
            let (stub, stub_port) = Stub::start(None);
            environment::set(&format!("http://127.0.0.1:{stub_port}"), "");
            one_look_up_for_many_calls(&stub).await;
            refusals_are_typed_and_forgotten(&stub).await;
            faults_on_the_way(&stub).await;
            the_same_options_give_the_same_client();
            credentials_of_a_container(&stub, stub_port).await;
            look_up_over_tls().await;
        });
}

async fn refused_connection(port: u16) {
    let error = client()
        .get("cache", "key")
        .await
        .expect_err("nobody listens");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(
        error.details().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
    assert!(error.details().contains("secretsmanager:token"), "{error}");
}

async fn server() -> (Server, String) {
    let server = Server::start(Options::default().cache("cache").token(V2))
        .await
        .unwrap();
    let value = serde_json::json!({
        "MOMENTO_API_KEY": V2,
        "MOMENTO_ENDPOINT": format!("http://127.0.0.1:{}", server.address().port()),
    });
    (server, value.to_string())
}

async fn one_look_up_for_many_calls(stub: &Stub) {
    let (server, value) = server().await;
    stub.answer(&[secret(&value)]);
    let client = client();
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.get("cache", "key").await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().expect("a miss"), None);
    }
    assert_eq!((stub.asked(), client.counters().look_ups), (1, 1));
    assert_eq!(server.counters().connections, 1);
    let request = stub.requests.lock().unwrap()[0].clone();
    assert!(
        request.contains("\"VersionStage\":\"AWSCURRENT\""),
        "{request}"
    );
    assert!(request.contains("\"SecretId\":\"token\""), "{request}");
    assert!(
        request.contains("/eu-west-1/secretsmanager/aws4_request"),
        "{request}"
    );
    assert!(
        request
            .to_lowercase()
            .contains("secretsmanager.getsecretvalue"),
        "{request}"
    );
}

async fn refusals_are_typed_and_forgotten(stub: &Stub) {
    let (_server, value) = server().await;
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
    for (answer, code, part) in cases {
        stub.answer(&[answer]);
        let client = client();
        let error = client.get("cache", "key").await.expect_err(part);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.details().contains(part), "{part}: {error}");
        assert!(error.details().contains("secretsmanager:token"), "{error}");
        assert!(!format!("{error:?}").contains("CANARY"), "{error}");
        // The cause is gone: so is the failure.
        stub.answer(&[secret(&value)]);
        assert_eq!(client.get("cache", "key").await.expect("healed"), None);
    }
}

async fn faults_on_the_way(stub: &Stub) {
    let (_server, value) = server().await;
    // What passes is retried inside the budget and not seen at all.
    for passing in [
        refusal("ThrottlingException", "slow down"),
        refusal("InternalServiceError", "oops"),
        Answer::Truncated,
    ] {
        stub.answer(&[passing, secret(&value)]);
        assert_eq!(
            client().get("cache", "key").await.expect("the second try"),
            None
        );
        assert_eq!(stub.asked(), 2);
    }
    let budget = Duration::from_secs(2);
    for (answer, code) in [
        (Answer::Silence, ErrorCode::Timeout),
        (
            Answer::Json(200, "<html>a proxy</html>}".to_owned()),
            ErrorCode::ServerUnavailable,
        ),
        (Answer::Truncated, ErrorCode::ServerUnavailable),
    ] {
        stub.answer(&[answer]);
        let client = client();
        let begun = Instant::now();
        let error = client.get("cache", "key").await.expect_err("no answer");
        assert_eq!(error.code(), code, "{error}");
        assert!(
            begun.elapsed() < budget + Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
        stub.answer(&[secret(&value)]);
        assert_eq!(client.get("cache", "key").await.expect("healed"), None);
    }
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
    environment::set_all(&[("AWS_ACCESS_KEY_ID", "")]);
    let error = client()
        .get("cache", "key")
        .await
        .expect_err("no credentials");
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    assert!(error.details().contains("AWS_ACCESS_KEY_ID"), "{error}");

    environment::set_all(&[
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
    assert_eq!(
        client()
            .get("cache", "key")
            .await
            .expect("the container's credentials"),
        None
    );
    let requests = stub.requests.lock().unwrap().clone();
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

    stub.answer(&[Answer::Json(403, "{}".to_owned())]);
    let error = client()
        .get("cache", "key")
        .await
        .expect_err("no credentials there");
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    environment::set_all(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")]);
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

    environment::set(&endpoint, "");
    let error = client()
        .get("cache", "key")
        .await
        .expect_err("an unknown authority");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(error.details().contains("TLS"), "{error}");

    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), issued.cert.pem()).unwrap();
    environment::set(&endpoint, file.path().to_str().unwrap());
    assert_eq!(
        client()
            .get("cache", "key")
            .await
            .expect("a known authority"),
        None
    );
    assert_eq!(stub.asked(), 1);
}
