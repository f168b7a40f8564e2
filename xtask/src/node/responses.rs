//! lib/responses/SECTION.generated.ts: the response classes of a section of operations.

use super::shapes::{self, Variant};
use super::text::{broken, import};
use super::{by_response, file_name};
use crate::files::MARK;
use crate::table::{Operation, Service, Table};
use std::fmt::Write as _;

/// Responses of many elements that can be turned into the one of the operation for one element.
const SINGULAR: [(&str, &str); 2] = [
    ("CacheSetAddElements", "CacheSetAddElement"),
    ("CacheSetRemoveElements", "CacheSetRemoveElement"),
];

pub fn text(table: &Table, section: &str) -> String {
    let operations = by_response(
        table
            .operation
            .iter()
            .filter(|operation| operation.section() == section),
    );
    let mut text = format!("// {MARK}\n\n");
    let bases = operations.iter().flat_map(|operation| {
        shapes::variants(operation.reply)
            .into_iter()
            .chain([shapes::error(operation.reply)])
            .map(|variant| variant.base.to_owned())
    });
    let (common, own): (Vec<_>, Vec<_>) = bases.partition(|base| shapes::is_common(base));
    import(&mut text, "import", common, "./base");
    if !own.is_empty() {
        let group = operations
            .first()
            .map_or(section, |operation| operation.group());
        import(&mut text, "import", own, &format!("./{}", file_name(group)));
    }
    for operation in operations {
        response(&mut text, operation);
    }
    text
}

/// The official enum of an answer's `type` is named after the method for control operations and
/// after the class for the others.
pub fn type_enum(operation: &Operation) -> String {
    match operation.service {
        Service::Control => format!("{}Response", operation.pascal()),
        Service::Data => format!("{}Response", operation.response),
    }
}

fn response(text: &mut String, operation: &Operation) {
    let name = &operation.response;
    let types = type_enum(operation);
    let mut variants = shapes::variants(operation.reply);
    variants.push(shapes::error(operation.reply));
    let _ = writeln!(
        text,
        "\n/** What `type` is in the answers of `{}`. */\nexport enum {types} {{",
        operation.camel()
    );
    for Variant { name, .. } in &variants {
        let _ = writeln!(text, "  {name} = '{name}',");
    }
    let _ = writeln!(
        text,
        "}}\n\n/** The answers of `{}`. {} */\nexport namespace {name} {{",
        operation.camel(),
        operation.doc
    );
    for variant in &variants {
        class(text, name, &types, variant);
    }
    let names: Vec<&str> = variants.iter().map(|variant| variant.name).collect();
    let _ = writeln!(text, "  export type Response = {};\n}}", names.join(" | "));
}

fn class(text: &mut String, response: &str, types: &str, variant: &Variant) {
    let Variant { name, base, absent } = variant;
    let _ = writeln!(text, "  export class {name} extends {base} {{");
    let declared = format!("    readonly type: {types}.{name} =");
    broken(text, &declared, " ", &format!("{types}.{name};"), "    ");
    for accessor in *absent {
        let _ = writeln!(
            text,
            "\n    {accessor}(): undefined {{\n      return undefined;\n    }}"
        );
    }
    if let Some((_, singular)) = SINGULAR.iter().find(|(plural, _)| *plural == response) {
        let argument = if *name == "Error" {
            "this._innerException"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "\n    toSingularResponse(): {singular}.{name} {{\n      return new {singular}.{name}({argument});\n    }}"
        );
    }
    text.push_str("  }\n\n");
}
