//! `ScsControl`: caches made, deleted, listed and flushed.

use std::sync::Arc;

use momento_protos::control_client::scs_control_server::ScsControl;
use momento_protos::control_client::{
    Cache, CreateCacheRequest, CreateCacheResponse, CreateIndexRequest, CreateIndexResponse,
    CreateSigningKeyRequest, CreateSigningKeyResponse, DeleteCacheRequest, DeleteCacheResponse,
    DeleteIndexRequest, DeleteIndexResponse, FlushCacheRequest, FlushCacheResponse,
    ListCachesRequest, ListCachesResponse, ListIndexesRequest, ListIndexesResponse,
    ListSigningKeysRequest, ListSigningKeysResponse, RevokeSigningKeyRequest,
    RevokeSigningKeyResponse,
};
use tonic::{Request, Response, Status};

use crate::not_yet::not_yet;
use crate::store::Store;
use crate::{limits, status};

#[derive(Debug)]
pub(crate) struct Control {
    store: Arc<Store>,
}

impl Control {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store }
    }
}

#[tonic::async_trait]
impl ScsControl for Control {
    async fn create_cache(
        &self,
        request: Request<CreateCacheRequest>,
    ) -> Result<Response<CreateCacheResponse>, Status> {
        let name = named(&request.get_ref().cache_name)?;
        if !self.store.create(name) {
            return Err(status::cache_already_exists(name));
        }
        Ok(Response::new(CreateCacheResponse {}))
    }

    async fn delete_cache(
        &self,
        request: Request<DeleteCacheRequest>,
    ) -> Result<Response<DeleteCacheResponse>, Status> {
        let name = named(&request.get_ref().cache_name)?;
        if !self.store.delete(name) {
            return Err(status::cache_not_found(name));
        }
        Ok(Response::new(DeleteCacheResponse {}))
    }

    /// All in one page: no official client asks for a second one.
    async fn list_caches(
        &self,
        _request: Request<ListCachesRequest>,
    ) -> Result<Response<ListCachesResponse>, Status> {
        let cache = self.store.list().into_iter().map(|(name, cache)| Cache {
            cache_name: name,
            cache_limits: Some(limits::of_a_cache()),
            topic_limits: Some(limits::of_topics()),
            cache_id: cache.id().to_owned(),
        });
        Ok(Response::new(ListCachesResponse {
            cache: cache.collect(),
            next_token: String::new(),
        }))
    }

    async fn flush_cache(
        &self,
        request: Request<FlushCacheRequest>,
    ) -> Result<Response<FlushCacheResponse>, Status> {
        let name = named(&request.get_ref().cache_name)?;
        self.store
            .cache(name)
            .ok_or_else(|| status::cache_not_found(name))?
            .flush();
        Ok(Response::new(FlushCacheResponse {}))
    }

    not_yet! {
        create_signing_key(CreateSigningKeyRequest) -> CreateSigningKeyResponse, "CreateSigningKey";
        revoke_signing_key(RevokeSigningKeyRequest) -> RevokeSigningKeyResponse, "RevokeSigningKey";
        list_signing_keys(ListSigningKeysRequest) -> ListSigningKeysResponse, "ListSigningKeys";
        create_index(CreateIndexRequest) -> CreateIndexResponse, "CreateIndex";
        delete_index(DeleteIndexRequest) -> DeleteIndexResponse, "DeleteIndex";
        list_indexes(ListIndexesRequest) -> ListIndexesResponse, "ListIndexes";
    }
}

/// A cache name of white space alone is as good as none: Node's and Rust's SDKs trim before they check.
fn named(name: &str) -> Result<&str, Status> {
    if name.trim().is_empty() {
        Err(status::empty_cache_name())
    } else {
        Ok(name)
    }
}
