//! `work-core (sync|async) GETS SETS`: that many calls through momento-lambda-core, one at a time.
//!
//! Made as the bindings make them. Sync is Python's `wait`: the calling thread drives the core's event loop, and comes up
//! for signals after 100 ms. Async is asyncio's and Node's: the core's worker drives the loop, and the host is woken when a
//! call has finished; the host is a thread here that parks.

use momento_lambda_core::bridge::{Asks, Completions, Event, Submissions};
use momento_lambda_core::operation::{Reply, Request};
use momento_lambda_core::token::{Credential, Endpoints};
use momento_lambda_core::{CacheClient, ClientOptions, runtime};
use secrecy::SecretString;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CACHE: &str = "cache";
const KEY: &[u8] = b"key";
const VALUE: [u8; 100] = [b'v'; 100];
const SIGNALS_EVERY: Duration = Duration::from_millis(100);

fn get() -> Request {
    Request::Get {
        cache_name: CACHE.to_owned(),
        key: KEY.to_vec(),
        decompress: None,
    }
}

fn set() -> Request {
    Request::Set {
        cache_name: CACHE.to_owned(),
        key: KEY.to_vec(),
        value: VALUE.to_vec(),
        ttl: None,
        compress: None,
    }
}

fn sync(client: &CacheClient, request: Request) -> Result<Reply> {
    let mut call = Box::pin(client.execute(request));
    loop {
        if let Some(reply) = runtime::block_on_for(SIGNALS_EVERY, call.as_mut())? {
            return Ok(reply);
        }
    }
}

fn parked() -> Submissions {
    let host = std::thread::current();
    Submissions::new(Arc::new(Completions::new(move || host.unpark())))
}

fn submitted(client: &CacheClient, request: Request, submissions: &Submissions) -> Result<Reply> {
    submissions.call(client, request, 1, Asks::default())?;
    loop {
        let mut events = submissions.completions().drain();
        if let Some(Event::Completed(completion)) = events.pop_front() {
            return Ok(completion.outcome?);
        }
        std::thread::park();
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, gets, sets] = arguments.as_slice() else {
        return Err("usage: work-core (sync|async) GETS SETS".into());
    };
    let address: std::net::SocketAddr = std::env::var("BENCH_ENDPOINT")?
        .trim_start_matches("http://")
        .parse()?;
    let endpoints = Endpoints::local(&address.ip().to_string(), address.port());
    let credential = Credential::new(SecretString::from(std::env::var("BENCH_KEY")?), endpoints);
    let client = CacheClient::new(ClientOptions::new(credential))?;
    let submissions = parked();
    let call = |request| match host.as_str() {
        "sync" => sync(&client, request),
        "async" => submitted(&client, request, &submissions),
        other => Err(format!("{other}? sync or async").into()),
    };
    call(set())?;
    let mut found = call(get())?;
    for _ in 0..gets.parse::<u32>()? {
        found = call(get())?;
    }
    for _ in 0..sets.parse::<u32>()? {
        call(set())?;
    }
    match found {
        Reply::Hit(value) if *value == VALUE => Ok(()),
        other => Err(format!("not what was stored: {other:?}").into()),
    }
}
