//! The generated parts of the binding for Node.
//!
//! Judging what a user passed is JavaScript's part (lib/arguments.ts), where a getter that throws or
//! a proxy is an exception to catch; the addon gets strings, bytes and numbers only.

mod api;
mod clients;
mod kinds;
mod native;
mod responses;
mod rust;
mod shapes;
mod text;

use crate::files::File;
use crate::table::{Operation, Service, Table};

/// The sections of operations, each with its methods and its response classes, which are loaded
/// together with the first use of one.
const SECTIONS: [&str; 7] = [
    "control",
    "scalar",
    "conditional",
    "dictionary",
    "set",
    "list",
    "sorted_set",
];

pub fn files(table: &Table) -> Vec<File> {
    let file = |path: &str, text: String| File {
        path: format!("bindings-node/{path}"),
        text,
    };
    let mut files = vec![
        file("src/generated.rs", rust::text(table)),
        file("lib/native.generated.ts", native::text(table)),
        file("lib/rpcs.generated.ts", native::repeatable(table)),
        file("lib/api.generated.ts", api::text(table)),
        file("lib/operations.generated.ts", clients::text(table)),
        file(
            "lib/momento-cache.generated.ts",
            clients::on_one_cache(table),
        ),
    ];
    for section in SECTIONS {
        let name = file_name(section);
        let path = format!("lib/operations/{name}.generated.ts");
        files.push(file(&path, clients::methods(table, section)));
        let path = format!("lib/responses/{name}.generated.ts");
        files.push(file(&path, responses::text(table, section)));
    }
    files
}

/// `sorted_set` as `sorted-set`.
fn file_name(group: &str) -> String {
    group.replace('_', "-")
}

fn data_operations(table: &Table) -> impl Iterator<Item = &Operation> {
    table
        .operation
        .iter()
        .filter(|operation| operation.service == Service::Data)
}

/// An operation per response class: two operations may answer with the same one.
fn by_response<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<&'a Operation> {
    let mut found: Vec<&Operation> = Vec::new();
    for operation in operations {
        if !found.iter().any(|one| one.response == operation.response) {
            found.push(operation);
        }
    }
    found
}
