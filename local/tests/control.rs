//! `ScsControl` over the wire, and how a cache is named.

mod common;

use common::{Client, MINUTE, TestResult, code, started};
use momento_lambda_local::{Options, Server};
use momento_protos::control_client::{
    CreateSigningKeyRequest, DeleteCacheRequest, FlushCacheRequest, ListCachesRequest,
    ListIndexesRequest, ListSigningKeysRequest, RevokeSigningKeyRequest,
};
use tonic::Code;

#[tokio::test]
async fn caches_are_created_listed_flushed_and_deleted() -> TestResult {
    let server = Server::start(Options::default()).await?;
    let mut client = Client::connect(&server).await?;
    for name in ["b", "a"] {
        client.create_cache(name).await?;
    }
    assert_eq!(code(&client.create_cache("a").await), Code::AlreadyExists);

    let request = client.request(ListCachesRequest {
        next_token: String::new(),
    });
    let list = client.control.list_caches(request).await?.into_inner();
    assert_eq!(list.next_token, "");
    let names: Vec<_> = list
        .cache
        .iter()
        .map(|cache| cache.cache_name.as_str())
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_ne!(list.cache[0].cache_id, list.cache[1].cache_id);
    let limits = list.cache[0].cache_limits.ok_or("no cache limits")?;
    assert_eq!(
        (limits.max_item_size_kb, limits.max_ttl_seconds),
        (4883, 86_400)
    );
    assert_eq!(
        (limits.max_throughput_kbps, limits.max_traffic_rate),
        (10_240, 500)
    );
    let limits = list.cache[0].topic_limits.ok_or("no topic limits")?;
    assert_eq!(
        (limits.max_publish_rate, limits.max_subscription_count),
        (100, 100)
    );
    assert_eq!(limits.max_publish_message_size_kb, 100);

    let mut on_a = client.clone().cache(Some("a"));
    on_a.set(b"key", b"value", MINUTE).await?;
    let request = client.request(FlushCacheRequest {
        cache_name: "a".to_owned(),
    });
    client.control.flush_cache(request).await?;
    assert_eq!(on_a.get(b"key").await?, None);

    on_a.set(b"key", b"value", MINUTE).await?;
    let request = client.request(DeleteCacheRequest {
        cache_name: "a".to_owned(),
    });
    client.control.delete_cache(request).await?;
    assert_eq!(code(&on_a.get(b"key").await), Code::NotFound);
    client.create_cache("a").await?;
    assert_eq!(on_a.get(b"key").await?, None, "a cache made again is empty");
    Ok(())
}

#[tokio::test]
async fn signing_keys_are_made_listed_and_revoked() -> TestResult {
    let (server, mut client) = started().await?;
    let request = client.request(CreateSigningKeyRequest { ttl_minutes: 60 });
    let made = client.control.create_signing_key(request).await?;
    let made = made.into_inner();
    let key: serde_json::Value = serde_json::from_str(&made.key)?;

    let request = client.request(ListSigningKeysRequest::default());
    let listed = client.control.list_signing_keys(request).await?;
    let listed = listed.into_inner().signing_key;
    assert_eq!(listed.len(), 1);
    assert_eq!(key["kid"], listed[0].key_id.as_str());
    assert_eq!(listed[0].expires_at, made.expires_at);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    assert!((3590..=3600).contains(&(made.expires_at - now.as_secs())));

    let revoke = RevokeSigningKeyRequest {
        key_id: listed[0].key_id.clone(),
    };
    let request = client.request(revoke.clone());
    client.control.revoke_signing_key(request).await?;
    let request = client.request(revoke);
    let again = client.control.revoke_signing_key(request).await;
    assert_eq!(code(&again), Code::NotFound);
    let request = client.request(CreateSigningKeyRequest { ttl_minutes: 0 });
    let never = client.control.create_signing_key(request).await;
    assert_eq!(code(&never), Code::InvalidArgument);

    let request = client.request(CreateSigningKeyRequest { ttl_minutes: 60 });
    client.control.create_signing_key(request).await?;
    server.reset();
    let request = client.request(ListSigningKeysRequest::default());
    let listed = client.control.list_signing_keys(request).await?;
    assert!(listed.get_ref().signing_key.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_is_not_implemented_says_its_name() -> TestResult {
    let (server, mut client) = started().await?;
    let request = client.request(ListIndexesRequest::default());
    let answer = client.control.list_indexes(request).await;
    let status = answer.err().ok_or("list_indexes answered")?;
    assert_eq!(status.code(), Code::Unimplemented);
    assert!(status.message().contains("ListIndexes"), "{status:?}");
    assert_eq!(server.counters().calls_of("list-indexes"), 1);
    Ok(())
}

#[tokio::test]
async fn an_unknown_cache_is_not_found() -> TestResult {
    let (_server, client) = started().await?;
    let mut client = client.cache(Some("unknown"));
    let answer = client.get(b"key").await;
    assert!(
        answer
            .as_ref()
            .is_err_and(|status| status.message().contains("unknown")),
        "{answer:?}"
    );
    assert_eq!(code(&answer), Code::NotFound);
    assert_eq!(
        code(&client.set(b"key", b"value", MINUTE).await),
        Code::NotFound
    );
    assert_eq!(code(&client.delete(b"key").await), Code::NotFound);
    let request = client.request(FlushCacheRequest {
        cache_name: "unknown".to_owned(),
    });
    assert_eq!(
        code(&client.control.flush_cache(request).await),
        Code::NotFound
    );
    let request = client.request(DeleteCacheRequest {
        cache_name: "unknown".to_owned(),
    });
    assert_eq!(
        code(&client.control.delete_cache(request).await),
        Code::NotFound
    );
    Ok(())
}

#[tokio::test]
async fn a_cache_must_be_named() -> TestResult {
    let (_server, client) = started().await?;
    for name in [None, Some(""), Some("  ")] {
        let mut client = client.clone().cache(name);
        assert_eq!(
            code(&client.get(b"key").await),
            Code::InvalidArgument,
            "{name:?}"
        );
        assert_eq!(
            code(&client.set(b"key", b"value", MINUTE).await),
            Code::InvalidArgument
        );
        assert_eq!(code(&client.delete(b"key").await), Code::InvalidArgument);
    }
    let mut client = client;
    for name in ["", " "] {
        assert_eq!(
            code(&client.create_cache(name).await),
            Code::InvalidArgument
        );
        let request = client.request(FlushCacheRequest {
            cache_name: name.to_owned(),
        });
        assert_eq!(
            code(&client.control.flush_cache(request).await),
            Code::InvalidArgument
        );
        let request = client.request(DeleteCacheRequest {
            cache_name: name.to_owned(),
        });
        assert_eq!(
            code(&client.control.delete_cache(request).await),
            Code::InvalidArgument
        );
    }
    Ok(())
}
