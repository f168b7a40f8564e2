//! The operation table: core/operations.toml, read and checked.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub operation: Vec<Operation>,
}

/// One operation, a row.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Operation {
    pub name: String,
    pub doc: String,
    pub service: Service,
    pub rpc: String,
    pub idempotent: bool,
    pub reply: Shape,
    pub response: String,
    pub module: String,
    pub arguments: Vec<Argument>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    pub name: String,
    /// The name in Node, where it is not the camelCase of `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    pub kind: Kind,
    #[serde(default)]
    pub optional: bool,
    /// What it is where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    pub doc: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Data,
    Control,
}

/// What an argument is. A new kind needs a converter in each binding.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Travels as a header: printable ASCII.
    CacheName,
    /// A collection's name: any text that is not blank.
    Name,
    Text,
    /// Text or bytes.
    Bytes,
    /// Bytes that an earlier answer told.
    Hash,
    BytesList,
    /// Pairs of text or bytes.
    Dictionary,
    /// Values with scores.
    Scored,
    /// Keys and values, each with an optional TTL.
    Items,
    /// Sorted sets and their weights.
    Sources,
    /// A time; seconds in Node.
    Ttl,
    /// A time and whether updates renew it.
    CollectionTtl,
    /// A time that must be given; milliseconds in Node.
    NewTtl,
    /// A time that must be given; minutes in Node.
    KeyTtl,
    /// A whole number of 64 bits.
    Amount,
    /// A number that is not NaN.
    Score,
    /// 0 or more, 64 bits.
    Limit,
    /// 1 or more, 32 bits.
    PopCount,
    /// A place in a list; negative from the end.
    Index,
    ScoreBound,
    /// 0 or more, 32 bits.
    Offset,
    /// 1 or more, 31 bits.
    Count,
    /// 0 or more, 32 bits; 0 is no limit.
    Size,
    Order,
    Aggregate,
    Flag,
}

impl Kind {
    /// Python's official signatures have these behind the `*`.
    pub fn is_keyword_only(self) -> bool {
        matches!(self, Self::CollectionTtl | Self::Size | Self::Flag)
    }
}

/// What an answer looks like. A new shape needs a converter in each binding.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Success.
    Success,
    /// Success, or it was there.
    Created,
    /// Success with the caches.
    Caches,
    /// Success with a new signing key.
    SigningKey,
    /// Success with the signing keys.
    SigningKeys,
    /// Hit with a value, or Miss.
    Value,
    /// Hit with a value and its hash, or Miss.
    HashedValue,
    /// Success with an answer per key: Hit, Miss or Error.
    Values,
    /// Success with an answer per item: Success or Error.
    Results,
    /// Stored or `NotStored`.
    Stored,
    /// Stored with the value's hash, or `NotStored`.
    StoredWithHash,
    /// Success with a whole number.
    Integer,
    /// Success with yes or no.
    Exists,
    /// Success with yes or no per key.
    AllExist,
    /// Set or Miss.
    TtlSet,
    /// Set, `NotSet` or Miss.
    TtlChanged,
    /// Hit with a time, or Miss.
    RemainingTtl,
    /// Hit with a type, or Miss.
    ItemType,
    /// Hit with fields and values, or Miss.
    Dictionary,
    /// Hit with the field and its value, or Miss with the field.
    Field,
    /// Hit with an answer per field, or Miss.
    Fields,
    /// Hit with a number, or Miss.
    Length,
    /// Success with the list's length.
    ListLength,
    /// Success with a number of elements.
    Total,
    /// Hit with values in no order, or Miss.
    Set,
    /// Hit with values in order, or Miss.
    List,
    /// Hit with yes or no, or Miss.
    Contains,
    /// Hit with yes or no per element, or Miss.
    ContainsAll,
    /// Hit with values and scores in order, or Miss.
    SortedSet,
    /// Hit with the value and its score, or Miss with the value.
    ElementScore,
    /// Hit with an answer per value, or Miss.
    Scores,
    /// Hit with a rank, or Miss.
    Rank,
    /// Success with a score.
    Score,
}

