//! The docstring of a client's method: what it does, its arguments, how it ends, an example.

use super::COLUMNS;
use super::arguments::{example, units};
use super::clients::Flavour;
use super::shapes::{self, variants};
use crate::table::{Operation, Service};
use std::fmt::Write as _;

const INDENT: &str = "        ";
const HANGING: &str = "            ";

pub fn docstring(operation: &Operation, flavour: Flavour) -> String {
    let mut text = wrapped(&format!("\"\"\"{}", operation.doc), INDENT, INDENT);
    text.push('\n');
    if !operation.arguments.is_empty() {
        let _ = writeln!(text, "{INDENT}Args:");
        for argument in &operation.arguments {
            let line = format!(
                "{}: {}{}",
                argument.name,
                argument.doc,
                units(argument.kind)
            );
            text.push_str(&wrapped(&line, HANGING, "                "));
        }
        text.push('\n');
    }
    let response = &operation.response;
    let ends: Vec<_> = variants(operation.reply)
        .iter()
        .map(|variant| format!("`{response}.{}`", variant.name))
        .collect();
    let _ = writeln!(text, "{INDENT}Returns:");
    let returns = format!(
        "{} or, whatever went wrong, `{response}.Error` with `error_code`, `message` and `inner_exception`{}. \
         Nothing is raised, unless the configuration says `with_throw_on_errors(True)`.",
        ends.join(", "),
        errors(operation)
    );
    text.push_str(&wrapped(&returns, HANGING, HANGING));
    let awaited = match flavour {
        Flavour::Sync => "",
        Flavour::Async => "await ",
    };
    let (variant, then) = shapes::example(operation.reply);
    let _ = writeln!(
        text,
        "
{INDENT}Example:
{}
{HANGING}if isinstance(response, {response}.{variant}):
{HANGING}    {then}
{INDENT}\"\"\"",
        call(operation, awaited)
    );
    text
}

/// The line with the call; arguments that can be left out are where the line would be too long.
fn call(operation: &Operation, awaited: &str) -> String {
    let line = |most: usize| {
        let arguments = operation.arguments.iter().take(most).filter_map(example);
        let arguments: Vec<_> = arguments.collect();
        let name = &operation.name;
        format!(
            "{HANGING}response = {awaited}client.{name}({})",
            arguments.join(", ")
        )
    };
    let whole = line(usize::MAX);
    if whole.len() <= COLUMNS {
        return whole;
    }
    let required = operation.arguments.iter();
    line(required.take_while(|argument| !argument.optional).count())
}

fn errors(operation: &Operation) -> &'static str {
    match (operation.service, operation.group()) {
        (Service::Control, _) => "",
        (Service::Data, "scalar") => ": `NOT_FOUND_ERROR` where there is no such cache",
        (Service::Data, _) => {
            ": `NOT_FOUND_ERROR` where there is no such cache, `FAILED_PRECONDITION_ERROR` \
             where the item is of another type"
        }
    }
}

/// A text broken at 120 columns.
fn wrapped(text: &str, first: &str, others: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && line.len() + 1 + word.len() > COLUMNS {
            lines.push_str(&line);
            lines.push('\n');
            others.clone_into(&mut line);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines + &line + "\n"
}
