//! The command line.
//!
//! An error says which argument is wrong and what to write instead. It repeats a value only where that cannot be a
//! token: a token given in the wrong place must not end up in a log.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use lexopt::prelude::{Long, Short};
use momento_lambda_local::Options;

/// The text of `--help`.
pub(crate) const HELP: &str = include_str!("help.txt");

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Command {
    /// Serve.
    Serve {
        /// All options but TLS.
        options: Box<Options>,
        /// The certificate's and the key's files.
        tls: Option<(PathBuf, PathBuf)>,
        /// Whether the end of stdin ends the program too.
        exit_with_stdin: bool,
    },
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// What is wrong with the command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ArgumentError {
    #[error("{option} needs a value: {expected}")]
    NoValue {
        option: &'static str,
        expected: &'static str,
    },
    #[error("{option} cannot be `{value}`: give {expected}")]
    BadValue {
        option: &'static str,
        value: String,
        expected: &'static str,
    },
    #[error("{0} must not be empty")]
    Empty(&'static str),
    #[error("unknown option `{0}`; --help lists the options")]
    UnknownOption(String),
    #[error("{0} takes no value")]
    NeedlessValue(String),
    #[error("there is an argument that belongs to no option; --help lists the options")]
    Stray,
    #[error("{given} is of no use without {missing}: give both")]
    Half {
        given: &'static str,
        missing: &'static str,
    },
}

const PORT: &str = "a number from 0 to 65535";
const ADDRESS: &str = "an IP address such as 127.0.0.1";
const MILLISECONDS: &str = "a whole number of milliseconds";
const NAME: &str = "the name of a cache";
const TOKEN: &str = "the token to accept";
const FILE: &str = "the path of a PEM file";

/// Reads the arguments that follow the program's name.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Command, ArgumentError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut options = Options::default().port(8080);
    let (mut certificate, mut key) = (None, None);
    let mut exit_with_stdin = false;
    while let Some(argument) = parser.next().map_err(|error| no_value(&error))? {
        options = match argument {
            Long("host") => options.host(address(&mut parser)?),
            Long("allow-remote") => options.allow_remote(),
            Long("port") => options.port(number(&mut parser, "--port", PORT)?),
            Long("admin-port") => options.admin_port(number(&mut parser, "--admin-port", PORT)?),
            Long("cache") => options.cache(text(&mut parser, "--cache", NAME)?),
            Long("token") => options.token(text(&mut parser, "--token", TOKEN)?),
            Long("latency-ms") => {
                let milliseconds = number(&mut parser, "--latency-ms", MILLISECONDS)?;
                options.latency(Duration::from_millis(milliseconds))
            }
            Long("tls-certificate") => {
                certificate = Some(PathBuf::from(value(
                    &mut parser,
                    "--tls-certificate",
                    FILE,
                )?));
                options
            }
            Long("tls-key") => {
                key = Some(PathBuf::from(value(&mut parser, "--tls-key", FILE)?));
                options
            }
            Long("exit-with-stdin") => {
                exit_with_stdin = true;
                options
            }
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Long(name) => return Err(ArgumentError::UnknownOption(format!("--{name}"))),
            Short(letter) => return Err(ArgumentError::UnknownOption(format!("-{letter}"))),
            lexopt::Arg::Value(_) => return Err(ArgumentError::Stray),
        };
    }
    let tls = match (certificate, key) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(ArgumentError::Half {
                given: "--tls-certificate",
                missing: "--tls-key",
            });
        }
        (None, Some(_)) => {
            return Err(ArgumentError::Half {
                given: "--tls-key",
                missing: "--tls-certificate",
            });
        }
    };
    Ok(Command::Serve {
        options: Box::new(options),
        tls,
        exit_with_stdin,
    })
}

/// The one error that reading the next option has: a value, `--allow-remote=yes`, for an option that takes none.
fn no_value(error: &lexopt::Error) -> ArgumentError {
    match error {
        lexopt::Error::UnexpectedValue { option, .. } => {
            ArgumentError::NeedlessValue(option.clone())
        }
        _ => ArgumentError::Stray,
    }
}

