//! Many calls at one time, many items, large collections. The bounds are far above what it takes.

mod common;

use std::time::{Duration, Instant};

use common::{CACHE, Client, MINUTE, PATIENCE, TestResult, bytes, call, started};
use momento_lambda_local::{Options, Server};
use momento_protos::cache_client::sorted_set_fetch_response::found::Elements;
use momento_protos::cache_client::{
    DictionaryFetchRequest, DictionaryFieldValuePair, DictionarySetRequest, ECacheResult,
    GetBatchRequest, GetRequest, ListConcatenateBackRequest, ListFetchRequest, SetBatchRequest,
    SetRequest, SortedSetElement, SortedSetFetchRequest, SortedSetPutRequest,
    dictionary_fetch_response, list_fetch_response, sorted_set_fetch_response,
};
use tokio::task::JoinSet;

const CALLS: u64 = 2000;
/// For a million items: a debug build takes a tenth of it.
const LONG: Duration = Duration::from_secs(80);
const ELEMENTS: u32 = 100_000;
/// A gibibyte, for a million items, in kibibytes.
const MEMORY: u64 = 1024 * 1024;

#[tokio::test]
async fn two_thousand_calls_wait_at_one_time_on_one_connection() -> TestResult {
    let options = Options::default()
        .cache(CACHE)
        .latency(Duration::from_hours(1));
    let server = Server::start(options).await?;
    let client = Client::connect(&server).await?;
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let mut client = client.clone();
        calls.spawn(async move { client.get(b"key").await });
    }
    let start = Instant::now();
    while server.counters().calls_of("get") < CALLS {
        assert!(
            start.elapsed() < PATIENCE,
            "only {} calls arrived",
            server.counters().calls_of("get")
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(server.counters().connections, 1);
    assert!(calls.try_join_next().is_none(), "a call was answered");
    Ok(())
}

#[tokio::test]
async fn two_thousand_streams_share_a_connection() -> TestResult {
    let (server, client) = started().await?;
    let mut plain = client.clone();
    plain.set(b"key", b"value", MINUTE).await?;
    let client = client
        .header("delay-rpcs", "get-batch")
        .header("delay-ms", "500");
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        let mut client = client.clone();
        calls.spawn(async move {
            let items = vec![
                GetRequest {
                    cache_key: bytes("key")
                };
                10
            ];
            let mut answers = call!(client.get_batch(GetBatchRequest { items }))?;
            let mut hits = 0;
            while let Some(answer) = answers.message().await? {
                hits += u32::from(answer.result() == ECacheResult::Hit);
            }
            Ok::<_, tonic::Status>(hits)
        });
    }
    while let Some(hits) = calls.join_next().await {
        assert_eq!(hits??, 10);
    }
    assert!(
        start.elapsed() < PATIENCE,
        "they took {:?}",
        start.elapsed()
    );
    assert_eq!(server.counters().connections, 1);
    Ok(())
}

#[tokio::test]
async fn a_million_items_over_the_wire() -> TestResult {
    let (_server, mut client) = started().await?;
    let start = Instant::now();
    for batch in 0..100_u32 {
        let item = |number: u32| SetRequest {
            cache_key: number.to_be_bytes().to_vec(),
            cache_body: b"a small value".to_vec(),
            ttl_milliseconds: 10 * MINUTE,
        };
        let items = (batch * 10_000..(batch + 1) * 10_000).map(item).collect();
        let mut answers = call!(client.set_batch(SetBatchRequest { items }))?;
        let mut stored = 0;
        while let Some(answer) = answers.message().await? {
            stored += u32::from(answer.result() == ECacheResult::Ok);
        }
        assert_eq!(stored, 10_000);
    }
    assert_eq!(
        client.get(&999_999_u32.to_be_bytes()).await?,
        Some(bytes("a small value"))
    );
    let took = start.elapsed();
    assert!(took < LONG, "it took {took:?}");
    if let Some(kibibytes) = resident() {
        assert!(kibibytes < MEMORY, "they take {kibibytes} KiB");
    }
    Ok(())
}

/// This process's memory in kibibytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[tokio::test]
async fn collections_of_a_hundred_thousand_elements() -> TestResult {
    let (_server, mut client) = started().await?;
    let start = Instant::now();
    let values: Vec<_> = (0..ELEMENTS)
        .map(|number| bytes(&number.to_string()))
        .collect();

    let request = ListConcatenateBackRequest {
        list_name: bytes("list"),
        values: values.clone(),
        ttl_milliseconds: MINUTE,
        ..ListConcatenateBackRequest::default()
    };
    assert_eq!(
        call!(client.list_concatenate_back(request))?.list_length,
        ELEMENTS
    );
    let request = ListFetchRequest {
        list_name: bytes("list"),
        ..ListFetchRequest::default()
    };
    match call!(client.list_fetch(request))?.list {
        Some(list_fetch_response::List::Found(found)) => assert!(found.values == values),
        _ => return Err("the list is missing".into()),
    }

    let items = values.iter().map(|value| DictionaryFieldValuePair {
        field: value.clone(),
        value: value.clone(),
    });
    let request = DictionarySetRequest {
        dictionary_name: bytes("dictionary"),
        items: items.collect(),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    };
    call!(client.dictionary_set(request))?;
    let request = DictionaryFetchRequest {
        dictionary_name: bytes("dictionary"),
    };
    match call!(client.dictionary_fetch(request))?.dictionary {
        Some(dictionary_fetch_response::Dictionary::Found(found)) => {
            assert_eq!(found.items.len(), values.len());
        }
        _ => return Err("the dictionary is missing".into()),
    }

    let elements = values
        .iter()
        .zip(0..ELEMENTS)
        .map(|(value, number)| SortedSetElement {
            value: value.clone(),
            score: f64::from(number),
        });
    let request = SortedSetPutRequest {
        set_name: bytes("sorted set"),
        elements: elements.collect(),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    };
    call!(client.sorted_set_put(request))?;
    let request = SortedSetFetchRequest {
        set_name: bytes("sorted set"),
        ..SortedSetFetchRequest::default()
    };
    match call!(client.sorted_set_fetch(request))?.sorted_set {
        Some(sorted_set_fetch_response::SortedSet::Found(found)) => match found.elements {
            Some(Elements::Values(found)) => assert!(found.values == values),
            _ => return Err("values were asked for".into()),
        },
        _ => return Err("the sorted set is missing".into()),
    }
    assert!(start.elapsed() < PATIENCE, "it took {:?}", start.elapsed());
    Ok(())
}
