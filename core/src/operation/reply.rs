//! The shapes an answer can have. An operation's row in operations.toml names one.

use crate::error::{Error, ErrorCode, Result};

/// An answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// Done; nothing to say.
    Success,
    /// Done: what was asked for has been created.
    Created,
    /// Nothing done: it was there.
    AlreadyExists,
    /// The item's value.
    Hit(Vec<u8>),
    /// There is no such item.
    Miss,
    /// The account's caches.
    Caches(Vec<CacheInfo>),
}

/// What came of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// It was created.
    Created,
    /// It was there already.
    AlreadyExists,
}

/// A cache and its limits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CacheInfo {
    /// Its name.
    pub name: String,
    /// Its identity, which a cache of the same name created later does not share.
    pub cache_id: String,
    /// Limits of the cache.
    pub cache_limits: CacheLimits,
    /// Limits of its topics.
    pub topic_limits: TopicLimits,
}

/// Limits of a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheLimits {
    /// Requests a second.
    pub max_traffic_rate: u32,
    /// KiB a second.
    pub max_throughput_kbps: u32,
    /// KiB of one item.
    pub max_item_size_kb: u32,
    /// Seconds that an item can live.
    pub max_ttl_seconds: u64,
}

/// Limits of a cache's topics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopicLimits {
    /// Messages a second.
    pub max_publish_rate: u32,
    /// Subscriptions at a time.
    pub max_subscription_count: u32,
    /// KiB of one message.
    pub max_publish_message_size_kb: u32,
}

/// From an answer to what the operation's Rust method returns.
impl Reply {
    pub(crate) fn into_success(self) -> Result<()> {
        match self {
            Self::Success => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn into_created(self) -> Result<Creation> {
        match self {
            Self::Created => Ok(Creation::Created),
            Self::AlreadyExists => Ok(Creation::AlreadyExists),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn into_caches(self) -> Result<Vec<CacheInfo>> {
        match self {
            Self::Caches(caches) => Ok(caches),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn into_value(self) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Hit(value) => Ok(Some(value)),
            Self::Miss => Ok(None),
            other => Err(unexpected(&other)),
        }
    }
}

fn unexpected(reply: &Reply) -> Error {
    // The variant, not the value: that is the user's.
    let shape = match reply {
        Reply::Success => "success",
        Reply::Created => "created",
        Reply::AlreadyExists => "already exists",
        Reply::Hit(_) => "hit",
        Reply::Miss => "miss",
        Reply::Caches(_) => "caches",
    };
    Error::new(
        ErrorCode::Unknown,
        format!("this operation can't end in the reply {shape:?}; please report this"),
    )
}
