//! lib/native.generated.ts: the addon's operations as TypeScript sees them; lib/rpcs.generated.ts:
//! what may be repeated.

use super::kinds;
use super::text::call;
use crate::files::MARK;
use crate::table::{Operation, Table, camel};
use std::fmt::Write as _;

pub fn text(table: &Table) -> String {
    let mut text = format!(
        "// {MARK}

import type {{ Bytes }} from './collections';
import type {{ NativeError }} from './native';

/** The addon's operations: each starts one, or says at once why it can't. */
export interface NativeOperations {{
"
    );
    for operation in &table.operation {
        let mut list = vec!["ticket: number".to_owned()];
        for argument in &operation.arguments {
            for parameter in kinds::parameters(argument.kind) {
                let name = camel(&format!("{}{}", argument.name, parameter.suffix));
                list.push(format!("{name}: {}", parameter.typescript));
            }
        }
        call(
            &mut text,
            &format!("  {}", operation.camel()),
            &list,
            ": NativeError | null;",
        );
    }
    text.push_str("}\n");
    text
}

/// lib/rpcs.generated.ts: what may be sent again.
pub fn repeatable(table: &Table) -> String {
    let mut paths: Vec<_> = table
        .operation
        .iter()
        .filter(|operation| operation.idempotent)
        .map(Operation::path)
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let mut text = format!(
        "// {MARK}

/** The paths of the RPCs that do the same when they are sent twice. */
export const REPEATABLE: ReadonlySet<string> = new Set([
"
    );
    for path in paths {
        let _ = writeln!(text, "  '{path}',");
    }
    text.push_str("]);\n");
    text
}
