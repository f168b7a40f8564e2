//! A stub of AWS's JSON APIs and of the Lambda extension, and what the look-ups' tests share.
//!
//! A stub of our own: silence, truncation, throttling and denial in AWS's own form can't be had from
//! moto. Each test file is one test, so one process: the AWS variables are the process's.
#![allow(
    dead_code,
    reason = "each test file is a program of its own and uses its part"
)]

use momento_lambda_core::{CacheClient, ClientOptions, Configuration, Error, ErrorCode};
use momento_lambda_local::{Options, Server};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const V2: &str = "eyJhbGciOiJub25lIn0.eyJ0IjoiZyJ9.c2ln";
/// Of a look-up, with all its tries.
pub const BUDGET: Duration = Duration::from_secs(2);
/// What a busy machine may add.
pub const SLACK: Duration = Duration::from_secs(1);

/// An answer of the stub.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status with a JSON body.
    Json(u16, String),
    /// A body shorter than its announced length, then the end.
    Truncated,
    /// Nothing, ever.
    Silence,
}

/// What is answered to a request.
pub type AnswerTo = Box<dyn Fn(&str) -> Answer + Send + Sync>;

/// Answers in order, the last one for ever; keeps what it was asked.
#[derive(Default)]
pub struct Stub {
    answer_to: Option<AnswerTo>,
    answers: Mutex<Vec<Answer>>,
    requests: Mutex<Vec<String>>,
    kept: Mutex<Vec<Box<dyn Send>>>,
}

impl Stub {
    pub fn start(tls: Option<Arc<ServerConfig>>) -> (Arc<Self>, u16) {
        Self::default().listen(tls)
    }

    /// The port of one that answers as `answer_to` says.
    pub fn answering(answer_to: AnswerTo) -> u16 {
        let answer_to = Some(answer_to);
        let stub = Self {
            answer_to,
            ..Self::default()
        };
        stub.listen(None).1
    }

