//! Values of many sizes, batches and whole collections, one call at a time.

use std::collections::HashMap;

use momento::CacheClient;
use momento::cache::{DictionaryFetchResponse, GetResponse, ListFetchResponse, SetResponse};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::client::{CACHE, connect, get, timed};

#[derive(Deserialize)]
pub(crate) struct Sizes {
    /// Bytes of a value, and how many calls.
    sizes: Vec<(usize, usize)>,
}

/// Figures for each size, in the order of the task.
pub(crate) async fn sizes(task: &Sizes) -> Result<Value, Error> {
    let client = connect()?;
    let mut figures = Vec::new();
    for &(size, calls) in &task.sizes {
        let (client, value) = (&client, &vec![b'v'; size]);
        let set = timed(calls.div_ceil(5), calls, || async move {
            client.set(CACHE, "value", value.clone()).await?;
            Ok(())
        })
        .await?;
        let got = timed(calls.div_ceil(5), calls, || get(client, "value", size)).await?;
        figures.push(json!({ "size": size, "set": set, "get": got }));
    }
    Ok(Value::Array(figures))
}

#[derive(Deserialize)]
pub(crate) struct Collections {
    batch: usize,
    size: usize,
    list: String,
    dictionary: String,
    elements: usize,
    warmup: usize,
    calls: usize,
}

pub(crate) async fn collections(task: &Collections) -> Result<Value, Error> {
    let client = &connect()?;
    let keys: Vec<String> = (0..task.batch)
        .map(|number| format!("batch-{number}"))
        .collect();
    let items: HashMap<String, Vec<u8>> = keys
        .iter()
        .map(|key| (key.clone(), vec![b'v'; task.size]))
        .collect();
    let (keys, items) = (&keys, &items);
    let mut figures = Map::new();
    let set = timed(task.warmup, task.calls, || set_batch(client, items)).await?;
    figures.insert("set_batch".into(), json!(set));
    let got = timed(task.warmup, task.calls, || get_batch(client, keys)).await?;
    figures.insert("get_batch".into(), json!(got));
    let list = timed(task.warmup, task.calls, || {
        list_fetch(client, &task.list, task.elements)
    })
    .await?;
    figures.insert("list_fetch".into(), json!(list));
    let dictionary = timed(task.warmup, task.calls, || {
        dictionary_fetch(client, &task.dictionary, task.elements)
    })
    .await?;
    figures.insert("dictionary_fetch".into(), json!(dictionary));
    Ok(Value::Object(figures))
}

async fn set_batch(client: &CacheClient, items: &HashMap<String, Vec<u8>>) -> Result<(), Error> {
    #[expect(clippy::zero_sized_map_values, reason = "so the crate answers")]
    let answers: HashMap<Vec<u8>, SetResponse> =
        client.set_batch(CACHE, items.clone()).await?.into();
    all_there(answers.len(), items.len())
}

async fn get_batch(client: &CacheClient, keys: &[String]) -> Result<(), Error> {
    let answers: HashMap<Vec<u8>, GetResponse> =
        client.get_batch(CACHE, keys.to_vec()).await?.into();
    let hits = answers
        .values()
        .filter(|answer| matches!(answer, GetResponse::Hit { .. }))
        .count();
    all_there(hits, keys.len())
}

async fn list_fetch(client: &CacheClient, name: &str, elements: usize) -> Result<(), Error> {
    match client.list_fetch(CACHE, name).await? {
        ListFetchResponse::Hit { values } => {
            let values: Vec<Vec<u8>> = values.into();
            all_there(values.len(), elements)
        }
        ListFetchResponse::Miss => all_there(0, elements),
    }
}

async fn dictionary_fetch(client: &CacheClient, name: &str, elements: usize) -> Result<(), Error> {
    match client.dictionary_fetch(CACHE, name).await? {
        DictionaryFetchResponse::Hit { value } => {
            let value: HashMap<Vec<u8>, Vec<u8>> = value.into();
            all_there(value.len(), elements)
        }
        DictionaryFetchResponse::Miss => all_there(0, elements),
    }
}

fn all_there(found: usize, wanted: usize) -> Result<(), Error> {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{found} answers, {wanted} were wanted").into())
    }
}