impl Argument {
    /// The name in Node.
    pub fn node_name(&self) -> String {
        self.node.clone().unwrap_or_else(|| camel(&self.name))
    }
}

impl Operation {
    /// `create_cache` as `CreateCache`.
    pub fn pascal(&self) -> String {
        pascal(&self.name)
    }

    /// `create_cache` as `createCache`.
    pub fn camel(&self) -> String {
        camel(&self.name)
    }

    /// The word before the last of its module: `scalar` of `data.scalar.get`.
    pub fn group(&self) -> &str {
        let mut words = self.module.rsplit('.');
        words.next();
        match (self.service, words.next()) {
            (Service::Data, Some(group)) => group,
            _ => "control",
        }
    }

    /// What is loaded together with it: its group, but those scalar operations that most functions
    /// need none of, as they write on a condition or tell hashes, are a section of their own.
    pub fn section(&self) -> &str {
        match self.group() {
            "scalar" if self.name.contains("_if_") || self.name.contains("hash") => "conditional",
            group => group,
        }
    }

    /// The gRPC path: `/cache_client.Scs/SetIf` of `set-if`.
    pub fn path(&self) -> String {
        let service = match self.service {
            Service::Data => "cache_client.Scs",
            Service::Control => "control_client.ScsControl",
        };
        format!("/{service}/{}", pascal(&self.rpc.replace('-', "_")))
    }
}

pub fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

pub fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let (first, rest) = pascal.split_at(pascal.len().min(1));
    first.to_ascii_lowercase() + rest
}

pub fn read(path: &Path) -> Result<Table, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: Table =
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    check(&table).map_err(|what| format!("{}: {what}", path.display()))?;
    Ok(table)
}

fn check(table: &Table) -> Result<(), String> {
    let mut names = HashSet::new();
    for operation in &table.operation {
        let name = &operation.name;
        if !names.insert(name) {
            return Err(format!("operation {name} stands twice"));
        }
        let words = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !words || name.is_empty() {
            return Err(format!("operation {name:?} is not in snake_case"));
        }
        let by_name = operation
            .arguments
            .first()
            .is_some_and(|first| first.kind == Kind::CacheName);
        if operation.service == Service::Data && !by_name {
            return Err(format!(
                "operation {name}: a data operation starts with the cache's name"
            ));
        }
        let left_out = |argument: &Argument| argument.optional || argument.default.is_some();
        let required_last = operation
            .arguments
            .windows(2)
            .any(|pair| left_out(&pair[0]) && !left_out(&pair[1]));
        if required_last {
            return Err(format!(
                "operation {name}: an optional argument stands before a required one"
            ));
        }
        if let Some(ttl) = operation
            .arguments
            .iter()
            .find(|argument| matches!(argument.kind, Kind::Ttl | Kind::CollectionTtl))
            && !ttl.optional
        {
            return Err(format!(
                "operation {name}: a TTL is optional, the client has a default"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_case() {
        assert_eq!(pascal("create_cache"), "CreateCache");
        assert_eq!(camel("create_cache"), "createCache");
        assert_eq!(camel("get"), "get");
    }

    #[test]
    fn a_row_that_can_not_be_meant_is_refused() {
        let row = |name: &str, arguments: &str| {
            format!(
                "[[operation]]\nname='{name}'\ndoc='d'\nservice='data'\nrpc='r'\nidempotent=true\nreply='success'\nresponse='R'\nmodule='m'\narguments={arguments}\n"
            )
        };
        let cache = "{name='cache_name',kind='cache_name',doc='d'}";
        for (text, part) in [
            (row("Get", &format!("[{cache}]")), "snake_case"),
            (row("get", "[]"), "cache's name"),
            (row("get", &format!("[{cache}]")).repeat(2), "twice"),
            (
                row(
                    "set",
                    &format!("[{cache},{{name='ttl',kind='ttl',doc='d'}}]"),
                ),
                "default",
            ),
        ] {
            let table: Table = toml::from_str(&text).expect("a table");
            assert!(check(&table).expect_err(part).contains(part));
        }
    }
}
