//! Sorted sets as pairs of values and scores.

use super::{Client, MINUTE, bytes, call};
use momento_protos::cache_client::sorted_set_fetch_request::{Order, Range};
use momento_protos::cache_client::sorted_set_fetch_response::found::Elements;

use momento_protos::cache_client::{
    SortedSetElement, SortedSetFetchRequest, SortedSetPutRequest, sorted_set_fetch_response,
};
use tonic::Status;

pub type Pairs = Vec<(String, f64)>;

pub async fn put<const COUNT: usize>(
    client: &mut Client,
    name: &str,
    pairs: [(&str, f64); COUNT],
) -> Result<(), Status> {
    let elements = pairs.map(|(value, score)| SortedSetElement {
        value: bytes(value),
        score,
    });
    call!(client.sorted_set_put(SortedSetPutRequest {
        set_name: bytes(name),
        elements: elements.into(),
        ttl_milliseconds: MINUTE,
        refresh_ttl: false,
    }))?;
    Ok(())
}

/// A range of a set; `None` if it is missing.
pub async fn fetch(
    client: &mut Client,
    name: &str,
    order: Order,
    range: Option<Range>,
) -> Result<Option<Pairs>, Status> {
    let answer = call!(client.sorted_set_fetch(SortedSetFetchRequest {
        set_name: bytes(name),
        order: order.into(),
        with_scores: true,
        range,
    }))?;
    Ok(match answer.sorted_set {
        Some(sorted_set_fetch_response::SortedSet::Found(found)) => match found.elements {
            Some(Elements::ValuesWithScores(found)) => Some(
                found
                    .elements
                    .into_iter()
                    .map(|element| {
                        (
                            String::from_utf8_lossy(&element.value).into_owned(),
                            element.score,
                        )
                    })
                    .collect(),
            ),
            other => return Err(Status::internal(format!("{other:?}"))),
        },
        _ => None,
    })
}

pub async fn fetch_all(client: &mut Client, name: &str) -> Result<Option<Pairs>, Status> {
    fetch(client, name, Order::Ascending, None).await
}

pub fn pairs<const COUNT: usize>(pairs: [(&str, f64); COUNT]) -> Pairs {
    pairs.map(|(value, score)| (value.to_owned(), score)).into()
}