    fn listen(self, tls: Option<Arc<ServerConfig>>) -> (Arc<Self>, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stub = Arc::new(self);
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

    /// From now on these answers, and nothing asked yet.
    pub fn answer(&self, answers: &[Answer]) {
        *self.answers.lock().unwrap() = answers.to_vec();
        self.requests.lock().unwrap().clear();
    }

    pub fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
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
        let request = String::from_utf8(request).unwrap();
        let answer = if let Some(answer_to) = &self.answer_to {
            answer_to(&request)
        } else {
            self.requests.lock().unwrap().push(request);
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

/// A port where nobody listens.
pub fn refusing_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

pub fn secret(value: &str) -> Answer {
    let body = serde_json::json!({"ARN": "arn", "Name": "token", "SecretString": value, "VersionStages": ["AWSCURRENT"]});
    Answer::Json(200, body.to_string())
}

pub fn parameter(kind: &str, value: &str) -> Answer {
    let body = serde_json::json!({"Parameter": {"Name": "token", "Type": kind, "Value": value, "Version": 3}});
    Answer::Json(200, body.to_string())
}

pub fn refusal(code: &str, message: &str) -> Answer {
    let status = if code.starts_with("Internal") {
        500
    } else {
        400
    };
    Answer::Json(
        status,
        serde_json::json!({"__type": code, "message": message}).to_string(),
    )
}

/// Answers that are none: they end a look-up, with these codes, if they go on.
pub fn faults() -> [(Answer, ErrorCode); 3] {
    [
        (Answer::Silence, ErrorCode::Timeout),
        (
            Answer::Json(200, "<html>a proxy</html>}".to_owned()),
            ErrorCode::ServerUnavailable,
        ),
        (Answer::Truncated, ErrorCode::ServerUnavailable),
    ]
}

/// A Momento with the cache `cache`, and the value of a secret that leads there.
pub async fn server() -> (Server, String) {
    let server = Server::start(Options::default().cache("cache").token(V2))
        .await
        .unwrap();
    let value = serde_json::json!({
        "MOMENTO_API_KEY": V2,
        "MOMENTO_ENDPOINT": format!("http://127.0.0.1:{}", server.address().port()),
    });
    (server, value.to_string())
}

/// A client of its own that has looked nothing up yet.
pub fn client(source: &str) -> CacheClient {
    client_with(source, Configuration::lambda())
}

pub fn client_with(source: &str, configuration: Configuration) -> CacheClient {
    let options = ClientOptions::from_environment(Some(source), None, |_| None).unwrap();
    CacheClient::new(options.with_configuration(configuration)).unwrap()
}

/// The first call of a client finds its token, and within the budget.
pub async fn works(client: &CacheClient) {
    let begun = Instant::now();
    assert_eq!(client.get("cache", "key").await.expect("a miss"), None);
    assert!(begun.elapsed() < BUDGET + SLACK, "{:?}", begun.elapsed());
}

/// The call fails within the budget, and shows no canary.
pub async fn fails(client: &CacheClient) -> Error {
    let begun = Instant::now();
    let error = client.get("cache", "key").await.expect_err("no token");
    assert!(begun.elapsed() < BUDGET + SLACK, "{:?}", begun.elapsed());
    assert!(!format!("{error:?} {error}").contains("CANARY"), "{error}");
    error
}

/// Many calls at once on a new client are one look-up and one connection.
pub async fn one_look_up_for_many_calls(stub: &Stub, source: &str, answer: fn(&str) -> Answer) {
    let (server, value) = server().await;
    stub.answer(&[answer(&value)]);
    let client = client(source);
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
}

/// Each answer is an error with this code and text, and is forgotten when the cause is gone.
pub async fn refusals_are_typed_and_forgotten(
    stub: &Stub,
    source: &str,
    cases: &[(Answer, ErrorCode, &str)],
    good: fn(&str) -> Answer,
) {
    let (_server, value) = server().await;
    for (answer, code, part) in cases {
        stub.answer(std::slice::from_ref(answer));
        let client = client(source);
        let error = fails(&client).await;
        assert_eq!(error.code(), *code, "{error}");
        assert!(error.details().contains(part), "{part}: {error}");
        assert!(error.details().contains(source), "{error}");
        stub.answer(&[good(&value)]);
        works(&client).await;
    }
}

/// What passes is not seen at all; what stays is an error within the budget, and forgotten.
pub async fn faults_on_the_way(
    stub: &Stub,
    source: &str,
    server_error: &str,
    good: fn(&str) -> Answer,
) {
    let (_server, value) = server().await;
    for passing in [
        refusal("ThrottlingException", "slow down"),
        refusal(server_error, "oops"),
        Answer::Truncated,
    ] {
        stub.answer(&[passing, good(&value)]);
        works(&client(source)).await;
        assert_eq!(stub.asked(), 2);
    }
    for (answer, code) in faults() {
        stub.answer(&[answer]);
        let client = client(source);
        let error = fails(&client).await;
        assert_eq!(error.code(), code, "{error}");
        stub.answer(&[good(&value)]);
        works(&client).await;
    }
}

/// Runs the test on one thread, the one that also sets variables.
pub fn block_on(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(test);
}

pub mod environment {
    //! The variables that the AWS SDK reads of its own accord.
    #![expect(
        unsafe_code,
        reason = "the only way to set a variable of the own process"
    )]

    /// Credentials and a region, and one endpoint for both services.
    pub fn set_aws(port: u16) {
        set(&[
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "example"),
            ("AWS_ENDPOINT_URL", &format!("http://127.0.0.1:{port}")),
        ]);
    }

    pub fn set(variables: &[(&str, &str)]) {
        for (name, value) in variables {
            // SAFETY: called by the only test of this process, on the thread that also does the
            // look-ups; the stubs' threads don't read the environment.
            unsafe { std::env::set_var(name, value) };
        }
    }
}
