//! Caches themselves, and signing keys.

use super::super::caches::{CacheInfo, CacheLimits, TopicLimits};
use super::super::call::Call;
use super::super::reply::{ListedSigningKey, Reply, SigningKey};
use crate::error::{Error, ErrorCode, Result};
use momento_protos::control_client::{
    CreateCacheRequest, CreateCacheResponse, CreateSigningKeyRequest, CreateSigningKeyResponse,
    DeleteCacheRequest, DeleteCacheResponse, FlushCacheRequest, FlushCacheResponse,
    ListCachesRequest, ListCachesResponse, ListSigningKeysRequest, ListSigningKeysResponse,
    RevokeSigningKeyRequest, RevokeSigningKeyResponse,
};
use std::time::Duration;

pub(in super::super) async fn create_cache(call: Call<'_>, cache_name: String) -> Result<Reply> {
    let created: Result<CreateCacheResponse> = call.unary(CreateCacheRequest { cache_name }).await;
    match created {
        Ok(_) => Ok(Reply::Created),
        Err(error) if error.code() == ErrorCode::AlreadyExists => Ok(Reply::AlreadyExists),
        Err(error) => Err(error),
    }
}

pub(in super::super) async fn delete_cache(call: Call<'_>, cache_name: String) -> Result<Reply> {
    let _: DeleteCacheResponse = call.unary(DeleteCacheRequest { cache_name }).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn flush_cache(call: Call<'_>, cache_name: String) -> Result<Reply> {
    let _: FlushCacheResponse = call.unary(FlushCacheRequest { cache_name }).await?;
    Ok(Reply::Success)
}

/// All pages: the official SDKs stop after the first.
pub(in super::super) async fn list_caches(call: Call<'_>) -> Result<Reply> {
    let mut caches = Vec::new();
    let mut next_token = String::new();
    loop {
        let request = ListCachesRequest {
            next_token: next_token.clone(),
        };
        let page: ListCachesResponse = call.unary(request).await?;
        caches.extend(page.cache.into_iter().map(|cache| {
            CacheInfo {
                name: cache.cache_name,
                cache_id: cache.cache_id,
                cache_limits: cache
                    .cache_limits
                    .map_or_else(CacheLimits::default, |limits| CacheLimits {
                        max_traffic_rate: limits.max_traffic_rate,
                        max_throughput_kbps: limits.max_throughput_kbps,
                        max_item_size_kb: limits.max_item_size_kb,
                        max_ttl_seconds: limits.max_ttl_seconds,
                    }),
                topic_limits: cache
                    .topic_limits
                    .map_or_else(TopicLimits::default, |limits| TopicLimits {
                        max_publish_rate: limits.max_publish_rate,
                        max_subscription_count: limits.max_subscription_count,
                        max_publish_message_size_kb: limits.max_publish_message_size_kb,
                    }),
            }
        }));
        // A server that repeats its token would keep us here for ever.
        if page.next_token.is_empty() || page.next_token == next_token {
            return Ok(Reply::Caches(caches));
        }
        next_token = page.next_token;
    }
}

/// The service counts in whole minutes; rounded up, so that no key ends before its time.
pub(in super::super) async fn create_signing_key(call: Call<'_>, ttl: Duration) -> Result<Reply> {
    let minutes = ttl.as_nanos().div_ceil(60_000_000_000);
    let request = CreateSigningKeyRequest {
        ttl_minutes: u32::try_from(minutes).map_err(|_| {
            Error::invalid_argument("TTL of a signing key must be at most 2^32 - 1 minutes")
        })?,
    };
    let created: CreateSigningKeyResponse = call.unary(request).await?;
    let unreadable = || {
        Error::new(
            ErrorCode::UnknownService,
            "the service's signing key is no JSON Web Key with a `kid`",
        )
    };
    let key: serde_json::Value = serde_json::from_str(&created.key).map_err(|_| unreadable())?;
    let key_id = key["kid"].as_str().ok_or_else(unreadable)?.to_owned();
    Ok(Reply::SigningKey(SigningKey {
        key_id,
        endpoint: call.session.cache_host(),
        key: created.key,
        expires_at: created.expires_at,
    }))
}

pub(in super::super) async fn revoke_signing_key(call: Call<'_>, key_id: String) -> Result<Reply> {
    let _: RevokeSigningKeyResponse = call.unary(RevokeSigningKeyRequest { key_id }).await?;
    Ok(Reply::Success)
}

pub(in super::super) async fn list_signing_keys(call: Call<'_>) -> Result<Reply> {
    let mut keys = Vec::new();
    let mut next_token = String::new();
    loop {
        let request = ListSigningKeysRequest {
            next_token: next_token.clone(),
        };
        let page: ListSigningKeysResponse = call.unary(request).await?;
        keys.extend(page.signing_key.into_iter().map(|key| ListedSigningKey {
            key_id: key.key_id,
            endpoint: call.session.cache_host(),
            expires_at: key.expires_at,
        }));
        if page.next_token.is_empty() || page.next_token == next_token {
            return Ok(Reply::SigningKeys(keys));
        }
        next_token = page.next_token;
    }
}
