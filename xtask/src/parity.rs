//! tests/parity/operations.json: the table in a form that tests of any language read.

use crate::files::{File, MARK};
use crate::table::Table;

pub fn files(table: &Table) -> Result<Vec<File>, String> {
    let document = serde_json::json!({ "//": MARK, "operations": table.operation });
    let text = serde_json::to_string_pretty(&document).map_err(|error| error.to_string())?;
    Ok(vec![File {
        path: "tests/parity/operations.json".to_owned(),
        text: text + "\n",
    }])
}
