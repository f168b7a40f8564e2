//! The RPCs this server knows by name.
//!
//! Counters and fault headers speak of RPCs in Momento's kebab names (`get-with-hash`), the wire in paths
//! (`/cache_client.Scs/GetWithHash`). One follows from the other but for two aliases, so the list below holds each
//! RPC once, as the wire names it.

use std::collections::HashMap;

/// A gRPC service of Momento's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// Caches: made, deleted, listed, flushed.
    Control,
    /// Items.
    Data,
}

const SERVICES: [(Service, &str, &[&str]); 2] = [
    (Service::Control, "control_client.ScsControl", &CONTROL),
    (Service::Data, "cache_client.Scs", &DATA),
];

const CONTROL: [&str; 10] = [
    "CreateCache",
    "DeleteCache",
    "ListCaches",
    "FlushCache",
    "CreateSigningKey",
    "RevokeSigningKey",
    "ListSigningKeys",
    "CreateIndex",
    "DeleteIndex",
    "ListIndexes",
];

const DATA: [&str; 47] = [
    "Get",
    "GetWithHash",
    "GetBatch",
    "Set",
    "SetBatch",
    "SetIf",
    "SetIfHash",
    "SetIfNotExists",
    "Delete",
    "KeysExist",
    "Increment",
    "UpdateTtl",
    "ItemGetTtl",
    "ItemGetType",
    "DictionaryGet",
    "DictionaryFetch",
    "DictionarySet",
    "DictionaryIncrement",
    "DictionaryDelete",
    "DictionaryLength",
    "SetFetch",
    "SetSample",
    "SetUnion",
    "SetDifference",
    "SetContains",
    "SetLength",
    "SetPop",
    "ListPushFront",
    "ListPushBack",
    "ListPopFront",
    "ListPopBack",
    "ListErase",
    "ListRemove",
    "ListFetch",
    "ListLength",
    "ListConcatenateFront",
    "ListConcatenateBack",
    "ListRetain",
    "SortedSetPut",
    "SortedSetFetch",
    "SortedSetGetScore",
    "SortedSetRemove",
    "SortedSetIncrement",
    "SortedSetGetRank",
    "SortedSetLength",
    "SortedSetLengthByScore",
    "SortedSetUnionStore",
];

/// An RPC found by its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rpc {
    /// Whose RPC it is.
    pub(crate) service: Service,
    /// Its place in [`Table::names`].
    pub(crate) index: usize,
}

/// The names of topics' RPCs. They are not served, but a fault header may hold them next to others.
const TOPICS: [&str; 2] = ["topic-publish", "topic-subscribe"];

/// All RPCs, by path.
#[derive(Debug)]
pub(crate) struct Table {
    by_path: HashMap<String, Rpc>,
    names: Vec<String>,
}

impl Table {
    pub(crate) fn new() -> Self {
        let mut table = Self {
            by_path: HashMap::new(),
            names: Vec::new(),
        };
        for (service, prefix, methods) in SERVICES {
            for method in methods {
                let name = kebab_name(method);
                let index = table
                    .names
                    .iter()
                    .position(|known| *known == name)
                    .unwrap_or_else(|| {
                        table.names.push(name);
                        table.names.len() - 1
                    });
                table
                    .by_path
                    .insert(format!("/{prefix}/{method}"), Rpc { service, index });
            }
        }
        table
    }

    /// The RPC at this path; `None` for one that Momento's protocol does not have.
    pub(crate) fn find(&self, path: &str) -> Option<Rpc> {
        self.by_path.get(path).copied()
    }

    /// The place of a kebab name; a topic's RPC has one past all others.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        let names = self.names.iter().map(String::as_str);
        names.chain(TOPICS).position(|known| known == name)
    }

    /// Every kebab name, once.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }
}

/// `GetWithHash` is `get-with-hash`. The two deprecated RPCs go under the names of those that replaced them, as
/// Momento's own test server has it.
fn kebab_name(method: &str) -> String {
    match method {
        "SetIfNotExists" => return "set-if".to_owned(),
        "ListErase" => return "list-remove".to_owned(),
        _ => {}
    }
    let mut name = String::with_capacity(method.len() + 4);
    for letter in method.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(path: &str) -> Option<String> {
        let table = Table::new();
        table.find(path).map(|rpc| table.names()[rpc.index].clone())
    }

    #[test]
    fn a_path_has_its_kebab_name() {
        assert_eq!(name_of("/cache_client.Scs/Get").as_deref(), Some("get"));
        assert_eq!(
            name_of("/cache_client.Scs/SortedSetLengthByScore").as_deref(),
            Some("sorted-set-length-by-score")
        );
        assert_eq!(
            name_of("/control_client.ScsControl/CreateCache").as_deref(),
            Some("create-cache")
        );
    }

    #[test]
    fn deprecated_rpcs_share_the_name_of_their_successor() {
        assert_eq!(
            name_of("/cache_client.Scs/SetIfNotExists"),
            name_of("/cache_client.Scs/SetIf")
        );
        assert_eq!(
            name_of("/cache_client.Scs/ListErase"),
            name_of("/cache_client.Scs/ListRemove")
        );
    }

    #[test]
    fn an_unknown_path_is_no_rpc() {
        assert_eq!(name_of("/cache_client.Scs/Frobnicate"), None);
        assert_eq!(name_of("/"), None);
    }
}