fn value(
    parser: &mut lexopt::Parser,
    option: &'static str,
    expected: &'static str,
) -> Result<OsString, ArgumentError> {
    parser
        .value()
        .map_err(|_| ArgumentError::NoValue { option, expected })
}

fn text(
    parser: &mut lexopt::Parser,
    option: &'static str,
    expected: &'static str,
) -> Result<String, ArgumentError> {
    let text = value(parser, option, expected)?.into_string();
    match text {
        Ok(text) if text.trim().is_empty() => Err(ArgumentError::Empty(option)),
        Ok(text) => Ok(text),
        Err(_) => Err(ArgumentError::NoValue { option, expected }),
    }
}

fn number<T: FromStr>(
    parser: &mut lexopt::Parser,
    option: &'static str,
    expected: &'static str,
) -> Result<T, ArgumentError> {
    let value = text(parser, option, expected)?;
    value.parse().map_err(|_| ArgumentError::BadValue {
        option,
        value,
        expected,
    })
}

fn address(parser: &mut lexopt::Parser) -> Result<IpAddr, ArgumentError> {
    let value = text(parser, "--host", ADDRESS)?;
    if value == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    value.parse().map_err(|_| ArgumentError::BadValue {
        option: "--host",
        value,
        expected: ADDRESS,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, ArgumentError> {
        parse(arguments.iter().map(OsString::from))
    }

    fn error(arguments: &[&str]) -> Option<String> {
        parsed(arguments).err().map(|error| error.to_string())
    }

    #[test]
    fn a_whole_command_line() {
        let command = parsed(&[
            "--host",
            "localhost",
            "--allow-remote",
            "--port=0",
            "--admin-port",
            "0",
            "--cache",
            "a",
            "--cache=b",
            "--token",
            "secret",
            "--latency-ms",
            "5",
            "--tls-certificate",
            "c.pem",
            "--tls-key",
            "k.pem",
            "--exit-with-stdin",
        ]);
        assert!(
            matches!(
                command,
                Ok(Command::Serve {
                    tls: Some(_),
                    exit_with_stdin: true,
                    ..
                })
            ),
            "{command:?}"
        );
        assert!(!format!("{command:?}").contains("secret"));
        assert!(matches!(
            parsed(&[]),
            Ok(Command::Serve {
                tls: None,
                exit_with_stdin: false,
                ..
            })
        ));
        assert!(matches!(parsed(&["--help"]), Ok(Command::Help)));
        assert!(matches!(parsed(&["-V"]), Ok(Command::Version)));
    }

    #[test]
    fn an_error_names_the_argument_and_the_way_out() {
        for (arguments, expected) in [
            (
                &["--port", "70000"][..],
                "--port cannot be `70000`: give a number from 0 to 65535",
            ),
            (
                &["--port"],
                "--port needs a value: a number from 0 to 65535",
            ),
            (
                &["--host", "example"],
                "--host cannot be `example`: give an IP address such as 127.0.0.1",
            ),
            (
                &["--latency-ms", "-1"],
                "--latency-ms cannot be `-1`: give a whole number of milliseconds",
            ),
            (&["--cache", " "], "--cache must not be empty"),
            (
                &["--prot", "1"],
                "unknown option `--prot`; --help lists the options",
            ),
            (&["-x"], "unknown option `-x`; --help lists the options"),
            (&["--allow-remote=yes"], "--allow-remote takes no value"),
            (
                &["--tls-key", "k"],
                "--tls-key is of no use without --tls-certificate: give both",
            ),
            (
                &["--tls-certificate", "c"],
                "--tls-certificate is of no use without --tls-key: give both",
            ),
        ] {
            assert_eq!(error(arguments).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_token_in_the_wrong_place_is_not_repeated() {
        for arguments in [
            &["secret"][..],
            &["--tokn=secret"],
            &["--allow-remote=secret"],
            &["--help-me", "secret"],
        ] {
            assert!(
                error(arguments).is_some_and(|error| !error.contains("secret")),
                "{arguments:?}"
            );
        }
    }
}
