//! The connection: one for many calls, dialled again when it broke, within its budgets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

use momento_lambda_core::token::{Credential, Endpoints};
use momento_lambda_core::{Agent, CacheClient, ClientOptions, Configuration, ErrorCode, Retry};
use momento_lambda_local::{Options, Server};
use secrecy::SecretString;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Budgets are checked with this much room for a busy machine.
const ROOM: Duration = Duration::from_secs(2);

async fn server() -> Server {
    Server::start(Options::default().cache("cache"))
        .await
        .expect("a server")
}

fn client(port: u16) -> CacheClient {
    CacheClient::new(ClientOptions::new(Credential::local("127.0.0.1", port))).expect("a client")
}

#[tokio::test]
async fn a_hundred_calls_at_once_share_one_connection() {
    let server = server().await;
    let client = client(server.address().port());
    let calls: Vec<_> = (0..100)
        .map(|number: u32| {
            let client = client.clone();
            tokio::spawn(async move {
                let key = number.to_string();
                client
                    .set("cache", key.as_str(), key.as_str(), None)
                    .await?;
                client.get("cache", key.as_str()).await
            })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        assert_eq!(
            call.await.unwrap().unwrap(),
            Some(number.to_string().into_bytes())
        );
    }
    assert_eq!(client.counters().connections, 1);
    assert_eq!(server.counters().connections, 1);
}

#[tokio::test]
async fn a_connection_that_broke_is_dialled_again() {
    let server = server().await;
    let client = client(server.address().port());
    client
        .set("cache", "key", "value", None)
        .await
        .expect("set");
    for round in 2..5 {
        server.close_connections();
        // The close reaches this side through the same socket that the next call looks at first.
        let deadline = Instant::now() + ROOM;
        while server.counters().open_connections > 0 && Instant::now() < deadline {
            tokio::task::yield_now().await;
        }
        let value = client
            .get("cache", "key")
            .await
            .expect("a call after a broken connection");
        assert_eq!(value.as_deref(), Some(&b"value"[..]));
        assert_eq!(client.counters().connections, round);
    }
}

#[tokio::test]
async fn a_server_that_comes_back_is_found_again() {
    let first = server().await;
    let port = first.address().port();
    let client = client(port);
    client.get("cache", "key").await.expect("get");
    first.shutdown().await;
    let error = client.get("cache", "key").await.expect_err("nobody there");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(
        error.details().contains(&format!("127.0.0.1:{port}")),
        "{error}"
    );
    let _second = Server::start(Options::default().cache("cache").port(port))
        .await
        .expect("the same port");
    assert_eq!(client.get("cache", "key").await.expect("back again"), None);
}

#[tokio::test]
async fn a_silent_server_costs_a_call_its_deadline() {
    // Accepts by the system's backlog and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let deadline = Duration::from_millis(500);
    let options = ClientOptions::new(Credential::local(
        "127.0.0.1",
        silent.local_addr().unwrap().port(),
    ))
    .with_configuration(Configuration::lambda().with_deadline(deadline));
    let client = CacheClient::new(options).unwrap();
    let begun = Instant::now();
    let error = client.get("cache", "key").await.expect_err("silence");
    assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    assert!(error.details().contains("500 ms"), "{error}");
    assert!(begun.elapsed() >= deadline && begun.elapsed() < deadline + ROOM);

    // A second connection was as silent, so the next call does not wait at all.
    assert_eq!(client.counters().raced, 1);
    client
        .get("cache", "key")
        .await
        .expect_err("a probe's silence");
    let begun = Instant::now();
    let error = client.get("cache", "key").await.expect_err("silence");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(begun.elapsed() < deadline, "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_call_that_timed_out_leaves_a_connection_on_which_something_came() {
    let latency = Duration::from_millis(300);
    let server = Server::start(Options::default().cache("cache").latency(latency))
        .await
        .unwrap();
    let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()));
    let hasty = options
        .clone()
        .with_configuration(Configuration::lambda().with_deadline(latency / 3));
    let client = CacheClient::new(hasty).unwrap();
    // The server's settings came in during the first call, so the second goes over the same one.
    for _ in 0..2 {
        let error = client.get("cache", "key").await.expect_err("too slow");
        assert_eq!(error.code(), ErrorCode::Timeout, "{error}");
    }
    assert_eq!(server.counters().connections, 1);
}

#[tokio::test]
async fn an_eager_connect_waits_for_a_sign_of_life() {
    let server = server().await;
    client(server.address().port())
        .connect()
        .await
        .expect("somebody is there");

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(silent.local_addr().unwrap().port());
    client
        .start()
        .await
        .expect("TCP is all that a plain start needs");
    let waited = tokio::time::timeout(Duration::from_millis(100), client.connect()).await;
    assert!(waited.is_err(), "{waited:?}");
}

