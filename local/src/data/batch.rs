//! Many items in one call, answered one by one in the order they were asked for.

use std::sync::Arc;
use std::time::Instant;

use momento_protos::cache_client as wire;
use tonic::Status;
use tonic::codegen::tokio_stream::{self, Iter};

use crate::cache::Cache;
use crate::data::scalar;
use crate::limits;

/// The answers of a batch.
pub(super) type Answers<T> = Iter<Box<dyn Iterator<Item = Result<T, Status>> + Send>>;

/// Each item is read when its answer is about to be sent: a thousand items of five megabytes are never held at once.
pub(super) fn get_batch(
    cache: Arc<Cache>,
    request: wire::GetBatchRequest,
) -> Answers<wire::GetResponse> {
    let items = request.items.into_iter();
    let answers = items.map(move |item| scalar::get(&cache, item, Instant::now()));
    in_turn(answers)
}

/// Every item is stored before the first answer, and none if one of them can't be.
pub(super) fn set_batch(
    cache: &Cache,
    request: wire::SetBatchRequest,
    now: Instant,
) -> Result<Answers<wire::SetResponse>, Status> {
    for item in &request.items {
        limits::ttl(item.ttl_milliseconds)?;
        limits::item_size(&item.cache_key, &item.cache_body)?;
    }
    let items = request.items.into_iter();
    let answers: Vec<_> = items.map(|item| scalar::set(cache, item, now)).collect();
    Ok(in_turn(answers.into_iter()))
}

fn in_turn<T>(answers: impl Iterator<Item = Result<T, Status>> + Send + 'static) -> Answers<T> {
    let answers: Box<dyn Iterator<Item = _> + Send> = Box::new(answers);
    tokio_stream::iter(answers)
}
