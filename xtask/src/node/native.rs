//! lib/native.generated.ts: the addon's operations as TypeScript sees them.

use super::kinds;
use super::text::call;
use crate::files::MARK;
use crate::table::{Table, camel};

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
