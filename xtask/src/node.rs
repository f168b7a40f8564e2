//! The generated parts of the binding for node.

use crate::files::{File, MARK};
use crate::table::{Argument, Kind, Operation, Service, Shape, Table, camel};
use std::fmt::Write as _;

/// The line length that prettier is told in bindings-node/package.json.
const WIDTH: usize = 120;

pub fn files(table: &Table) -> Vec<File> {
    let file = |path: &str, text: String| File {
        path: format!("bindings-node/{path}"),
        text,
    };
    vec![
        file("src/generated.rs", rust(table)),
        file("lib/native.generated.ts", native(table)),
        file("lib/api.generated.ts", api(table)),
        file("lib/operations.generated.ts", operations(table)),
    ]
}

fn rust(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
use crate::client::NativeClient;
use crate::convert::{{self, Bytes, Seconds, Text}};
use crate::errors::NativeError;
use momento_lambda_core::operation::Request;
use napi::Env;
use napi_derive::napi;

#[napi]
impl NativeClient {{
"
    );
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "/// {}\n#[napi]\npub fn {}(&self, env: Env, ticket: u32,",
            operation.doc, operation.name
        );
        for argument in &operation.arguments {
            let kind = match argument.kind {
                Kind::CacheName => "Text<'_>",
                Kind::Key | Kind::Value => "Bytes<'_>",
                Kind::Ttl => "Seconds<'_>",
            };
            let _ = write!(text, "{}: {kind},", argument.name);
        }
        let _ = writeln!(
            text,
            ") -> Option<NativeError> {{ self.submit(env, ticket, || Ok(Request::{} {{",
            operation.pascal()
        );
        for Argument { name, kind, .. } in &operation.arguments {
            let converter = match kind {
                Kind::CacheName => "cache_name",
                Kind::Key => "key",
                Kind::Value => "value",
                Kind::Ttl => "ttl",
            };
            let _ = writeln!(text, "{name}: convert::{converter}({name})?,");
        }
        text.push_str("})) }\n\n");
    }
    text.push_str("}\n");
    text
}

fn native(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}

import type {{ NativeError }} from './native';

/** The addon's operations: each starts one, or says at once why it can't. Arguments are checked there. */
export interface NativeOperations {{
"
    );
    for operation in &table.operation {
        let mut parameters = vec!["ticket: number".to_owned()];
        parameters.extend(
            operation
                .arguments
                .iter()
                .map(|argument| format!("{}: unknown", camel(&argument.name))),
        );
        call(
            &mut text,
            &format!("  {}", operation.camel()),
            &parameters,
            ": NativeError | null;",
        );
    }
    text.push_str("}\n");
    text
}

/// What users see: response classes, options and interfaces.
fn api(table: &Table) -> String {
    let mut bases = vec!["ErrorBase".to_owned()];
    for operation in &table.operation {
        for (_, base) in variants(operation.reply) {
            bases.push((*base).to_owned());
        }
    }
    bases.sort_unstable();
    bases.dedup();
    let mut text = format!("// {MARK}\n\nimport type {{ CallOptions }} from './calls';\n");
    import(&mut text, &bases, "./responses");
    for operation in &table.operation {
        response(&mut text, operation);
        options(&mut text, operation);
    }
    interfaces(&mut text, table);
    text
}

fn data_operations(table: &Table) -> impl Iterator<Item = &Operation> {
    table
        .operation
        .iter()
        .filter(|operation| operation.service == Service::Data)
}

/// The variants of a shape besides `Error`, each with the class in lib/responses.ts it is made of.
fn variants(shape: Shape) -> &'static [(&'static str, &'static str)] {
    match shape {
        Shape::Success => &[("Success", "SuccessBase")],
        Shape::Created => &[
            ("Success", "SuccessBase"),
            ("AlreadyExists", "ResponseBase"),
        ],
        Shape::Caches => &[("Success", "CachesBase")],
        Shape::Value => &[("Hit", "ValueBase"), ("Miss", "MissBase")],
    }
}

/// The official enum of an answer's `type` is named after the method for control operations and
/// after the class for the others.
fn type_enum(operation: &Operation) -> String {
    match operation.service {
        Service::Control => format!("{}Response", operation.pascal()),
        Service::Data => format!("{}Response", operation.response),
    }
}

