//! lib/operations.generated.ts: the operations of a client; lib/operations/SECTION.generated.ts: what
//! carries them out; lib/momento-cache.generated.ts: the same for one cache.

use super::api::{optional, options_type, parameters, positional, returns};
use super::text::{broken, broken_call, call, import};
use super::{by_response, data_operations, file_name, kinds, shapes};
use crate::files::MARK;
use crate::table::{Argument, Kind, Operation, Shape, Table};
use std::fmt::Write as _;

pub fn text(table: &Table) -> String {
    let mut text = format!("// {MARK}\n\n");
    let options = table.operation.iter().map(options_type);
    import(
        &mut text,
        "import type",
        options.collect(),
        "./api.generated",
    );
    text.push_str("import type { Calls } from './calls';\n");
    import_types(&mut text, table.operation.iter(), "./collections");
    text.push_str("import { first, placed } from './later';\n");
    import_responses(&mut text, table, |_| true, ".");
    client(&mut text, table);
    text
}

/// What carries out the operations of a section.
pub fn methods(table: &Table, section: &str) -> String {
    let operations = || {
        table
            .operation
            .iter()
            .filter(|row| row.section() == section)
    };
    let mut text = format!("// {MARK}\n\n");
    let options = operations().map(options_type).collect();
    import(&mut text, "import type", options, "../api.generated");
    text.push_str("import check = require('../arguments');\n");
    import_types(&mut text, operations(), "../collections");
    text.push_str(
        "import { callsOf, type Operations } from '../operations.generated';\nimport { Reply } from '../replies';\n",
    );
    import_responses(&mut text, table, |one| one == section, "..");
    replies(&mut text, table, section);
    text.push_str("\n/** Methods of `Operations`. */\nexport const methods = {\n");
    for (index, operation) in operations().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        method(&mut text, operation);
    }
    text.push_str("};\n");
    text
}

/// The operations on one cache.
pub fn on_one_cache(table: &Table) -> String {
    let mut text = format!("// {MARK}\n\n");
    let mut names: Vec<_> = data_operations(table).map(options_type).collect();
    names.push("IMomentoCache".to_owned());
    import(&mut text, "import type", names, "./api.generated");
    import_types(&mut text, data_operations(table), "./collections");
    text.push_str("import type { Operations } from './operations.generated';\n");
    import_responses(&mut text, table, |section| section != "control", ".");
    curried(&mut text, table);
    text
}

/// The types of positional arguments.
fn import_types<'a>(
    text: &mut String,
    operations: impl Iterator<Item = &'a Operation>,
    module: &str,
) {
    let named = operations
        .flat_map(|operation| &operation.arguments)
        .filter(|argument| !argument.optional)
        .filter_map(|argument| kinds::named_type(argument.kind).map(str::to_owned));
    let named: Vec<_> = named.collect();
    if !named.is_empty() {
        import(text, "import type", named, module);
    }
}

fn import_responses(text: &mut String, table: &Table, wanted: impl Fn(&str) -> bool, folder: &str) {
    let sections = super::SECTIONS.into_iter();
    for section in sections.filter(|section| wanted(section)) {
        let responses = responses(table, section).into_iter();
        let names = responses.map(|operation| operation.response.clone());
        let module = format!("{folder}/responses/{}.generated", file_name(section));
        import(text, "import type", names.collect(), &module);
    }
}

fn responses<'a>(table: &'a Table, section: &str) -> Vec<&'a Operation> {
    let of_section = |operation: &&Operation| operation.section() == section;
    by_response(table.operation.iter().filter(of_section))
}

/// A reader per response class. The classes are loaded with the first answer.
fn replies(text: &mut String, table: &Table, section: &str) {
    let module = format!("../responses/{}.generated", file_name(section));
    text.push('\n');
    let load = format!("require('{module}') as typeof import('{module}');");
    broken(text, "const responses = () =>", " ", &load, "");
    for operation in responses(table, section) {
        let name = &operation.response;
        let start = format!("const {} = new Reply<{name}.Response>(", reply(operation));
        broken_call(text, &start, &format!("() => responses().{name}"));
    }
}

fn reply(operation: &Operation) -> String {
    let (first, rest) = operation.response.split_at(1);
    format!("{}{rest}", first.to_ascii_lowercase())
}

fn documentation(text: &mut String, operation: &Operation, curried: bool) {
    let _ = writeln!(text, "  /**\n   * {}\n   *", operation.doc);
    for argument in positional(operation, curried) {
        let _ = writeln!(
            text,
            "   * @param {} {}",
            argument.node_name(),
            argument.doc
        );
    }
    let options = optional(operation).map(|argument| format!("{}, ", argument.node_name()));
    let _ = writeln!(
        text,
        "   * @param options {}abortSignal.\n   * @returns {}, or an Error that says why; it does not reject for what happens on the network.\n   */",
        options.collect::<String>(),
        shapes::variants(operation.reply)
            .iter()
            .map(|variant| variant.name)
            .collect::<Vec<_>>()
            .join(" or ")
    );
}