#[tokio::test]
async fn each_connection_is_introduced_once_and_carries_token_and_cache() {
    let server = Server::start(Options::default().cache("cache").token("secret"))
        .await
        .unwrap();
    let endpoints = Endpoints::local("127.0.0.1", server.address().port());
    let credential = Credential::new(SecretString::from("secret"), endpoints.clone());
    let agent = Agent {
        name: "rust:test".to_owned(),
        runtime_version: "rust 1".to_owned(),
    };
    let client = CacheClient::new(ClientOptions::new(credential).with_agent(agent)).unwrap();
    client
        .get("cache", "key")
        .await
        .expect("the token is known");
    let first = server.last_metadata();
    assert_eq!(first.get("agent").map(String::as_str), Some("rust:test"));
    assert_eq!(
        first.get("runtime-version").map(String::as_str),
        Some("rust 1")
    );
    assert_eq!(first.get("cache").map(String::as_str), Some("cache"));
    assert!(first.contains_key("grpc-timeout"));
    client.get("cache", "key").await.expect("again");
    assert!(!server.last_metadata().contains_key("agent"));

    let wrong = Credential::new(SecretString::from("CANARY"), endpoints);
    let error = CacheClient::new(ClientOptions::new(wrong))
        .unwrap()
        .get("cache", "key")
        .await
        .expect_err("unknown token");
    assert_eq!(error.code(), ErrorCode::Authentication, "{error}");
    assert!(!format!("{error:?} {error}").contains("CANARY"));
}

#[tokio::test]
async fn tls_trusts_the_compiled_in_roots_and_a_given_file_and_nothing_else() {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let server = Server::start(
        Options::default()
            .cache("cache")
            .tls(issued.cert.pem(), issued.signing_key.serialize_pem()),
    )
    .await
    .expect("a server with TLS");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), issued.cert.pem()).unwrap();
    let port = server.address().port();
    let client = |configuration: Configuration| {
        let endpoints = Endpoints::parse(&format!("https://localhost:{port}"), "the test").unwrap();
        let options = ClientOptions::new(Credential::new(SecretString::from("token"), endpoints));
        CacheClient::new(options.with_configuration(configuration)).unwrap()
    };
    let trusting = client(Configuration::lambda().with_root_certificates(file.path()));
    assert_eq!(trusting.get("cache", "key").await.expect("trusted"), None);

    let error = client(Configuration::lambda())
        .get("cache", "key")
        .await
        .expect_err("unknown authority");
    assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
    assert!(error.details().contains("TLS"), "{error}");

    let missing = client(Configuration::lambda().with_root_certificates("no-such-file.pem"));
    let error = missing.get("cache", "key").await.expect_err("no file");
    assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    assert!(error.details().contains("no-such-file.pem"), "{error}");
}

#[tokio::test]
async fn a_message_beyond_this_clients_limit_is_not_sent() {
    let server = server().await;
    let options = ClientOptions::new(Credential::local("127.0.0.1", server.address().port()))
        .with_configuration(Configuration::lambda().with_max_message_bytes(1_000));
    let client = CacheClient::new(options).unwrap();
    let error = client
        .set("cache", "key", vec![0; 2_000], None)
        .await
        .expect_err("too large");
    assert_eq!(error.code(), ErrorCode::LimitExceeded, "{error}");
    assert_eq!(server.counters().calls_of("set"), 0);
    client
        .set("cache", "key", vec![0; 500], None)
        .await
        .expect("small enough");
}

#[tokio::test]
async fn a_closed_client_says_so() {
    let server = server().await;
    let client = client(server.address().port());
    client.get("cache", "key").await.expect("open");
    client.close();
    let error = client.get("cache", "key").await.expect_err("closed");
    assert_eq!(error.code(), ErrorCode::FailedPrecondition, "{error}");
}

