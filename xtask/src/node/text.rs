//! Lists as prettier breaks them.

use std::fmt::Write as _;

/// The line length that prettier is told in bindings-node/package.json.
pub const WIDTH: usize = 120;

/// A parameter or argument list.
pub fn call(text: &mut String, start: &str, list: &[String], end: &str) {
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

/// Two parts of a statement, on two lines where one is too short.
pub fn broken(text: &mut String, first: &str, between: &str, second: &str, indent: &str) {
    let line = format!("{first}{between}{second}");
    let _ = if line.len() <= WIDTH {
        writeln!(text, "{line}")
    } else {
        writeln!(text, "{first}\n{indent}  {second}")
    };
}

/// A call with one argument.
pub fn broken_call(text: &mut String, start: &str, argument: &str) {
    let line = format!("{start}{argument});");
    let _ = if line.len() <= WIDTH {
        writeln!(text, "{line}")
    } else {
        writeln!(text, "{start}\n  {argument},\n);")
    };
}

/// An import of these names, sorted and each once; `keyword` is `import` or `import type`.
pub fn import(text: &mut String, keyword: &str, mut names: Vec<String>, module: &str) {
    names.sort_by_key(|name| name.trim_start_matches("type ").to_owned());
    names.dedup();
    let line = format!("{keyword} {{ {} }} from '{module}';", names.join(", "));
    if line.len() <= WIDTH {
        let _ = writeln!(text, "{line}");
        return;
    }
    let _ = writeln!(text, "{keyword} {{");
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
