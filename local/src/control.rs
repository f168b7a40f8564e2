//! `ScsControl`: caches made, deleted, listed and flushed; signing keys. Vector indexes, which Momento no longer has,
//! stay out.

use std::sync::Arc;
use std::time::SystemTime;

use momento_protos::control_client::scs_control_server::ScsControl;
use momento_protos::control_client::{
    Cache, CreateCacheRequest, CreateCacheResponse, CreateIndexRequest, CreateIndexResponse,
    CreateSigningKeyRequest, CreateSigningKeyResponse, DeleteCacheRequest, DeleteCacheResponse,
    DeleteIndexRequest, DeleteIndexResponse, FlushCacheRequest, FlushCacheResponse,
    ListCachesRequest, ListCachesResponse, ListIndexesRequest, ListIndexesResponse,
    ListSigningKeysRequest, ListSigningKeysResponse, RevokeSigningKeyRequest,
    RevokeSigningKeyResponse, SigningKey,
};
use tonic::{Request, Response, Status};

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

    async fn create_signing_key(
        &self,
        request: Request<CreateSigningKeyRequest>,
    ) -> Result<Response<CreateSigningKeyResponse>, Status> {
        let minutes = request.get_ref().ttl_minutes;
        let made = self
            .store
            .signing_keys()
            .create(minutes, SystemTime::now())?;
        Ok(Response::new(CreateSigningKeyResponse {
            key: made.key,
            expires_at: made.expires_at,
        }))
    }

    async fn revoke_signing_key(
        &self,
        request: Request<RevokeSigningKeyRequest>,
    ) -> Result<Response<RevokeSigningKeyResponse>, Status> {
        let id = &request.get_ref().key_id;
        self.store.signing_keys().revoke(id, SystemTime::now())?;
        Ok(Response::new(RevokeSigningKeyResponse {}))
    }

    /// All in one page, as with caches.
    async fn list_signing_keys(
        &self,
        _request: Request<ListSigningKeysRequest>,
    ) -> Result<Response<ListSigningKeysResponse>, Status> {
        let keys = self.store.signing_keys().list(SystemTime::now());
        let keys = keys
            .into_iter()
            .map(|(key_id, expires_at)| SigningKey { key_id, expires_at });
        Ok(Response::new(ListSigningKeysResponse {
            signing_key: keys.collect(),
            next_token: String::new(),
        }))
    }

    async fn create_index(
        &self,
        _request: Request<CreateIndexRequest>,
    ) -> Result<Response<CreateIndexResponse>, Status> {
        Err(status::not_implemented("CreateIndex"))
    }

    async fn delete_index(
        &self,
        _request: Request<DeleteIndexRequest>,
    ) -> Result<Response<DeleteIndexResponse>, Status> {
        Err(status::not_implemented("DeleteIndex"))
    }

    async fn list_indexes(
        &self,
        _request: Request<ListIndexesRequest>,
    ) -> Result<Response<ListIndexesResponse>, Status> {
        Err(status::not_implemented("ListIndexes"))
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
