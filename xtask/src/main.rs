//! The project's own chores: `cargo xtask generate` and `cargo xtask generate --check`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to its user"
)]

mod core;
mod docs;
mod examples;
mod files;
mod node;
mod parity;
mod python;
mod table;

use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask generate [--check]

  generate          writes what follows from core/operations.toml
  generate --check  says what is out of date, writes nothing, ends non-zero if anything is";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let check = match words.as_slice() {
        ["generate"] => false,
        ["generate", "--check"] => true,
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(check) {
        Ok(message) => {
            println!("{message}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the manifest of xtask has no parent folder")?;
    let table = table::read(&root.join("core/operations.toml"))?;
    let mut files = Vec::new();
    files.extend(core::files(&table));
    files.extend(python::files(&table));
    files.extend(node::files(&table));
    files.extend(docs::files(&table));
    files.extend(parity::files(&table)?);
    files::settle(root, files, check)
}
