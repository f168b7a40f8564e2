//! `Scs`: items read, written and deleted.
//!
//! Each RPC finds its cache, checks its arguments and leaves the rest to the cache. The RPCs that are not written yet
//! stand at the end, one line each.

use std::sync::Arc;
use std::time::Instant;

use momento_protos::cache_client as wire;
use momento_protos::cache_client::scs_server::Scs;
use tonic::codegen::tokio_stream::Empty;
use tonic::{Request, Response, Status};

use crate::cache::{Cache, Value};
use crate::not_yet::not_yet;
use crate::store::Store;
use crate::{limits, status};

#[derive(Debug)]
pub(crate) struct Data {
    store: Arc<Store>,
}

type NoStream<T> = Empty<Result<T, Status>>;

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

#[tonic::async_trait]
impl Scs for Data {
    type GetBatchStream = NoStream<wire::GetResponse>;
    type SetBatchStream = NoStream<wire::SetResponse>;

    async fn get(
        &self,
        request: Request<wire::GetRequest>,
    ) -> Result<Response<wire::GetResponse>, Status> {
        let cache = self.cache(&request)?;
        let (result, cache_body) = match cache.get(&request.get_ref().cache_key, Instant::now()) {
            Some(Value::Scalar(bytes)) => (wire::ECacheResult::Hit, bytes.to_vec()),
            None => (wire::ECacheResult::Miss, Vec::new()),
        };
        Ok(Response::new(wire::GetResponse {
            result: result.into(),
            cache_body,
            message: String::new(),
        }))
    }

    async fn set(
        &self,
        request: Request<wire::SetRequest>,
    ) -> Result<Response<wire::SetResponse>, Status> {
        let cache = self.cache(&request)?;
        let wire::SetRequest {
            cache_key,
            cache_body,
            ttl_milliseconds,
        } = request.into_inner();
        let ttl = limits::ttl(ttl_milliseconds)?;
        limits::item_size(&cache_key, &cache_body)?;
        cache.set(
            cache_key,
            Value::Scalar(cache_body.into()),
            ttl,
            Instant::now(),
        );
        Ok(Response::new(wire::SetResponse {
            result: wire::ECacheResult::Ok.into(),
            message: String::new(),
        }))
    }

    async fn delete(
        &self,
        request: Request<wire::DeleteRequest>,
    ) -> Result<Response<wire::DeleteResponse>, Status> {
        self.cache(&request)?.delete(&request.get_ref().cache_key);
        Ok(Response::new(wire::DeleteResponse {}))
    }

