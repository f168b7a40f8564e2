//! The program: reads the command line, serves until a signal.

mod arguments;

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use arguments::Command;
use momento_lambda_local::{Error, Options, Server};

/// Exit status for a command line that cannot be understood, as with most programs.
const USAGE: u8 = 2;

/// Why the program stopped before a signal came.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot read {option} {}: {source}", path.display())]
    File {
        option: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("cannot start: {0}")]
    Start(#[from] Error),
    #[error("cannot tell where it listens: {0}")]
    Output(io::Error),
    #[error("cannot set up the runtime or the signals: {0}")]
    Runtime(io::Error),
}

fn main() -> ExitCode {
    let outcome = match arguments::parse(env::args_os().skip(1)) {
        Err(error) => return complain(&error, USAGE),
        Ok(Command::Help) => say(arguments::HELP),
        Ok(Command::Version) => say(concat!(
            "momento-lambda-local ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Command::Serve { options, tls }) => serve(*options, tls),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Start(Error::NotLoopback(host))) => complain(
            &format_args!(
                "--host {host} can be reached from other machines: \
                 add --allow-remote if that is meant, else give 127.0.0.1"
            ),
            USAGE,
        ),
        Err(failure) => complain(&failure, 1),
    }
}

fn serve(mut options: Options, tls: Option<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    if let Some((certificate, key)) = tls {
        options = options.tls(
            read("--tls-certificate", &certificate)?,
            read("--tls-key", &key)?,
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        // Before the first line of output: who has read it may send a signal.
        let mut signals = Signals::new().map_err(Failure::Runtime)?;
        let server = Server::start(options).await?;
        say(&format!("listening on {}\n", server.address()))?;
        if let Some(address) = server.admin_address() {
            say(&format!("admin on {address}\n"))?;
        }
        signals.next().await;
        tokio::select! {
            () = server.shutdown() => {}
            () = signals.next() => {}
        }
        Ok(())
    })
}

fn read(option: &'static str, path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::File {
        option,
        path: path.to_owned(),
        source,
    })
}

fn say(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
        .map_err(Failure::Output)
}

fn complain(error: &dyn std::fmt::Display, status: u8) -> ExitCode {
    // With no stderr to complain on, the exit status has to do.
    let _ = writeln!(io::stderr(), "momento-lambda-local: {error}");
    ExitCode::from(status)
}

/// SIGTERM and SIGINT; on Windows, Ctrl-C.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
