//! The doctor: says why this library does not work here, or would not on Lambda.
//!
//! A look-up crosses IAM, a region, a network and two formats, and a package can be for another
//! machine: each has its own failure, and from inside a function they are hard to tell apart. So the
//! same steps are taken here one by one, each with a name, a time and one sentence on what to do.
//! Written once for all languages; nothing of it runs before it is asked for.
//!
//! Without a path `environment` and `connection` look at this process, with one `artefact` and what
//! it uses look at files.

mod arguments;
mod artefact;
mod binary;
mod connection;
mod environment;
mod fit;
mod folder;
mod image;
mod layout;
mod report;
mod tree;
mod zip_file;

use arguments::Command;
use report::Report;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The language of whoever asks, or of what is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The Python package.
    Python,
    /// The Node package.
    Node,
    /// The crate.
    Rust,
}

impl Language {
    /// As the options and the report name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Rust => "rust",
        }
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub struct Host {
    /// Whose command this is.
    pub language: Language,
    /// The runtime, such as `python 3.12.1`.
    pub runtime_version: String,
    /// The file of the addon, where it is known.
    pub addon: Option<PathBuf>,
}

impl Host {
    /// A Rust program.
    #[must_use]
    pub fn rust() -> Self {
        Self {
            language: Language::Rust,
            runtime_version: "rust".to_owned(),
            addon: None,
        }
    }
}

/// What the command prints and ends with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// 0: no check failed; 1: one did; 2: the arguments make no sense.
    pub exit_code: u8,
    /// For standard output, or for standard error where the arguments make no sense.
    pub text: String,
}

const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Runs the command with the arguments after the word `doctor`. Blocks; not from async code.
///
/// ```
/// use momento_lambda_core::doctor::{Host, run};
/// let outcome = run(["no-such.zip".into()], &Host::rust());
/// assert_eq!(outcome.exit_code, 1);
/// assert!(outcome.text.contains("no-such.zip"));
/// ```
pub fn run(arguments: impl IntoIterator<Item = OsString>, host: &Host) -> Outcome {
    let options = match arguments::parse(arguments) {
        Ok(Command::Check(options)) => options,
        Ok(Command::Help) => {
            return Outcome {
                exit_code: 0,
                text: arguments::HELP.to_owned(),
            };
        }
        Err(problem) => {
            return Outcome {
                exit_code: 2,
                text: format!("momento-lambda doctor: {problem}.\n"),
            };
        }
    };
    let deadline = Instant::now() + options.timeout.unwrap_or(DEFAULT_TIMEOUT);
    let mut report = Report::new("environment");
    match &options.path {
        Some(path) => artefact::check(&mut report, path, &options, host, deadline),
        None => environment::check(&mut report, &options, host, deadline),
    }
    let text = if options.json {
        report.json(host) + "\n"
    } else {
        report.text(host)
    };
    Outcome {
        exit_code: u8::from(!report.is_ok()),
        text,
    }
}