fn response(text: &mut String, operation: &Operation) {
    let name = &operation.response;
    let types = type_enum(operation);
    let variants = variants(operation.reply);
    let names: Vec<&str> = variants
        .iter()
        .map(|(variant, _)| *variant)
        .chain(["Error"])
        .collect();
    let _ = writeln!(
        text,
        "\n/** What `type` is in the answers of `{}`. */\nexport enum {types} {{",
        operation.camel()
    );
    for variant in &names {
        let _ = writeln!(text, "  {variant} = '{variant}',");
    }
    let _ = writeln!(
        text,
        "}}\n\n/** The answers of `{}`. {} */\nexport namespace {name} {{",
        operation.camel(),
        operation.doc
    );
    for (variant, base) in variants {
        class(text, &types, variant, base, "");
    }
    // The official style of narrowing asks any answer of a get for its value.
    let value = if operation.reply == Shape::Value {
        "\n    value(): undefined {\n      return undefined;\n    }\n"
    } else {
        ""
    };
    class(text, &types, "Error", "ErrorBase", value);
    let _ = writeln!(text, "  export type Response = {};\n}}", names.join(" | "));
}

fn class(text: &mut String, types: &str, variant: &str, base: &str, body: &str) {
    let _ = writeln!(
        text,
        "  export class {variant} extends {base} {{\n    readonly type: {types}.{variant} = {types}.{variant};\n{body}  }}\n"
    );
}

/// What carries the operations out.
fn operations(table: &Table) -> String {
    let mut text = format!("// {MARK}\n\n");
    let mut names = vec!["type IMomentoCache".to_owned()];
    for operation in &table.operation {
        names.push(operation.response.clone());
        names.push(format!("type {}", options_type(operation)));
    }
    let mut shapes: Vec<_> = table
        .operation
        .iter()
        .map(|operation| reader(operation.reply).to_owned())
        .collect();
    for list in [&mut names, &mut shapes] {
        list.sort_by_key(|name| name.trim_start_matches("type ").to_owned());
        list.dedup();
    }
    import(&mut text, &names, "./api.generated");
    text.push_str("import { Calls } from './calls';\n");
    import(&mut text, &shapes, "./replies");
    text.push('\n');
    for operation in &table.operation {
        let _ = writeln!(
            text,
            "const {}Reply = {}({});",
            operation.camel(),
            reader(operation.reply),
            operation.response
        );
    }
    client(&mut text, table);
    curried(&mut text, table);
    text
}

fn reader(shape: Shape) -> &'static str {
    match shape {
        Shape::Success => "successReply",
        Shape::Created => "createdReply",
        Shape::Caches => "cachesReply",
        Shape::Value => "valueReply",
    }
}

fn options_type(operation: &Operation) -> String {
    format!("{}Options", operation.pascal())
}

fn options(text: &mut String, operation: &Operation) {
    let _ = writeln!(text, "\n/** Options of `{}`. */", operation.camel());
    let name = options_type(operation);
    let optional: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| argument.optional)
        .collect();
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
            camel(&argument.name),
            type_of(argument.kind)
        );
    }
    text.push_str("}\n");
}

fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::CacheName => "string",
        Kind::Key | Kind::Value => "string | Uint8Array",
        Kind::Ttl => "number",
    }
}

/// The parameters as a user sees them; `curried` leaves the cache's name out.
fn parameters(operation: &Operation, curried: bool) -> Vec<String> {
    let mut parameters: Vec<_> = required(operation, curried)
        .map(|argument| format!("{}: {}", camel(&argument.name), type_of(argument.kind)))
        .collect();
    parameters.push(format!("options?: {}", options_type(operation)));
    parameters
}

fn required(operation: &Operation, curried: bool) -> impl Iterator<Item = &Argument> {
    operation
        .arguments
        .iter()
        .filter(|argument| !argument.optional)
        .filter(move |argument| !curried || argument.kind != Kind::CacheName)
}

fn returns(operation: &Operation, end: &str) -> String {
    format!(": Promise<{}.Response>{end}", operation.response)
}

fn documentation(text: &mut String, operation: &Operation, curried: bool) {
    let _ = writeln!(text, "  /**\n   * {}\n   *", operation.doc);
    for argument in required(operation, curried) {
        let _ = writeln!(
            text,
            "   * @param {} {}",
            camel(&argument.name),
            argument.doc
        );
    }
    let optional: Vec<_> = operation
        .arguments
        .iter()
        .filter(|argument| argument.optional)
        .map(|argument| format!("{}, ", camel(&argument.name)))
        .collect();
    let _ = writeln!(
        text,
        "   * @param options {}abortSignal.\n   * @returns {}, or an Error that says why; it does not reject for what happens on the network.\n   */",
        optional.concat(),
        variants(operation.reply)
            .iter()
            .map(|(variant, _)| *variant)
            .collect::<Vec<_>>()
            .join(" or ")
    );
}