/// The declarations, and stand-ins for what carries them out.
fn client(text: &mut String, table: &Table) {
    text.push_str("\n/** What `CacheClient` is made of. */\nexport interface Operations {\n");
    for (index, operation) in table.operation.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        documentation(text, operation, false);
        call(
            text,
            &format!("  {}", operation.camel()),
            &parameters(operation, false),
            &returns(operation, ";"),
        );
    }
    text.push_str("}\n\n");
    for section in super::SECTIONS {
        let module = format!("./operations/{}.generated", file_name(section));
        let _ = writeln!(text, "const {} = () => {{", loader(section));
        let load = format!("require('{module}') as typeof import('{module}');");
        broken(text, "  const { methods } =", " ", &load, "  ");
        text.push_str("  return placed(methods, Operations.prototype);\n};\n");
    }
    text.push_str("\nclass StandIns {\n");
    for (index, operation) in table.operation.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        stand_in(text, operation);
    }
    text.push_str(
        "}

/** @internal */
export let callsOf: (operations: Operations) => Calls;

export abstract class Operations extends (StandIns as new () => object) {
  readonly #calls: Calls;

  /** @internal */
  protected constructor(calls: Calls) {
    super();
    this.#calls = calls;
  }

  static {
    callsOf = operations => operations.#calls;
  }
}
",
    );
}

/// What loads a section's methods.
fn loader(section: &str) -> String {
    match section {
        "sorted_set" => "sortedSetMethods".to_owned(),
        one_word => format!("{one_word}Methods"),
    }
}

/// A method until one of its section has been called. Mocks look at its name and its length.
fn stand_in(text: &mut String, operation: &Operation) {
    let name = operation.camel();
    let parameters: Vec<_> = (1..=length(operation))
        .map(|number| format!("_{number}: unknown"))
        .collect();
    call(text, &format!("  {name}"), &parameters, " {");
    let _ = writeln!(
        text,
        "    return first(this, {}, '{name}', arguments);\n  }}",
        loader(operation.section())
    );
}

fn method(text: &mut String, operation: &Operation) {
    let mut parameters = with_defaults(operation);
    parameters.insert(0, "this: Operations".to_owned());
    call(
        text,
        &format!("  {}", operation.camel()),
        &parameters,
        &returns(operation, " {"),
    );
    let echo = echoed(operation).map(|name| format!(".echoing({name})"));
    let _ = writeln!(
        text,
        "    return callsOf(this).start({}{}, options, {}, (native, ticket) => {{",
        reply(operation),
        echo.unwrap_or_default(),
        told(operation)
    );
    let native: Vec<String> = std::iter::once("ticket".to_owned())
        .chain(operation.arguments.iter().map(value))
        .collect();
    call(
        text,
        &format!("      return native.{}", operation.camel()),
        &native,
        ";",
    );
    text.push_str("    });\n  },\n");
}

/// What the text about options that are no object names: the official one names `ttl`.
fn told(operation: &Operation) -> String {
    let first = optional(operation).find(|argument| argument.kind == Kind::Ttl);
    match first.or_else(|| optional(operation).next()) {
        Some(argument) => format!("'{}'", argument.node_name()),
        None => "undefined".to_owned(),
    }
}

/// The argument that also an error tells again.
fn echoed(operation: &Operation) -> Option<String> {
    matches!(operation.reply, Shape::Field | Shape::ElementScore)
        .then(|| operation.arguments.last().map(Argument::node_name))
        .flatten()
}

fn value(argument: &Argument) -> String {
    let name = argument.node_name();
    let value = if argument.optional {
        format!("options?.{name}")
    } else {
        name
    };
    kinds::converter(argument, &value)
}

/// What JavaScript calls a method's length: how many parameters there are before one with a default.
fn length(operation: &Operation) -> usize {
    let parameters = with_defaults(operation);
    let before = parameters.iter().position(|one| one.contains(" = "));
    before.unwrap_or(parameters.len())
}

/// The parameters, with what they are where they are left out.
fn with_defaults(operation: &Operation) -> Vec<String> {
    let mut list = parameters(operation, false);
    for (parameter, argument) in list.iter_mut().zip(positional(operation, false)) {
        if let Some(default) = &argument.default {
            *parameter = format!(
                "{}: {} = {}",
                argument.node_name(),
                kinds::public_type(argument.kind),
                default.trim_end_matches(".0")
            );
        }
    }
    list
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
            .chain(positional(operation, true).map(Argument::node_name))
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
