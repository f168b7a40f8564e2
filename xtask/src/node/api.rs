//! lib/api.generated.ts: the options and the interfaces of the clients, types only.

use super::text::{call, import};
use super::{by_response, data_operations, file_name, kinds};
use crate::files::MARK;
use crate::table::{Argument, Kind, Operation, Table};
use std::fmt::Write as _;

pub fn text(table: &Table) -> String {
    let mut text = format!("// {MARK}\n\n");
    let named = table
        .operation
        .iter()
        .flat_map(|operation| &operation.arguments)
        .filter_map(|argument| kinds::named_type(argument.kind).map(str::to_owned));
    import(&mut text, "import type", named.collect(), "./collections");
    text.push_str("import type { CallOptions } from './calls';\n");
    for section in super::SECTIONS {
        let operations = table
            .operation
            .iter()
            .filter(|operation| operation.section() == section);
        let responses = by_response(operations).into_iter();
        let classes = responses.map(|operation| operation.response.clone());
        let module = format!("./responses/{}.generated", file_name(section));
        import(&mut text, "import type", classes.collect(), &module);
    }
    for operation in &table.operation {
        options(&mut text, operation);
    }
    interfaces(&mut text, table);
    text
}

pub fn options_type(operation: &Operation) -> String {
    format!("{}Options", operation.pascal())
}

fn options(text: &mut String, operation: &Operation) {
    let _ = writeln!(text, "\n/** Options of `{}`. */", operation.camel());
    let name = options_type(operation);
    let optional: Vec<_> = optional(operation).collect();
    if optional.is_empty() {
        let _ = writeln!(text, "export type {name} = CallOptions;");
        return;
    }
    let _ = writeln!(text, "export interface {name} extends CallOptions {{");
    for argument in optional {
        let unit = if argument.kind == Kind::Ttl {
            " In seconds."
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  /** {}{unit} */\n  {}?: {};",
            argument.doc,
            argument.node_name(),
            kinds::public_type(argument.kind)
        );
    }
    text.push_str("}\n");
}

pub fn optional(operation: &Operation) -> impl Iterator<Item = &Argument> {
    operation
        .arguments
        .iter()
        .filter(|argument| argument.optional)
}

/// The arguments that have a place of their own; `curried` leaves the cache's name out.
pub fn positional(operation: &Operation, curried: bool) -> impl Iterator<Item = &Argument> {
    operation
        .arguments
        .iter()
        .filter(|argument| !argument.optional)
        .filter(move |argument| !curried || argument.kind != Kind::CacheName)
}

/// The parameters as a user sees them.
pub fn parameters(operation: &Operation, curried: bool) -> Vec<String> {
    let mut parameters: Vec<_> = positional(operation, curried)
        .map(|argument| {
            let mark = if argument.default.is_some() { "?" } else { "" };
            let kind = kinds::public_type(argument.kind);
            format!("{}{mark}: {kind}", argument.node_name())
        })
        .collect();
    parameters.push(format!("options?: {}", options_type(operation)));
    parameters
}

pub fn returns(operation: &Operation, end: &str) -> String {
    format!(": Promise<{}.Response>{end}", operation.response)
}

fn interfaces(text: &mut String, table: &Table) {
    let method = |text: &mut String, operation: &Operation, curried| {
        let _ = writeln!(text, "  /** {} */", operation.doc);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, curried),
            &returns(operation, ";"),
        );
    };
    text.push_str("\n/** The operations of a cache client. */\nexport interface ICacheClient {\n");
    for operation in &table.operation {
        method(text, operation, false);
    }
    text.push_str("  /** The same operations for one cache, without its name. */\n  cache(cacheName: string): IMomentoCache;\n  /** Lets go of connection and token. */\n  close(): void;\n}\n\n/** The operations on one cache. */\nexport interface IMomentoCache {\n");
    for operation in data_operations(table) {
        method(text, operation, true);
    }
    text.push_str("}\n");
}
