//! `work-bare GETS SETS`: that many calls through the momento crate, one at a time, on a current-thread runtime.
//! `work-bare latency CALLS`: prints the p50 of a get in microseconds.

use momento::cache::{GetResponse, configurations};
use momento::{CacheClient, CredentialProvider};
use std::error::Error;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CACHE: &str = "cache";
const KEY: &str = "key";
const VALUE: [u8; 100] = [b'v'; 100];
const DEFAULT_TTL: Duration = Duration::from_secs(60);

fn client() -> Result<CacheClient> {
    let endpoint = std::env::var("BENCH_ENDPOINT")?;
    let credential = CredentialProvider::from_api_key_v2(std::env::var("BENCH_KEY")?, &endpoint)?
        .insecure_endpoint_override(&endpoint);
    Ok(CacheClient::builder()
        .default_ttl(DEFAULT_TTL)
        .configuration(configurations::Lambda::latest())
        .credential_provider(credential)
        .build()?)
}

fn check(found: GetResponse) -> Result<()> {
    let value: Option<Vec<u8>> = match found {
        GetResponse::Hit { value } => Some(value.into()),
        GetResponse::Miss => None,
    };
    if value.as_deref() == Some(&VALUE) {
        Ok(())
    } else {
        Err(format!("not what was stored: {value:?}").into())
    }
}

async fn count(gets: u32, sets: u32) -> Result<()> {
    let client = client()?;
    client.set(CACHE, KEY, VALUE.to_vec()).await?;
    let mut found = client.get(CACHE, KEY).await?;
    for _ in 0..gets {
        found = client.get(CACHE, KEY).await?;
    }
    for _ in 0..sets {
        client.set(CACHE, KEY, VALUE.to_vec()).await?;
    }
    check(found)
}

async fn latency(calls: usize) -> Result<()> {
    let client = client()?;
    client.set(CACHE, KEY, VALUE.to_vec()).await?;
    check(client.get(CACHE, KEY).await?)?;
    let mut times = Vec::with_capacity(calls);
    for _ in 0..calls {
        let begun = Instant::now();
        client.get(CACHE, KEY).await?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    let p50 = times.get(calls / 2).ok_or("no calls")?;
    println!("{}", p50.as_secs_f64() * 1e6);
    Ok(())
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, second] = arguments.as_slice() else {
        return Err("usage: work-bare (GETS SETS|latency CALLS)".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if first == "latency" {
        runtime.block_on(latency(second.parse()?))
    } else {
        runtime.block_on(count(first.parse()?, second.parse()?))
    }
}
