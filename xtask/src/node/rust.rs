//! src/generated.rs: the addon's operations.

use super::kinds;
use crate::files::MARK;
use crate::table::Table;
use std::fmt::Write as _;

pub fn text(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}
#![expect(clippy::too_many_arguments, reason = \"a parameter per argument, flattened\")]

use crate::client::NativeClient;
use crate::convert::{{self, Amount, Bytes}};
use crate::errors::NativeError;
use momento_lambda_core::operation::{{Request, ScoreBound}};
use napi::Env;
use napi::bindgen_prelude::{{Float64ArraySlice, Uint8ArraySlice, Uint32ArraySlice}};
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
            for parameter in kinds::parameters(argument.kind) {
                let _ = write!(
                    text,
                    "{}{}: {},",
                    argument.name, parameter.suffix, parameter.rust
                );
            }
        }
        let _ = writeln!(
            text,
            ") -> Option<NativeError> {{ self.submit(env, ticket, || Ok(Request::{} {{",
            operation.pascal()
        );
        for argument in &operation.arguments {
            let _ = writeln!(text, "{}", kinds::field(argument));
        }
        text.push_str("})) }\n\n");
    }
    text.push_str("}\n");
    text
}
