//! What the languages are compared with: the bare momento crate, and raw TCP for the floor.
//!
//! Problem: nothing in Python or Node can be faster than what is below it, so that has to be measured in the same run,
//! against the same server. Choice: one program that takes the same tasks as `bench/programs/python.py`, as one JSON
//! argument, and prints one JSON document; times in it are microseconds.

mod client;
mod floor;
mod latency;
mod throughput;
mod values;

use serde::Deserialize;
use serde_json::Value;

/// What any part may fail with; it ends the program.
type Error = Box<dyn std::error::Error + Send + Sync>;

/// What is to be measured; the fields are those of `bench/programs/tasks.py`.
#[derive(Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
enum Task {
    Latency(latency::Task),
    Throughput(throughput::Task),
    Values(values::Sizes),
    Collections(values::Collections),
    Floor(floor::Task),
    FloorServer,
}

fn main() -> Result<(), Error> {
    let argument = std::env::args()
        .nth(1)
        .ok_or("one argument, a task in JSON, is wanted")?;
    let figures: Value = match serde_json::from_str(&argument)? {
        Task::Latency(task) => current_thread()?.block_on(latency::measure(&task))?,
        Task::Throughput(task) => throughput::measure(&task)?,
        Task::Values(task) => current_thread()?.block_on(values::sizes(&task))?,
        Task::Collections(task) => current_thread()?.block_on(values::collections(&task))?,
        Task::Floor(task) => floor::measure(&task)?,
        Task::FloorServer => return floor::serve(),
    };
    println!("{figures}");
    Ok(())
}

/// One thread that does all: what a call costs, without hand-over between threads.
fn current_thread() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
