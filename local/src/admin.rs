//! The admin port: counters and levers over plain HTTP, for tests in any language.
//!
//! `GET /counters`, `GET /last-metadata`, `POST /reset`, `POST /flush`, `POST /close-connections`, `GET /block`,
//! `GET /unblock`; answers are JSON. The last two are GET since they are so in Momento's own test server.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::server::State;

const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until the task is cancelled; its connections end with it.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let state = Arc::clone(&state);
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let state = Arc::clone(&state);
                async move { Ok::<_, Infallible>(answer(&request, &state)) }
            });
            let mut http = http1::Builder::new();
            // What is wrong with a connection that breaks, its client knows.
            let _ = http
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn answer(request: &Request<Incoming>, state: &State) -> Response<Full<Bytes>> {
    let (method, answer): (Method, fn(&State) -> Value) = match request.uri().path() {
        "/counters" => (Method::GET, |state| json!(state.counters())),
        "/last-metadata" => (Method::GET, |state| json!(state.last_metadata())),
        "/reset" => (Method::POST, |state| {
            state.reset();
            json!({})
        }),
        "/flush" => (Method::POST, |state| {
            state.flush();
            json!({})
        }),
        "/close-connections" => (Method::POST, |state| {
            state.close_connections();
            json!({})
        }),
        "/block" => (Method::GET, |state| {
            state.block();
            json!({})
        }),
        "/unblock" => (Method::GET, |state| {
            state.unblock();
            json!({})
        }),
        _ => return respond(StatusCode::NOT_FOUND, &json!({"error": "no such path"})),
    };
    if request.method() != method {
        let error = json!({"error": format!("this path takes {method}")});
        let mut response = respond(StatusCode::METHOD_NOT_ALLOWED, &error);
        if let Ok(allowed) = HeaderValue::from_str(method.as_str()) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        return response;
    }
    respond(StatusCode::OK, &answer(state))
}

fn respond(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(format!("{body}\n"))));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
