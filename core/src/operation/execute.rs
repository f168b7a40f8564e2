//! What each operation sends and how it reads the answer: one short arm each.
//!
//! Every arm is a boxed future of its own: one `match` of awaits would make a future as large as
//! the largest arm for every call.

use super::reply::{CacheInfo, CacheLimits, Reply, TopicLimits};
use super::{Operation, Request, Service, validate};
use crate::client::Session;
use crate::transport::SendOnce;
use momento_protos::cache_client::{DeleteRequest, ECacheResult, GetRequest, SetRequest};
use momento_protos::control_client::{
    CreateCacheRequest, DeleteCacheRequest, FlushCacheRequest, ListCachesRequest,
};
use std::future::Future;
use std::pin::Pin;
use tonic::{Code, Status};

pub(super) type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reply, Status>> + Send + 'a>>;

/// One call: the session it goes through and the operation it is.
#[derive(Clone, Copy)]
struct Call<'a> {
    session: &'a Session,
    operation: Operation,
}

impl Call<'_> {
    /// A message for a cache. Fails only for a name that validation lets through by mistake.
    fn data<T>(self, cache_name: &str, message: T) -> Result<tonic::Request<T>, Status> {
        let name = cache_name
            .parse()
            .map_err(|_| Status::invalid_argument("cache name can't be sent as a header"))?;
        let mut request = self.message(Service::Data, message);
        request.metadata_mut().insert("cache", name);
        Ok(request)
    }

    fn control<T>(self, message: T) -> tonic::Request<T> {
        self.message(Service::Control, message)
    }

    fn message<T>(self, service: Service, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request.set_timeout(self.session.deadline(service));
        if !self.operation.is_idempotent() {
            request.extensions_mut().insert(SendOnce);
        }
        request
    }
}

/// Sends a request that has been validated.
pub(super) fn execute(session: &Session, request: Request) -> Answer<'_> {
    let call = Call {
        session,
        operation: request.operation(),
    };
    match request {
        Request::CreateCache { cache_name } => Box::pin(async move {
            let created = session
                .control()
                .create_cache(call.control(CreateCacheRequest { cache_name }))
                .await;
            match created {
                Ok(_) => Ok(Reply::Created),
                Err(status) if status.code() == Code::AlreadyExists => Ok(Reply::AlreadyExists),
                Err(status) => Err(status),
            }
        }),
        Request::DeleteCache { cache_name } => Box::pin(async move {
            let request = call.control(DeleteCacheRequest { cache_name });
            session.control().delete_cache(request).await?;
            Ok(Reply::Success)
        }),
        Request::FlushCache { cache_name } => Box::pin(async move {
            let request = call.control(FlushCacheRequest { cache_name });
            session.control().flush_cache(request).await?;
            Ok(Reply::Success)
        }),
        Request::ListCaches {} => Box::pin(list_caches(call)),
        Request::Get { cache_name, key } => Box::pin(async move {
            let request = call.data(&cache_name, GetRequest { cache_key: key })?;
            let reply = session.data().get(request).await?.into_inner();
            match reply.result() {
                ECacheResult::Hit => Ok(Reply::Hit(reply.cache_body)),
                ECacheResult::Miss => Ok(Reply::Miss),
                other => Err(unexpected_result(other)),
            }
        }),
        Request::Set {
            cache_name,
            key,
            value,
            ttl,
        } => Box::pin(async move {
            let message = SetRequest {
                cache_key: key,
                cache_body: value,
                ttl_milliseconds: validate::milliseconds(ttl.unwrap_or(session.default_ttl())),
            };
            session.data().set(call.data(&cache_name, message)?).await?;
            Ok(Reply::Success)
        }),
        Request::Delete { cache_name, key } => Box::pin(async move {
            let request = call.data(&cache_name, DeleteRequest { cache_key: key })?;
            session.data().delete(request).await?;
            Ok(Reply::Success)
        }),
    }
}

/// All pages: the official SDKs stop after the first.
async fn list_caches(call: Call<'_>) -> Result<Reply, Status> {
    let mut caches = Vec::new();
    let mut next_token = String::new();
    loop {
        let request = call.control(ListCachesRequest {
            next_token: next_token.clone(),
        });
        let page = call
            .session
            .control()
            .list_caches(request)
            .await?
            .into_inner();
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

fn unexpected_result(result: ECacheResult) -> Status {
    Status::unknown(format!(
        "the service answered with the result {}",
        result.as_str_name()
    ))
}
