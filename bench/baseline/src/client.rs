//! The crate's client as its users make it, over one connection, and the calls that are timed.

use std::time::{Duration, Instant};

use momento::cache::{Configuration, GetResponse};
use momento::config::grpc_configuration::GrpcConfiguration;
use momento::config::transport_strategy::TransportStrategy;
use momento::{CacheClient, CredentialProvider};

use crate::Error;

pub(crate) const CACHE: &str = "cache";
/// As the other subjects: 10,000 calls at once must not run into the preset's 1.1 s.
const DEADLINE: Duration = Duration::from_mins(1);
const TTL: Duration = Duration::from_hours(1);

/// The preset for Lambda but for the deadline: no keep-alives, one channel.
pub(crate) fn connect() -> Result<CacheClient, Error> {
    let key = std::env::var("BENCH_KEY")?;
    let endpoint = std::env::var("BENCH_ENDPOINT")?;
    let provider = CredentialProvider::from_api_key_v2(key, "unused.example")?
        .insecure_endpoint_override(&endpoint);
    let transport = TransportStrategy::builder()
        .grpc_configuration(GrpcConfiguration::builder().deadline(DEADLINE));
    let client = CacheClient::builder()
        .default_ttl(TTL)
        .configuration(Configuration::builder().transport_strategy(transport))
        .credential_provider(provider)
        .build()?;
    Ok(client)
}

/// A get that must find `size` bytes.
pub(crate) async fn get(client: &CacheClient, key: &str, size: usize) -> Result<(), Error> {
    match client.get(CACHE, key).await? {
        GetResponse::Hit { value } => {
            let value: Vec<u8> = value.into();
            if value.len() == size {
                Ok(())
            } else {
                Err(format!("{key} has {} bytes", value.len()).into())
            }
        }
        GetResponse::Miss => Err(format!("{key} is missing").into()),
    }
}

/// Calls one after the other; -> the microseconds of each after the warm-up.
pub(crate) async fn timed<F>(
    warmup: usize,
    calls: usize,
    mut call: impl FnMut() -> F,
) -> Result<Vec<f64>, Error>
where
    F: Future<Output = Result<(), Error>>,
{
    let mut taken = Vec::with_capacity(calls);
    for number in 0..warmup + calls {
        let begun = Instant::now();
        call().await?;
        if number >= warmup {
            taken.push(microseconds(begun.elapsed()));
        }
    }
    Ok(taken)
}

/// To a hundredth.
pub(crate) fn microseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e8).round() / 100.0
}