fn interfaces(text: &mut String, table: &Table) {
    text.push_str("\n/** The operations of a cache client. */\nexport interface ICacheClient {\n");
    for operation in &table.operation {
        let _ = writeln!(text, "  /** {} */", operation.doc);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, false),
            &returns(operation, ";"),
        );
    }
    text.push_str("  /** The same operations for one cache, without its name. */\n  cache(cacheName: string): IMomentoCache;\n  /** Lets go of connection and token. */\n  close(): void;\n}\n\n/** The operations on one cache. */\nexport interface IMomentoCache {\n");
    for operation in data_operations(table) {
        let _ = writeln!(text, "  /** {} */", operation.doc);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, true),
            &returns(operation, ";"),
        );
    }
    text.push_str("}\n");
}

fn client(text: &mut String, table: &Table) {
    text.push_str("\n/** What `CacheClient` is made of. */\nexport abstract class Operations {\n  readonly #calls: Calls;\n\n  /** @internal */\n  protected constructor(calls: Calls) {\n    this.#calls = calls;\n  }\n");
    for operation in &table.operation {
        text.push('\n');
        documentation(text, operation, false);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, false),
            &returns(operation, " {"),
        );
        let optional: Vec<String> = operation
            .arguments
            .iter()
            .filter(|argument| argument.optional)
            .map(|argument| camel(&argument.name))
            .collect();
        let native: Vec<String> = std::iter::once("ticket".to_owned())
            .chain(operation.arguments.iter().map(|argument| {
                let name = camel(&argument.name);
                if argument.optional {
                    format!("options?.{name}")
                } else {
                    name
                }
            }))
            .collect();
        let mut arguments = vec![
            format!("{}Reply", operation.camel()),
            "options".to_owned(),
            format!(
                "(native, ticket) => native.{}({})",
                operation.camel(),
                native.join(", ")
            ),
        ];
        if !optional.is_empty() {
            arguments.push(format!("'{}'", optional.join("', '")));
        }
        let line = format!("    return this.#calls.start({});", arguments.join(", "));
        if line.len() <= WIDTH {
            let _ = writeln!(text, "{line}");
        } else {
            text.push_str("    return this.#calls.start(\n");
            for argument in arguments {
                let _ = writeln!(text, "      {argument},");
            }
            text.push_str("    );\n");
        }
        text.push_str("  }\n");
    }
    text.push_str("}\n");
}

fn curried(text: &mut String, table: &Table) {
    text.push_str("\n/** The operations of a client on one cache. */\nexport class MomentoCache implements IMomentoCache {\n  readonly #client: Operations;\n  readonly #cacheName: string;\n\n  constructor(client: Operations, cacheName: string) {\n    this.#client = client;\n    this.#cacheName = cacheName;\n  }\n");
    for operation in data_operations(table) {
        text.push('\n');
        documentation(text, operation, true);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, true),
            &returns(operation, " {"),
        );
        let arguments: Vec<_> = std::iter::once("this.#cacheName".to_owned())
            .chain(required(operation, true).map(|argument| camel(&argument.name)))
            .chain(["options".to_owned()])
            .collect();
        call(
            text,
            &format!("    return this.#client.{}", operation.camel()),
            &arguments,
            ";",
        );
        text.push_str("  }\n");
    }
    text.push_str("}\n");
}

/// A parameter or argument list as prettier breaks it.
fn call(text: &mut String, start: &str, list: &[String], end: &str) {
    let line = format!("{start}({}){end}", list.join(", "));
    if line.len() <= WIDTH {
        let _ = writeln!(text, "{line}");
        return;
    }
    let indent = &start[..start.len() - start.trim_start().len()];
    let _ = writeln!(text, "{start}(");
    for item in list {
        let _ = writeln!(text, "{indent}  {item},");
    }
    let _ = writeln!(text, "{indent}){end}");
}

/// An import as prettier breaks it.
fn import(text: &mut String, names: &[String], module: &str) {
    let line = format!("import {{ {} }} from '{module}';", names.join(", "));
    if line.len() <= WIDTH {
        let _ = writeln!(text, "{line}");
        return;
    }
    text.push_str("import {\n");
    for name in names {
        let _ = writeln!(text, "  {name},");
    }
    let _ = writeln!(text, "}} from '{module}';");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_break_as_prettier_breaks_them() {
        let mut text = String::new();
        call(&mut text, "  f", &["a".to_owned()], ";");
        call(&mut text, "  f", &["a".repeat(80), "b".repeat(40)], ";");
        assert_eq!(
            text,
            format!(
                "  f(a);\n  f(\n    {},\n    {},\n  );\n",
                "a".repeat(80),
                "b".repeat(40)
            )
        );
    }
}