    not_yet! {
        get_with_hash(wire::GetWithHashRequest) -> wire::GetWithHashResponse, "GetWithHash";
        get_batch(wire::GetBatchRequest) -> NoStream<wire::GetResponse>, "GetBatch";
        set_batch(wire::SetBatchRequest) -> NoStream<wire::SetResponse>, "SetBatch";
        set_if(wire::SetIfRequest) -> wire::SetIfResponse, "SetIf";
        set_if_hash(wire::SetIfHashRequest) -> wire::SetIfHashResponse, "SetIfHash";
        set_if_not_exists(wire::SetIfNotExistsRequest) -> wire::SetIfNotExistsResponse, "SetIfNotExists";
        keys_exist(wire::KeysExistRequest) -> wire::KeysExistResponse, "KeysExist";
        increment(wire::IncrementRequest) -> wire::IncrementResponse, "Increment";
        update_ttl(wire::UpdateTtlRequest) -> wire::UpdateTtlResponse, "UpdateTtl";
        item_get_ttl(wire::ItemGetTtlRequest) -> wire::ItemGetTtlResponse, "ItemGetTtl";
        item_get_type(wire::ItemGetTypeRequest) -> wire::ItemGetTypeResponse, "ItemGetType";
        dictionary_get(wire::DictionaryGetRequest) -> wire::DictionaryGetResponse, "DictionaryGet";
        dictionary_fetch(wire::DictionaryFetchRequest) -> wire::DictionaryFetchResponse, "DictionaryFetch";
        dictionary_set(wire::DictionarySetRequest) -> wire::DictionarySetResponse, "DictionarySet";
        dictionary_increment(wire::DictionaryIncrementRequest) -> wire::DictionaryIncrementResponse, "DictionaryIncrement";
        dictionary_delete(wire::DictionaryDeleteRequest) -> wire::DictionaryDeleteResponse, "DictionaryDelete";
        dictionary_length(wire::DictionaryLengthRequest) -> wire::DictionaryLengthResponse, "DictionaryLength";
        set_fetch(wire::SetFetchRequest) -> wire::SetFetchResponse, "SetFetch";
        set_sample(wire::SetSampleRequest) -> wire::SetSampleResponse, "SetSample";
        set_union(wire::SetUnionRequest) -> wire::SetUnionResponse, "SetUnion";
        set_difference(wire::SetDifferenceRequest) -> wire::SetDifferenceResponse, "SetDifference";
        set_contains(wire::SetContainsRequest) -> wire::SetContainsResponse, "SetContains";
        set_length(wire::SetLengthRequest) -> wire::SetLengthResponse, "SetLength";
        set_pop(wire::SetPopRequest) -> wire::SetPopResponse, "SetPop";
        list_push_front(wire::ListPushFrontRequest) -> wire::ListPushFrontResponse, "ListPushFront";
        list_push_back(wire::ListPushBackRequest) -> wire::ListPushBackResponse, "ListPushBack";
        list_pop_front(wire::ListPopFrontRequest) -> wire::ListPopFrontResponse, "ListPopFront";
        list_pop_back(wire::ListPopBackRequest) -> wire::ListPopBackResponse, "ListPopBack";
        list_erase(wire::ListEraseRequest) -> wire::ListEraseResponse, "ListErase";
        list_remove(wire::ListRemoveRequest) -> wire::ListRemoveResponse, "ListRemove";
        list_fetch(wire::ListFetchRequest) -> wire::ListFetchResponse, "ListFetch";
        list_length(wire::ListLengthRequest) -> wire::ListLengthResponse, "ListLength";
        list_concatenate_front(wire::ListConcatenateFrontRequest) -> wire::ListConcatenateFrontResponse, "ListConcatenateFront";
        list_concatenate_back(wire::ListConcatenateBackRequest) -> wire::ListConcatenateBackResponse, "ListConcatenateBack";
        list_retain(wire::ListRetainRequest) -> wire::ListRetainResponse, "ListRetain";
        sorted_set_put(wire::SortedSetPutRequest) -> wire::SortedSetPutResponse, "SortedSetPut";
        sorted_set_fetch(wire::SortedSetFetchRequest) -> wire::SortedSetFetchResponse, "SortedSetFetch";
        sorted_set_get_score(wire::SortedSetGetScoreRequest) -> wire::SortedSetGetScoreResponse, "SortedSetGetScore";
        sorted_set_remove(wire::SortedSetRemoveRequest) -> wire::SortedSetRemoveResponse, "SortedSetRemove";
        sorted_set_increment(wire::SortedSetIncrementRequest) -> wire::SortedSetIncrementResponse, "SortedSetIncrement";
        sorted_set_get_rank(wire::SortedSetGetRankRequest) -> wire::SortedSetGetRankResponse, "SortedSetGetRank";
        sorted_set_length(wire::SortedSetLengthRequest) -> wire::SortedSetLengthResponse, "SortedSetLength";
        sorted_set_length_by_score(wire::SortedSetLengthByScoreRequest) -> wire::SortedSetLengthByScoreResponse, "SortedSetLengthByScore";
        sorted_set_union_store(wire::SortedSetUnionStoreRequest) -> wire::SortedSetUnionStoreResponse, "SortedSetUnionStore";
    }
}
