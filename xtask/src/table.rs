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
    pub kind: Kind,
    #[serde(default)]
    pub optional: bool,
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
    CacheName,
    Key,
    Value,
    Ttl,
}

/// What an answer looks like. A new shape needs a converter in each binding.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Success,
    Created,
    Caches,
    Value,
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
        let required_last = operation
            .arguments
            .windows(2)
            .any(|pair| pair[0].optional && !pair[1].optional);
        if required_last {
            return Err(format!(
                "operation {name}: an optional argument stands before a required one"
            ));
        }
        if let Some(ttl) = operation
            .arguments
            .iter()
            .find(|argument| argument.kind == Kind::Ttl)
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
