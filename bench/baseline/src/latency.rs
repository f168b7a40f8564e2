//! Get and set one at a time.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::client::{CACHE, connect, get, timed};

#[derive(Deserialize)]
pub(crate) struct Task {
    operations: Vec<String>,
    size: usize,
    warmup: usize,
    calls: usize,
}

pub(crate) async fn measure(task: &Task) -> Result<Value, Error> {
    let client = connect()?;
    let value = vec![b'v'; task.size];
    client.set(CACHE, "key", value.clone()).await?;
    let mut figures = Map::new();
    for operation in &task.operations {
        let taken = if operation == "get" {
            timed(task.warmup, task.calls, || get(&client, "key", task.size)).await?
        } else {
            let (client, value) = (&client, &value);
            timed(task.warmup, task.calls, || async move {
                client.set(CACHE, "key", value.clone()).await?;
                Ok(())
            })
            .await?
        };
        figures.insert(operation.clone(), json!(taken));
    }
    Ok(Value::Object(figures))
}
