//! The command line.
//!
//! An error names the option and what to write. A value is repeated only where it can't be a token:
//! a key in the wrong place must not end up in a log.

use super::Language;
use lexopt::prelude::{Long, Short, Value};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The text of `--help`.
pub(super) const HELP: &str = include_str!("help.txt");

/// What PATH is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Layer,
    Image,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Layer => "layer",
            Self::Image => "image",
        }
    }
}

/// The processors that Lambda has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Architecture {
    X86_64,
    Arm64,
}

impl Architecture {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) path: Option<PathBuf>,
    pub(super) token_source: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) root_certificates: Option<PathBuf>,
    pub(super) cache: Option<String>,
    pub(super) kind: Option<Kind>,
    pub(super) architecture: Option<Architecture>,
    pub(super) language: Option<Language>,
    pub(super) timeout: Option<Duration>,
    pub(super) json: bool,
}

/// What the command line asks for.
#[derive(Debug)]
pub(super) enum Command {
    Check(Box<Options>),
    Help,
}

/// Reads the arguments that follow the word `doctor`; an error is a sentence for the user.
pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut options = Options::default();
    // The only failure here is a value for an option that takes none: `--json=yes`.
    while let Some(argument) = parser
        .next()
        .map_err(|_| "--json and --help take no value".to_owned())?
    {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Long("json") => options.json = true,
            Long("token-source") => {
                options.token_source = Some(text(
                    &mut parser,
                    "--token-source",
                    "a source such as secretsmanager:NAME",
                )?);
            }
            Long("endpoint") => {
                options.endpoint = Some(text(&mut parser, "--endpoint", "a host name or URL")?);
            }
            Long("root-certificates") => {
                let path = text(&mut parser, "--root-certificates", "the path of a PEM file")?;
                options.root_certificates = Some(path.into());
            }
            Long("cache") => {
                options.cache = Some(text(&mut parser, "--cache", "the name of a cache")?);
            }
            Long("kind") => {
                options.kind = Some(one_of(
                    &mut parser,
                    "--kind",
                    &[
                        ("zip", Kind::Zip),
                        ("layer", Kind::Layer),
                        ("image", Kind::Image),
                    ],
                )?);
            }
            Long("architecture") => {
                options.architecture = Some(one_of(
                    &mut parser,
                    "--architecture",
                    &[
                        ("x86_64", Architecture::X86_64),
                        ("arm64", Architecture::Arm64),
                        ("x64", Architecture::X86_64),
                        ("aarch64", Architecture::Arm64),
                    ],
                )?);
            }
            Long("language") => {
                options.language = Some(one_of(
                    &mut parser,
                    "--language",
                    &[
                        ("python", Language::Python),
                        ("node", Language::Node),
                        ("nodejs", Language::Node),
                    ],
                )?);
            }
            Long("timeout") => options.timeout = Some(seconds(&mut parser)?),
            Long(_) | Short(_) => {
                return Err("there is an unknown option; --help lists the options".to_owned());
            }
            Value(path) if options.path.is_none() => {
                if path.is_empty() {
                    return Err("PATH is empty; name a zip or a folder, or leave it out".to_owned());
                }
                options.path = Some(refuse_key(path, "PATH")?.into());
            }
            Value(_) => return Err("there is more than one PATH; check one at a time".to_owned()),
        }
    }
    Ok(Command::Check(Box::new(options)))
}

fn text(parser: &mut lexopt::Parser, option: &str, expected: &str) -> Result<String, String> {
    let wanted = || format!("{option} needs a value: {expected}");
    let value = refuse_key(parser.value().map_err(|_| wanted())?, option)?;
    match value.into_string() {
        Ok(text) if !text.trim().is_empty() => Ok(text),
        _ => Err(wanted()),
    }
}

/// Keys are base64 of JSON, or begin with it. What is there is no key: folders have such names, too.
fn refuse_key(value: OsString, what: &str) -> Result<OsString, String> {
    if value.to_string_lossy().contains("eyJ") && !Path::new(&value).exists() {
        return Err(format!(
            "{what} looks like an API key, which belongs into a store or a variable, not on a command line: name the place, for example --token-source env:MOMENTO_API_KEY"
        ));
    }
    Ok(value)
}

fn one_of<T: Copy>(
    parser: &mut lexopt::Parser,
    option: &str,
    choices: &[(&str, T)],
) -> Result<T, String> {
    let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
    let expected = names.join(", ");
    let value = text(parser, option, &expected)?;
    choices
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, choice)| *choice)
        .ok_or_else(|| format!("{option} can't be that; write one of {expected}"))
}

fn seconds(parser: &mut lexopt::Parser) -> Result<Duration, String> {
    let expected = "a number of seconds, more than 0 and at most 900";
    let value = text(parser, "--timeout", expected)?;
    value
        .parse()
        .ok()
        .filter(|seconds: &f64| *seconds > 0.0 && *seconds <= 900.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("--timeout can't be that; write {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, String> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn a_whole_command_line() {
        let Ok(Command::Check(options)) = parsed(&[
            "function.zip",
            "--json",
            "--architecture",
            "arm64",
            "--language=node",
            "--kind",
            "zip",
            "--timeout",
            "1.5",
        ]) else {
            panic!("readable");
        };
        assert_eq!(options.path, Some("function.zip".into()));
        assert_eq!(options.architecture, Some(Architecture::Arm64));
        assert_eq!(options.language, Some(Language::Node));
        assert_eq!(options.kind, Some(Kind::Zip));
        assert_eq!(options.timeout, Some(Duration::from_millis(1_500)));
        assert!(options.json);
        assert!(matches!(parsed(&["-h"]), Ok(Command::Help)));
    }

    #[test]
    fn an_error_names_the_option_and_repeats_no_value() {
        for (arguments, part) in [
            (&["--cache"][..], "--cache needs a value"),
            (&["--cache", " "], "--cache needs a value"),
            (
                &["--kind", "CANARY"],
                "--kind can't be that; write one of zip, layer, image",
            ),
            (&["--architecture", "CANARY"], "x86_64, arm64"),
            (&["--language", "CANARY"], "python, node"),
            (&["--timeout", "CANARY"], "--timeout"),
            (&["--timeout", "0"], "--timeout"),
            (&["--timeout", "inf"], "--timeout"),
            (&["--CANARY"], "unknown option"),
            (&["-C"], "unknown option"),
            (&["--json=CANARY"], "take no value"),
            (&["a", "CANARY"], "more than one PATH"),
            (&[""], "PATH is empty"),
            (&["eyJCANARY"], "PATH looks like an API key"),
            (
                &["--token-source", "env:eyJCANARY"],
                "--token-source looks like an API key",
            ),
        ] {
            let error = parsed(arguments).expect_err(part);
            assert!(error.contains(part), "{error}");
            assert!(!error.contains("CANARY"), "{error}");
        }
    }
}
