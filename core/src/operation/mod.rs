//! Operations: a [`Request`] goes in, a [`Reply`] comes out.
//!
//! The list of operations is core/operations.toml; `Request` and [`Operation`] are generated from
//! it, each operation's few lines of protocol stand in `execute/`.

mod arguments;
mod caches;
mod call;
mod compression;
mod dispatch;
mod execute;
mod frames;
mod generated;
mod hooks;
mod last_reply;
mod metadata;
mod methods;
mod ranges;
mod renewal;
mod reply;
mod retry;
mod status;
mod validate;

pub use arguments::{Aggregate, BatchItem, CollectionTtl, ScoreBound, SortOrder, SortedSetSource};
pub use caches::{CacheInfo, CacheLimits, TopicLimits};
pub(crate) use call::headers;
pub use generated::{Operation, Request};
pub use hooks::{Answered, Asking, Attempt, Failed, Hooks};
pub(crate) use last_reply::LastReply;
pub use reply::{
    Creation, Hashed, ItemType, KeyedValue, ListedSigningKey, Reply, SigningKey, TtlChange,
};
pub(crate) use validate::ttl as validate_ttl;

use crate::alarm::until;
use crate::error::{Error, ErrorCode, Result};
use crate::session::{Session, Sessions};
use call::Call;
use http::uri::PathAndQuery;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use tokio::time::Instant;

/// Which of Momento's services carries an operation out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Items.
    Data,
    /// Caches themselves.
    Control,
}

impl Operation {
    /// The path, made once for all requests: a look at each of its characters is part of that.
    fn path_and_query(self) -> PathAndQuery {
        static PATHS: [OnceLock<PathAndQuery>; Operation::COUNT] =
            [const { OnceLock::new() }; Operation::COUNT];
        PATHS[self as usize]
            .get_or_init(|| PathAndQuery::from_static(self.path()))
            .clone()
    }
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reply>> + Send + 'a>>;

/// Carries a validated request out by its deadline.
pub(crate) async fn carry_out(
    sessions: &Arc<Sessions>,
    session: Arc<Session>,
    request: Request,
    hooks: Option<Arc<dyn Hooks>>,
    deadline: Instant,
) -> Result<Reply> {
    let operation = request.operation();
    let call = Call::new(sessions, Arc::clone(&session), operation, hooks, deadline);
    let outcome = until(deadline, execute::execute(call, request)).await;
    outcome.unwrap_or_else(|| {
        Err(Error::new(
            ErrorCode::Timeout,
            format!(
                "{} at {} had no answer within {} ms",
                operation.rpc(),
                session.endpoint(operation.service()),
                session.deadline(operation.service()).as_millis()
            ),
        ))
    })
}
