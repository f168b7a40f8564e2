//! Gets in a closed loop: so many workers, each of which begins its next call when the last has been answered.
//!
//! The crate is measured on both of tokio's runtimes, since a user may have either: on one thread, as it would stand
//! below a host language, and on the default one with a thread for each core.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use momento::CacheClient;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use crate::client::{CACHE, connect, get, microseconds};
use crate::{Error, current_thread};

#[derive(Deserialize)]
pub(crate) struct Task {
    /// `current_thread` or `multi_thread`.
    runtime: String,
    size: usize,
    in_flight: Vec<usize>,
    warmup: usize,
    seconds: f64,
}

/// Which calls are measured: those after the first `warmup`, for `length`, but at least one from each worker.
struct Window {
    warmup: usize,
    least: usize,
    length: Duration,
    finished: AtomicUsize,
    opened: OnceLock<Instant>,
    closed: AtomicBool,
}

impl Window {
    fn new(in_flight: usize, task: &Task) -> Self {
        Self {
            warmup: task.warmup,
            least: in_flight,
            length: Duration::from_secs_f64(task.seconds),
            finished: AtomicUsize::new(0),
            opened: OnceLock::new(),
            closed: AtomicBool::new(false),
        }
    }

    /// A call has ended; -> whether there is more to do.
    fn count(&self, ended: Instant) -> bool {
        let finished = self.finished.fetch_add(1, Ordering::Relaxed) + 1;
        if finished >= self.warmup {
            let opened = *self.opened.get_or_init(|| ended);
            if finished >= self.warmup + self.least
                && ended.saturating_duration_since(opened) >= self.length
            {
                self.closed.store(true, Ordering::Relaxed);
            }
        }
        !self.closed.load(Ordering::Relaxed)
    }
}

pub(crate) fn measure(task: &Task) -> Result<Value, Error> {
    let runtime = match task.runtime.as_str() {
        "current_thread" => current_thread()?,
        _ => Builder::new_multi_thread().enable_all().build()?,
    };
    runtime.block_on(async {
        let client = connect()?;
        client.set(CACHE, "key", vec![b'v'; task.size]).await?;
        let mut figures = Vec::new();
        for &in_flight in &task.in_flight {
            figures.push(at(&client, in_flight, task).await?);
        }
        Ok(Value::Array(figures))
    })
}

async fn at(client: &CacheClient, in_flight: usize, task: &Task) -> Result<Value, Error> {
    let window = Arc::new(Window::new(in_flight, task));
    let mut workers = JoinSet::new();
    for _ in 0..in_flight {
        let (client, window, size) = (client.clone(), Arc::clone(&window), task.size);
        workers.spawn(async move {
            let mut calls = Vec::new();
            loop {
                let begun = Instant::now();
                get(&client, "key", size).await?;
                let ended = Instant::now();
                calls.push((begun, ended));
                if !window.count(ended) {
                    return Ok::<_, Error>(calls);
                }
            }
        });
    }
    let mut calls = Vec::new();
    while let Some(worker) = workers.join_next().await {
        calls.extend(worker??);
    }
    calls.sort_unstable_by_key(|&(_, ended)| ended);
    let opened = calls[window.warmup - 1].1;
    let least = window.warmup + window.least;
    let length = calls[least..].partition_point(|&(_, ended)| ended - opened < window.length);
    let measured = &calls[window.warmup..(least + length).min(calls.len())];
    let taken: Vec<f64> = measured
        .iter()
        .map(|&(begun, ended)| microseconds(ended - begun))
        .collect();
    let closed = measured.last().ok_or("nothing was measured")?.1;
    #[expect(clippy::cast_precision_loss, reason = "not so many calls")]
    let per_second = taken.len() as f64 / (closed - opened).as_secs_f64();
    Ok(json!({ "in_flight": in_flight, "per_second": per_second, "latencies": taken }))
}
