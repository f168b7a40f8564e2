//! `Scs`: the items of a cache.
//!
//! Every RPC takes the same way: its cache is found, then a function of the RPC's name turns the message into what the
//! cache is asked for, and the cache's answer into a message. These functions stand in a file per group; none of them
//! waits for anything.

// One shape for all RPCs: each takes its message, and may refuse it.
#![allow(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the functions of all RPCs have one shape"
)]

mod batch;
mod conditional;
mod dictionary;
mod key;
mod list;
mod list_removal;
mod scalar;
mod set;
mod sorted_set;
mod sorted_set_fetch;

use std::sync::Arc;
use std::time::Instant;

use momento_protos::cache_client as wire;
use momento_protos::cache_client::scs_server::Scs;
use tonic::{Request, Response, Status};

use crate::cache::Cache;
use crate::data::batch::Answers;
use crate::status;
use crate::store::Store;

#[derive(Debug)]
pub(crate) struct Data {
    store: Arc<Store>,
}

impl Data {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// The cache that the call's metadata names.
    fn cache<T>(&self, request: &Request<T>) -> Result<Arc<Cache>, Status> {
        let name = request
            .metadata()
            .get("cache")
            .ok_or_else(status::no_cache_metadata)?;
        let name = std::str::from_utf8(name.as_bytes())
            .map_err(|_| Status::invalid_argument("the `cache` metadata is not UTF-8"))?;
        if name.trim().is_empty() {
            return Err(status::empty_cache_name());
        }
        self.store
            .cache(name)
            .ok_or_else(|| status::cache_not_found(name))
    }
}

/// The methods are spelled here as `async_trait` would have expanded them, since that macro runs first and cannot look
/// into this one.
macro_rules! rpcs {
    ($($group:ident::$method:ident($request:ident) -> $response:ident;)+) => {
        $(
            fn $method<'life, 'async_trait>(
                &'life self,
                request: Request<wire::$request>,
            ) -> ::core::pin::Pin<Box<
                dyn ::core::future::Future<
                    Output = Result<Response<wire::$response>, Status>,
                > + ::core::marker::Send + 'async_trait,
            >>
            where
                'life: 'async_trait,
                Self: 'async_trait,
            {
                let answer = self.cache(&request).and_then(|cache| {
                    $group::$method(&cache, request.into_inner(), Instant::now())
                });
                Box::pin(::core::future::ready(answer.map(Response::new)))
            }
        )+
    };
}

#[tonic::async_trait]
impl Scs for Data {
    type GetBatchStream = Answers<wire::GetResponse>;
    type SetBatchStream = Answers<wire::SetResponse>;

    async fn get_batch(
        &self,
        request: Request<wire::GetBatchRequest>,
    ) -> Result<Response<Self::GetBatchStream>, Status> {
        let cache = self.cache(&request)?;
        Ok(Response::new(batch::get_batch(cache, request.into_inner())))
    }

    async fn set_batch(
        &self,
        request: Request<wire::SetBatchRequest>,
    ) -> Result<Response<Self::SetBatchStream>, Status> {
        let cache = self.cache(&request)?;
        batch::set_batch(&cache, request.into_inner(), Instant::now()).map(Response::new)
    }

    rpcs! {
        scalar::get(GetRequest) -> GetResponse;
        scalar::get_with_hash(GetWithHashRequest) -> GetWithHashResponse;
        scalar::set(SetRequest) -> SetResponse;
        scalar::increment(IncrementRequest) -> IncrementResponse;
        conditional::set_if(SetIfRequest) -> SetIfResponse;
        conditional::set_if_hash(SetIfHashRequest) -> SetIfHashResponse;
        conditional::set_if_not_exists(SetIfNotExistsRequest) -> SetIfNotExistsResponse;
        key::delete(DeleteRequest) -> DeleteResponse;
        key::keys_exist(KeysExistRequest) -> KeysExistResponse;
        key::update_ttl(UpdateTtlRequest) -> UpdateTtlResponse;
        key::item_get_ttl(ItemGetTtlRequest) -> ItemGetTtlResponse;
        key::item_get_type(ItemGetTypeRequest) -> ItemGetTypeResponse;
        dictionary::dictionary_get(DictionaryGetRequest) -> DictionaryGetResponse;
        dictionary::dictionary_fetch(DictionaryFetchRequest) -> DictionaryFetchResponse;
        dictionary::dictionary_set(DictionarySetRequest) -> DictionarySetResponse;
        dictionary::dictionary_increment(DictionaryIncrementRequest) -> DictionaryIncrementResponse;
        dictionary::dictionary_delete(DictionaryDeleteRequest) -> DictionaryDeleteResponse;
        dictionary::dictionary_length(DictionaryLengthRequest) -> DictionaryLengthResponse;
        set::set_fetch(SetFetchRequest) -> SetFetchResponse;
        set::set_sample(SetSampleRequest) -> SetSampleResponse;
        set::set_union(SetUnionRequest) -> SetUnionResponse;
        set::set_difference(SetDifferenceRequest) -> SetDifferenceResponse;
        set::set_contains(SetContainsRequest) -> SetContainsResponse;
        set::set_length(SetLengthRequest) -> SetLengthResponse;
        set::set_pop(SetPopRequest) -> SetPopResponse;
        list::list_push_front(ListPushFrontRequest) -> ListPushFrontResponse;
        list::list_push_back(ListPushBackRequest) -> ListPushBackResponse;
        list::list_pop_front(ListPopFrontRequest) -> ListPopFrontResponse;
        list::list_pop_back(ListPopBackRequest) -> ListPopBackResponse;
        list::list_fetch(ListFetchRequest) -> ListFetchResponse;
        list::list_length(ListLengthRequest) -> ListLengthResponse;
        list::list_concatenate_front(ListConcatenateFrontRequest) -> ListConcatenateFrontResponse;
        list::list_concatenate_back(ListConcatenateBackRequest) -> ListConcatenateBackResponse;
        list_removal::list_erase(ListEraseRequest) -> ListEraseResponse;
        list_removal::list_remove(ListRemoveRequest) -> ListRemoveResponse;
        list_removal::list_retain(ListRetainRequest) -> ListRetainResponse;
        sorted_set::sorted_set_put(SortedSetPutRequest) -> SortedSetPutResponse;
        sorted_set::sorted_set_get_score(SortedSetGetScoreRequest) -> SortedSetGetScoreResponse;
        sorted_set::sorted_set_remove(SortedSetRemoveRequest) -> SortedSetRemoveResponse;
        sorted_set::sorted_set_increment(SortedSetIncrementRequest) -> SortedSetIncrementResponse;
        sorted_set::sorted_set_get_rank(SortedSetGetRankRequest) -> SortedSetGetRankResponse;
        sorted_set::sorted_set_length(SortedSetLengthRequest) -> SortedSetLengthResponse;
        sorted_set::sorted_set_union_store(SortedSetUnionStoreRequest) -> SortedSetUnionStoreResponse;
        sorted_set_fetch::sorted_set_fetch(SortedSetFetchRequest) -> SortedSetFetchResponse;
        sorted_set_fetch::sorted_set_length_by_score(SortedSetLengthByScoreRequest) -> SortedSetLengthByScoreResponse;
    }
}

fn hit_or_miss(hit: bool) -> i32 {
    if hit {
        wire::ECacheResult::Hit.into()
    } else {
        wire::ECacheResult::Miss.into()
    }
}

/// A length as the wire has it. No request is large enough to make one that does not fit.
fn length(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn size(size: u32) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