/// Takes the first request of each connection and breaks the connection without an answer.
async fn breaking_server(seen: std::sync::Arc<std::sync::atomic::AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = std::sync::Arc::clone(&seen);
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                if let Some(Ok(_)) = connection.accept().await {
                    seen.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn a_call_whose_connection_broke_is_sent_again_only_where_that_does_no_harm() {
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let port = breaking_server(std::sync::Arc::clone(&seen)).await;
    let options = ClientOptions::new(Credential::local("127.0.0.1", port));
    // What the retry strategy adds is told in tests/calls.rs.
    let configuration = Configuration::lambda().with_retry(Retry::None);
    let client = CacheClient::new(options.with_configuration(configuration)).expect("a client");
    let count = || seen.swap(0, std::sync::atomic::Ordering::SeqCst);

    let error = client
        .get("cache", "key")
        .await
        .expect_err("no answer, twice");
    assert_eq!(
        (error.code(), count()),
        (ErrorCode::ServerUnavailable, 2),
        "{error}"
    );
    let error = client
        .create_cache("cache")
        .await
        .expect_err("no answer, once");
    assert_eq!(
        (error.code(), count()),
        (ErrorCode::ServerUnavailable, 1),
        "{error}"
    );
}

/// Reads HTTP/2 frames until one with HEADERS has come: the client's request.
async fn read_request(stream: &mut tokio::net::TcpStream) {
    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    let mut preface = [0; PREFACE];
    stream.read_exact(&mut preface).await.unwrap();
    loop {
        let mut frame = [0; 9];
        stream.read_exact(&mut frame).await.unwrap();
        let length = u32::from_be_bytes([0, frame[0], frame[1], frame[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).await.unwrap();
        if frame[3] == HEADERS {
            return;
        }
    }
}

#[tokio::test]
async fn a_request_that_a_goaway_leaves_out_is_sent_again_whatever_it_is() {
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // Last stream 0, so none was looked at; NO_ERROR.
    const GOAWAY: [u8; 17] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let server = server().await;
    let leaving = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(leaving.local_addr().unwrap().port());
    let address = server.address();
    let serving = tokio::spawn(async move {
        let (mut first, _) = leaving.accept().await.unwrap();
        read_request(&mut first).await;
        first.write_all(&SETTINGS).await.unwrap();
        first.write_all(&GOAWAY).await.unwrap();
        let (mut second, _) = leaving.accept().await.unwrap();
        let mut upstream = tokio::net::TcpStream::connect(address).await.unwrap();
        drop(tokio::io::copy_bidirectional(&mut second, &mut upstream).await);
    });
    let number = client.increment("cache", "key", 1, None).await;
    assert_eq!(number.expect("the second connection's answer"), 1);
    assert_eq!(client.counters().repeated, 1);
    serving.abort();
}

/// Resets each request with the next of `reasons`, and answers those after them with a miss. Counts
/// connections and requests.
async fn resetting_server(reasons: Vec<h2::Reason>) -> (u16, std::sync::Arc<[AtomicUsize; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let counts = std::sync::Arc::new([AtomicUsize::new(0), AtomicUsize::new(0)]);
    let counted = std::sync::Arc::clone(&counts);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted[0].fetch_add(1, Ordering::SeqCst);
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                let number = counted[1].fetch_add(1, Ordering::SeqCst);
                if let Some(reason) = reasons.get(number) {
                    respond.send_reset(*reason);
                    continue;
                }
                let head = http::Response::builder().header("content-type", "application/grpc");
                let mut body = respond
                    .send_response(head.body(()).unwrap(), false)
                    .unwrap();
                // GetResponse { result: Miss }.
                let message = bytes::Bytes::from_static(&[0, 0, 0, 0, 2, 8, 3]);
                body.send_data(message, false).unwrap();
                let mut trailers = http::HeaderMap::new();
                trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
                body.send_trailers(trailers).unwrap();
            }
        }
    });
    (port, counts)
}

#[tokio::test]
async fn a_refused_request_is_sent_again_on_the_same_connection_whatever_it_is() {
    let (port, counts) = resetting_server(vec![h2::Reason::REFUSED_STREAM]).await;
    let client = client(port);
    // The answer reads as an increment's, too: the field has the same number.
    let number = client.increment("cache", "key", 1, None).await;
    assert_eq!(number.expect("an answer"), 3);
    assert_eq!(counts[1].load(Ordering::SeqCst), 2);
    assert_eq!(counts[0].load(Ordering::SeqCst), 1, "connections");
}

#[tokio::test]
async fn a_reset_request_is_the_services_failure_and_not_the_connections() {
    use h2::Reason;
    for (reason, code) in [
        (Reason::INTERNAL_ERROR, ErrorCode::InternalServer),
        (Reason::CANCEL, ErrorCode::Cancelled),
        (Reason::ENHANCE_YOUR_CALM, ErrorCode::LimitExceeded),
    ] {
        let (port, counts) = resetting_server(vec![reason]).await;
        let client = client(port);
        let error = client.increment("cache", "key", 1, None).await;
        assert_eq!(error.expect_err("a reset").code(), code);
        assert_eq!(counts[1].load(Ordering::SeqCst), 1, "never sent twice");
        client.get("cache", "key").await.expect("a miss");
        assert_eq!(counts[0].load(Ordering::SeqCst), 1, "connections");
    }
}
